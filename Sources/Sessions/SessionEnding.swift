extension Session {
    /// Why, when and by whom a session was ended.
    public struct Ending: Hashable, Sendable {
        /// When it was ended.
        public let at: Timestamp
        /// Why.
        public let reason: EndReason
        /// By whom.
        public let actor: Actor

        /// Creates an ending.
        public init(at: Timestamp, reason: EndReason, by actor: Actor) {
            self.at = at
            self.reason = reason
            self.actor = actor
        }
    }

    /// Why a session ended.
    ///
    /// The raw values are stored.
    public enum EndReason: String, Hashable, Sendable, CaseIterable {
        /// Its own device logged out.
        case loggedOut = "logged_out"
        /// Another device, or the operator, ended it.
        case revoked
        /// Its lifetime ran out.
        case expired
        /// The password was changed elsewhere.
        case passwordChanged = "password_changed"
        /// The account was disabled or deleted.
        case disabled
        /// The owner reported something suspicious.
        case reported
        /// The same browser logged in again.
        case replaced
    }
}

/// Who did something.
public enum Actor: Hashable, Sendable {
    /// The owner, through one of their sessions.
    case session(SessionID)
    /// The operator, on the command line.
    case `operator`
    /// The product itself: a sweep, a log-in that replaces an older session.
    case system
}
