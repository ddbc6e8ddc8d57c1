extension AuditEvent.Kind {
    /// The kind in the words of OWASP's Logging Vocabulary Cheat Sheet, so that a log system that knows those can watch for them.
    ///
    /// Where the vocabulary has no word of its own, the nearest one stands; ``rawValue`` is always exact.
    public var owaspName: String {
        switch self {
        case .accountCreated, .accountImported: "user_created"
        case .accountDeleted: "user_deleted"
        case .accountDisabled: "user_archived"
        case .accountEnabled, .secondFactorEnabled, .secondFactorDisabled, .recoveryCodesMade,
            .recoveryCodeUsed, .knownBrowserForgotten, .activityConfirmed, .emailChangeRequested, .emailChanged,
            .emailConfirmed, .lockRemoved:
            "user_updated"
        case .accountLocked, .lockSet: "authn_login_lock"
        case .passwordSet, .passwordChanged, .passwordReset: "authn_password_change"
        // The vocabulary has no word for asking.
        case .passwordResetRequested: "authn_password_change"
        case .loginSucceeded: "authn_login_success"
        case .loginSucceededAfterFailures: "authn_login_successafterfail"
        case .loginFailed, .secondFactorFailed: "authn_login_fail"
        // The vocabulary has no word for half a log-in, and none for one that was right and refused.
        case .secondFactorAsked, .loginDenied: "authn_login_fail"
        case .loginThrottled: "authn_login_fail_max"
        case .clientChanged: "authn_impossible_travel"
        case .endedTokenUsed: "session_use_after_expire"
        case .reauthenticated: "session_renewed"
        case .sessionLoggedOut, .sessionRevoked, .sessionReplaced, .sessionExpired, .suspicionReported:
            "session_expired"
        case .auditPurged: "sensitive_delete"
        }
    }
}
