import Foundation

/// The command line: `scorecard describe` and `scorecard play`.
@main
struct Scorecard {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "describe":
            let seed = number(after: "--seed", in: arguments) ?? 1
            let person = number(after: "--person", in: arguments).map { Int($0) }
            let owners: World.Owners = arguments.contains("--without-owners") ? .unknown : .known
            let world = World(places: try Places.bundled(), seed: seed, owners: owners)
            print(Description(of: Population(in: world)).text(of: person))
        case "check":
            guard let path = arguments.dropFirst().first, let kept = try KeptScore(in: path) else {
                fail("there is no line to compare with")
            }
            let score = KeptScore(of: try await play(seeds: kept.seeds), seeds: kept.seeds)
            print("kept: \(kept)\nnow:  \(score)")
            if score.isWorse(than: kept) { fail("it is worse than what is kept in \(path)") }
        case "play":
            let first = number(after: "--from", in: arguments) ?? 1
            let last = number(after: "--to", in: arguments) ?? first
            guard first <= last else { return }
            let scoring = try await play(seeds: first...last)
            print(scoring.markdown)
            if arguments.contains("--missed") {
                for missed in scoring.missed {
                    print("seed \(missed.seed), account \(missed.person): \(missed.attack.rawValue) was missed")
                }
            }
        default:
            print(
                """
                scorecard check FILE
                    Plays the seeds that the file names, and fails when less is caught or people are alarmed more often than it says.
                scorecard play [--from N] [--to N] [--missed]
                    Plays the seeds through the product and prints what was caught, and how often honest people were alarmed. Odd
                    seeds have files that know who owns a network, even ones do not.
                scorecard describe [--seed N] [--person N] [--without-owners]
                    Tells of the people and attacks of a seed, or of one account all that happens.
                """
            )
        }
    }

    /// Plays all accounts of some seeds, as many at once as there are cores.
    private static func play(seeds: ClosedRange<UInt64>) async throws -> Scoring {
        let places = try Places.bundled()
        var scoring = Scoring()
        for seed in seeds {
            let world = World(places: places, seed: seed, owners: seed % 2 == 1 ? .known : .unknown)
            let population = Population(in: world)
            let player = try Player(in: world)
            let played = try await withThrowingTaskGroup(of: [(Timeline, [Alarm])].self) { group in
                for part in 0..<4 {
                    group.addTask {
                        var played: [(Timeline, [Alarm])] = []
                        for person in population.indices where person % 4 == part {
                            let timeline = population.timeline(person)
                            played.append((timeline, try await player.alarms(of: timeline)))
                        }
                        return played
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0.person < $1.0.person }
            }
            scoring.add(played.map(\.0), alarms: played.flatMap(\.1), seed: seed)
        }
        return scoring
    }

    private static func fail(_ reason: String) -> Never {
        FileHandle.standardOutput.write(Data("scorecard: \(reason)\n".utf8))
        exit(1)
    }

    private static func number(after name: String, in arguments: [String]) -> UInt64? {
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
        return UInt64(arguments[index + 1])
    }
}
