/// The command line: `scorecard describe [--seed N] [--person N]`.
@main
struct Scorecard {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "describe":
            let seed = number(after: "--seed", in: arguments) ?? 1
            let person = number(after: "--person", in: arguments).map { Int($0) }
            let owners: World.Owners = arguments.contains("--without-owners") ? .unknown : .known
            let world = World(places: try Places.bundled(), seed: seed, owners: owners)
            print(Description(of: Population(in: world)).text(of: person))
        default:
            print(
                """
                scorecard describe [--seed N] [--person N] [--without-owners]
                    Tells of the people and attacks of a seed, or of one account all that happens.
                """
            )
        }
    }

    private static func number(after name: String, in arguments: [String]) -> UInt64? {
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
        return UInt64(arguments[index + 1])
    }
}
