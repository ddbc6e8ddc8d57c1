/// Seals the stored seeds of second factors anew under the current secret, so that a previous one can be given up.
public struct SeedRenewal: Sendable {
    /// Thrown when seeds are stored that none of the given secrets opens: their owners could not log in.
    public struct UnknownSecret: Error, Hashable, CustomStringConvertible {
        /// How many seeds there are.
        public let count: Int

        /// A sentence for the operator.
        public var description: String {
            "the second factors of \(count) accounts are sealed with a secret that is not given: "
                + "add it to JWT_SECRET_PREVIOUS"
        }
    }

    /// How many seeds are read at once.
    private static let batchMax = 500

    private let store: any SessionStore
    private let keys: SigningKeys

    /// Creates the renewal of a store's seeds.
    public init(of store: any SessionStore, keys: SigningKeys) {
        self.store = store
        self.keys = keys
    }

    /// Seals what an older secret has sealed, batch by batch; nothing is sealed anew while a seed cannot be opened.
    ///
    /// Running it again, or in several processes at once, does no harm.
    ///
    /// - Returns: How many seeds were sealed anew.
    /// - Throws: ``UnknownSecret``; or when the store fails.
    @discardableResult
    public func run() async throws -> Int {
        var unknown = 0
        try await forEach { owned in
            if !owned.seed.isKnown(to: keys) { unknown += 1 }
        }
        guard unknown == 0 else { throw UnknownSecret(count: unknown) }
        var renewed = 0
        try await forEach { owned in
            guard !owned.seed.isCurrent(for: keys) else { return }
            let secret = try owned.seed.secret(of: owned.userID, with: keys)
            let seed = try SealedSeed(secret, of: owned.userID, with: keys)
            try await store.renew(owned.seed, as: seed, of: owned.userID)
            renewed += 1
        }
        return renewed
    }

    private func forEach(_ body: (OwnedSeed) async throws -> Void) async throws {
        var last: UserID?
        while true {
            let batch = try await store.seeds(after: last, limit: Self.batchMax)
            guard let final = batch.last else { return }
            for owned in batch { try await body(owned) }
            last = final.userID
        }
    }
}
