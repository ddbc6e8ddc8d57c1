/// An account's second factor, as it is stored.
public struct SecondFactor: Hashable, Sendable {
    /// The seed, encrypted.
    public var seed: SealedSeed
    /// The step of the last code that was used: only codes of later steps count (RFC 6238 section 5.2; ASVS 6.5.1).
    public var lastStep: Int64

    /// Creates a second factor as it was stored.
    public init(seed: SealedSeed, lastStep: Int64) {
        self.seed = seed
        self.lastStep = lastStep
    }
}

/// A seed that is being set up: it guards nothing until a code has shown that an app has it.
public struct PendingSecondFactor: Hashable, Sendable {
    /// Whose it will be.
    public let userID: UserID
    /// The seed, encrypted.
    public let seed: SealedSeed
    /// The session that it is set up in.
    ///
    /// The password was given there; no other session turns it on.
    public let sessionID: SessionID
    /// When it is too late to turn it on.
    public let expiresAt: Timestamp

    /// How long setting up may take, in seconds: time to install an app.
    public static let lifetimeSeconds: Int64 = 1_800

    /// Creates a pending second factor.
    public init(userID: UserID, seed: SealedSeed, sessionID: SessionID, expiresAt: Timestamp) {
        self.userID = userID
        self.seed = seed
        self.sessionID = sessionID
        self.expiresAt = expiresAt
    }
}

/// What is used up when a second factor is accepted.
///
/// The store compares and sets it in the transaction that the code was given for, so that of several requests with one code one
/// wins, on whatever node and after any crash (invariant I5).
public enum SecondFactorUse: Hashable, Sendable {
    /// The code of a step of the authenticator app.
    case step(Int64)
    /// A recovery code.
    case recoveryCode(RecoveryCodeDigest)

    /// Whether it is a recovery code: then the app may be in a stranger's hands, and the other sessions end.
    public var isRecoveryCode: Bool {
        switch self {
        case .step: false
        case .recoveryCode: true
        }
    }
}

/// An account's seed, for sealing it anew.
public struct OwnedSeed: Hashable, Sendable {
    /// Whose.
    public let userID: UserID
    /// The seed, encrypted.
    public let seed: SealedSeed

    /// Creates an owned seed.
    public init(userID: UserID, seed: SealedSeed) {
        self.userID = userID
        self.seed = seed
    }
}
