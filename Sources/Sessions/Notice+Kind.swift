extension Notice {
    /// What a notice tells.
    ///
    /// The raw values are stored; `docs/notifications.md` explains each.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A log-in that does not fit what is known of the account.
        case newSignIn = "new_sign_in"
        /// A session was used in a way that does not fit what is known of the account, or after it had ended.
        case unusualUse = "unusual_use"
        /// The owner has changed the password.
        case passwordChanged = "password_changed"
        /// The operator has set a password.
        case passwordSet = "password_set"
        /// The second factor was turned on.
        case secondFactorEnabled = "second_factor_enabled"
        /// The second factor was turned off.
        case secondFactorDisabled = "second_factor_disabled"
        /// New recovery codes took the place of the old ones.
        case recoveryCodesMade = "recovery_codes_made"
        /// A recovery code was used up.
        case recoveryCodeUsed = "recovery_code_used"
        /// Somebody keeps failing to log in, and has to wait.
        case signInFailures = "sign_in_failures"
        /// So many failures that only a known browser or the operator opens the account.
        case accountLocked = "account_locked"
        /// Something suspicious was reported, and the password is unusable.
        case suspicionReported = "suspicion_reported"
        /// The operator has disabled the account.
        case accountDisabled = "account_disabled"
        /// The account has another e-mail address; told to the old one and the new one.
        case emailChanged = "email_changed"
        /// Somebody has forgotten the password, or says so.
        case passwordForgotten = "password_forgotten"
        /// An address waits for its owner to confirm it; told to that address.
        case emailConfirmation = "email_confirmation"

        /// A session was opened; for webhooks.
        case sessionEstablished = "session-established"
        /// A session was ended before its time; for webhooks.
        case sessionRevoked = "session-revoked"
        /// A password, second factor or recovery code has changed; for webhooks.
        case credentialChange = "credential-change"
    }
}

extension Notice.Kind {
    /// What an account's owner is told of an event; `nil` where they are told nothing.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - familiarity: How well a log-in, or a use of a session, fits; of no account for other events.
    public init?(telling event: AuditEvent, familiarity: LoginFamiliarity) {
        switch event.kind {
        case .loginSucceeded, .loginSucceededAfterFailures:
            guard familiarity != .known else { return nil }
            self = .newSignIn
        case .clientChanged, .endedTokenUsed:
            guard familiarity == .unusual else { return nil }
            self = .unusualUse
        case .passwordChanged, .passwordReset: self = .passwordChanged
        case .passwordResetRequested: self = .passwordForgotten
        case .accountCreated, .emailChangeRequested: self = .emailConfirmation
        case .emailChanged: self = .emailChanged
        case .passwordSet: self = .passwordSet
        case .secondFactorEnabled: self = .secondFactorEnabled
        case .secondFactorDisabled: self = .secondFactorDisabled
        case .recoveryCodesMade: self = .recoveryCodesMade
        case .recoveryCodeUsed: self = .recoveryCodeUsed
        case .loginThrottled: self = .signInFailures
        case .accountLocked: self = .accountLocked
        case .suspicionReported: self = .suspicionReported
        case .accountDisabled: self = .accountDisabled
        case .accountImported, .accountEnabled, .accountDeleted, .emailConfirmed, .loginFailed, .reauthenticated,
            .secondFactorAsked, .secondFactorFailed, .knownBrowserForgotten, .activityConfirmed, .sessionLoggedOut,
            .sessionRevoked, .sessionReplaced, .sessionExpired, .lockSet, .lockRemoved, .loginDenied, .auditPurged:
            return nil
        }
    }

    /// What a webhook is told of an event besides the sessions that it has ended; `nil` for nothing.
    init?(signalling event: AuditEvent) {
        switch event.kind {
        case .loginSucceeded, .loginSucceededAfterFailures: self = .sessionEstablished
        case .passwordSet, .passwordChanged, .passwordReset, .suspicionReported, .secondFactorEnabled,
            .secondFactorDisabled,
            .recoveryCodesMade, .recoveryCodeUsed:
            self = .credentialChange
        default: return nil
        }
    }

    /// Whether somebody without the password can bring it about by failing, as often as they like.
    package var isCausedByStrangers: Bool { self == .signInFailures || self == .accountLocked }

    /// Whether it is mailed because somebody has asked for it: what is beyond the limit is dropped, and counts as nothing to be told of.
    package var isRequested: Bool { self == .passwordForgotten || self == .emailConfirmation }
}
