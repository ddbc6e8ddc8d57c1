/// The times of the protocol, the same in every process that shares a database.
enum LeaseTerms {
    /// For how long a lease is granted, from when it was asked for.
    static let leaseMilliseconds: Int64 = 3_000
    /// How often it is renewed.
    static let renewalMilliseconds: Int64 = 1_000
    /// How long an answer may take before the connection is given up.
    static let answerMilliseconds: Int64 = 800
    /// After this time since a commit every lease that was asked for before it has run out: the lease, with clocks that are 1 % wrong
    /// in opposite directions, and 50 ms more.
    static let revocationWaitMilliseconds: Int64 = (leaseMilliseconds * 101 + 98) / 99 + 50
    /// A member that has not moved for so long is expelled.
    static let silenceMilliseconds: Int64 = 2 * leaseMilliseconds
}
