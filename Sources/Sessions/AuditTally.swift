/// What failures are counted by: a guesser cannot fill the disk with them.
package struct AuditTally: Hashable, Sendable {
    /// Whose they are: an account, or the network of those who named none; with a word where they are counted apart.
    package let key: String
    /// What failed.
    package let kind: AuditEvent.Kind
    /// Minutes since 1970.
    package let minute: Int64
    /// The account; `nil` when none was named.
    package let userID: UserID?
    /// The network; `nil` when there is an account or no address.
    package let network: IPAddress?

    package init(of event: AuditEvent) {
        kind = event.kind
        minute = Self.minute(of: event.at)
        userID = event.userID
        network = event.userID == nil ? event.address?.network : nil
        let subject = event.userID.map { "\($0)" } ?? network.map { "\($0)" } ?? ""
        // What somebody asks for is not crowded out by failures, nor the other way round.
        key = event.kind == .passwordResetRequested ? "\(subject) requests" : subject
    }

    package init(key: String, kind: AuditEvent.Kind, minute: Int64, userID: UserID?, network: IPAddress?) {
        self.key = key
        self.kind = kind
        self.minute = minute
        self.userID = userID
        self.network = network
    }

    package static func minute(of instant: Timestamp) -> Int64 { instant.seconds / 60 }

    /// The one event for those that were merged.
    ///
    /// - Parameters:
    ///   - count: How many there were.
    ///   - instant: When the last of them was.
    ///   - now: When it is written.
    /// - Returns: An event by the system, without a device.
    package func event(count: Int, lastAt instant: Timestamp, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            id: .make(at: now),
            kind: kind,
            at: instant,
            userID: userID,
            sessionID: nil,
            by: .system,
            address: network,
            deviceInfo: nil,
            count: count
        )
    }
}

extension AuditTally: Comparable {
    package static func < (left: AuditTally, right: AuditTally) -> Bool {
        (left.minute, left.key, left.kind.rawValue) < (right.minute, right.key, right.kind.rawValue)
    }
}

extension AuditEvent {
    /// How many failures of one account or network have rows of their own in one minute.
    public static let failuresPerMinuteMax = 10

    /// Whether a failure has a row of its own, after so many of its account or network in its minute.
    ///
    /// That an account was locked always has one: it happens once, and the owner should see it at once.
    package func hasRow(after noted: Int) -> Bool {
        kind == .accountLocked || noted < Self.failuresPerMinuteMax
    }

    /// Tells that old events were deleted.
    package static func purged(_ count: Int, before instant: Timestamp, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            id: .make(at: now),
            kind: .auditPurged,
            at: now,
            userID: nil,
            sessionID: nil,
            by: .system,
            address: nil,
            deviceInfo: nil,
            detail: instant.rfc3339,
            count: count
        )
    }
}
