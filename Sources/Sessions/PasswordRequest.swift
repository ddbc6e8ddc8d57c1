/// A wish for mail to set another password, before anybody has looked whether there is such an account.
///
/// Whoever asks waits for no more than this to be written: neither the answer nor its time tells of accounts (ASVS 6.3.8).
public struct PasswordRequest: Hashable, Sendable, Identifiable {
    /// Names the request.
    public let id: Identifier<PasswordRequest>
    /// What was typed; `nil` when no account can have that name.
    public let name: LoginName?
    /// When.
    public let at: Timestamp
    /// Where it comes from.
    public let address: IPAddress?
    /// The device it comes from, as ``Device/info``.
    public let deviceInfo: String?

    /// Creates a request as it was, or will be, stored.
    public init(
        id: Identifier<PasswordRequest>,
        name: LoginName?,
        at: Timestamp,
        address: IPAddress?,
        deviceInfo: String?
    ) {
        self.id = id
        self.name = name
        self.at = at
        self.address = address
        self.deviceInfo = deviceInfo
    }

    /// What is noted of it.
    ///
    /// - Parameter user: Whose account it is about; `nil` when there is none of that name, or it is disabled.
    /// - Returns: The event, which the mail tells of.
    package func event(of user: UserID?) -> AuditEvent {
        AuditEvent(
            id: .make(at: at),
            kind: .passwordResetRequested,
            at: at,
            userID: user,
            sessionID: nil,
            by: .system,
            address: address,
            deviceInfo: deviceInfo
        )
    }

    /// Whether it has waited so long that the link in the mail would be too old.
    package func isOutdated(at now: Timestamp) -> Bool {
        at.adding(seconds: MailedLink.Purpose.password.lifetimeSeconds) <= now
    }
}
