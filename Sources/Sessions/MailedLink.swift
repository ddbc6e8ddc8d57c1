/// A link in a mail to an account's owner: for one thing, once, for a time, for whoever reads the mail.
///
/// It is written in the transaction of the notice that it is mailed with, whose id it has, and is deleted when it is used.
public struct MailedLink: Hashable, Sendable, Identifiable {
    /// What a link is good for.
    ///
    /// The raw values are stored, and signed.
    public enum Purpose: String, Hashable, Sendable, CaseIterable {
        /// To say that something was not the owner: it ends all sessions, and the password.
        case report
        /// To set another password. It never opens a session, and never spares the second factor.
        case password
        /// To show that mail to an address reaches the owner, and to make it the account's.
        case email

        /// How long a link is good, in seconds: 24 hours; 15 minutes for a password (ASVS 6.4.3).
        public var lifetimeSeconds: Int64 {
            switch self {
            case .report, .email: 86_400
            case .password: 900
            }
        }

        /// Whether it is void once any credential of the account has changed.
        ///
        /// A report must be possible after a stranger has changed them; what a stranger asked for must not outlive a change.
        public var dependsOnCredentials: Bool { self != .report }
    }

    /// That of the notice that it is mailed with.
    public let id: NoticeID
    /// What it is good for.
    public let purpose: Purpose
    /// Whose account it is about.
    public let userID: UserID
    /// Where it was mailed to.
    public let address: EmailAddress
    /// The account's credentials when it was made; compared where the purpose depends on them.
    public let credentialVersion: Int64
    /// The event that the mail tells of.
    public let eventID: AuditEventID
    /// When it is too late.
    public let expiresAt: Timestamp

    /// Creates a link as it was stored.
    public init(
        id: NoticeID,
        purpose: Purpose,
        userID: UserID,
        address: EmailAddress,
        credentialVersion: Int64,
        eventID: AuditEventID,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.purpose = purpose
        self.userID = userID
        self.address = address
        self.credentialVersion = credentialVersion
        self.eventID = eventID
        self.expiresAt = expiresAt
    }

    /// The link that is mailed with a notice; `nil` for one without.
    ///
    /// - Parameters:
    ///   - notice: The notice; one with a recipient.
    ///   - credentialVersion: The account's, in the transaction that writes both.
    package init?(with notice: Notice, credentialVersion: Int64) {
        guard let purpose = notice.kind.linkPurpose, let address = notice.recipient else { return nil }
        self.init(
            id: notice.id,
            purpose: purpose,
            userID: notice.userID,
            address: address,
            credentialVersion: credentialVersion,
            eventID: notice.eventID,
            expiresAt: notice.at.adding(seconds: purpose.lifetimeSeconds)
        )
    }

    /// Whether it can be used.
    ///
    /// - Parameters:
    ///   - account: The account as it is.
    ///   - now: When.
    /// - Returns: Whether it is the account's, in time and not outdated.
    package func isGood(for account: Account, at now: Timestamp) -> Bool {
        userID == account.id && now < expiresAt && !account.isDisabled
            && (!purpose.dependsOnCredentials || credentialVersion == account.credentialVersion)
    }
}

extension Notice.Kind {
    /// What the link in such a mail is good for; `nil` for a mail without one.
    public var linkPurpose: MailedLink.Purpose? {
        switch self {
        case .newSignIn, .unusualUse, .passwordChanged, .secondFactorEnabled, .secondFactorDisabled, .recoveryCodesMade,
            .recoveryCodeUsed, .emailChanged:
            .report
        case .suspicionReported, .passwordForgotten: .password
        case .emailConfirmation: .email
        case .passwordSet, .signInFailures, .accountLocked, .accountDisabled, .sessionEstablished, .sessionRevoked,
            .credentialChange:
            nil
        }
    }
}

/// The use of a ``MailedLink``, with all that follows from it.
public struct LinkUse: Hashable, Sendable {
    /// What is done.
    public enum Change: Hashable, Sendable {
        /// The password becomes unusable, all sessions end, known browsers and challenges are forgotten, and the event that the mail told of
        /// counts as reported. Where the account has another address by now, it gets back the one that the link was mailed to, which is
        /// noted, and other links that were mailed elsewhere are void.
        case report(ending: Session.Ending, restoring: AuditEvent)
        /// Another password: all sessions end, known browsers and challenges are forgotten.
        case password(PasswordHash, ending: Session.Ending)
        /// The address that the link was mailed to becomes the account's, and is confirmed.
        case email
    }

    /// The link.
    public var link: MailedLink
    /// What is done.
    public var change: Change
    /// When.
    public var at: Timestamp
    /// What becomes of counts of failures.
    public var settling: [AttemptSettlement]
    /// What is noted, with the number of sessions that were ended.
    public var event: AuditEvent

    /// Creates a use.
    public init(
        of link: MailedLink,
        _ change: Change,
        at now: Timestamp,
        settling: [AttemptSettlement] = [],
        _ event: AuditEvent
    ) {
        self.link = link
        self.change = change
        self.at = now
        self.settling = settling
        self.event = event
    }
}
