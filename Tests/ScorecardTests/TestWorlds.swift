import Sessions

@testable import scorecard

/// The worlds and populations that tests look at, each made once.
enum TestWorlds {
    static let places = Result { try Places.bundled() }
    static let population = Result {
        Population(in: World(places: try places.get(), seed: 7, owners: .known), honest: 130, attacked: 140)
    }
    static let timelines = Result { try population.get().timelines() }

    /// A number that changes when anything in timelines does: FNV-1a of their text.
    static func digest(_ timelines: [Timeline]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for action in timelines.flatMap(\.actions) {
            for byte in text(action).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return String(hash, radix: 16)
    }

    private static func text(_ action: Action) -> String {
        let words: [String] =
            switch action.event {
            case .failedLogin(_, let browser): ["fails", "\(browser ?? -1)"]
            case .login(let session, _, let browser, let remembered):
                ["in", "\(session) \(browser ?? -1) \(remembered)"]
            case .request(let session, _): ["request", "\(session)"]
            case .logout(let session): ["out", "\(session)"]
            case .revoke(let session): ["revoke", "\(session)"]
            }
        let client = "\(action.client?.address?.description ?? "") \(action.client?.userAgent ?? "")"
        return "\(action.at.milliseconds) \(words.joined(separator: " ")) \(client) \(action.truth.isAttack)\n"
    }
}
