import Sessions

/// One thing that somebody does to an account.
struct Action: Hashable, Sendable {
    /// When.
    let at: Timestamp
    /// What.
    let event: Event
    /// Who did it really.
    let truth: Truth

    /// What is done.
    ///
    /// Sessions are numbered within a timeline: the owners' from 0 on, then the attacker's.
    enum Event: Hashable, Sendable {
        /// A wrong password. The browser is that whose cookies come along, as in `login`.
        case failedLogin(Client, browser: Int?)
        /// A log-in that succeeds and opens the session.
        ///
        /// Equal browsers are the same jar of cookies, its known-browser cookie included, if it was given one; `nil` sends no cookie.
        case login(session: Int, Client, browser: Int?, remembered: Bool)
        /// A request with the token of a session.
        case request(session: Int, Client)
        /// The session's own log-out.
        case logout(session: Int)
        /// The session is revoked by its owner from another one.
        case revoke(session: Int)
    }

    /// Who acted.
    enum Truth: Hashable, Sendable {
        /// The owner, or somebody with whom they share the account.
        case honest
        /// An attacker; the number names the attack, which is unique in a population.
        case attack(Attack, number: Int)

        var isAttack: Bool { self != .honest }
    }

    /// The session that it is about; `nil` for a failed log-in.
    var session: Int? {
        switch event {
        case .failedLogin: nil
        case .login(let session, _, _, _), .request(let session, _), .logout(let session), .revoke(let session):
            session
        }
    }

    /// Who connects; `nil` where no client is part of it.
    var client: Client? {
        switch event {
        case .failedLogin(let client, _), .login(_, let client, _, _), .request(_, let client): client
        case .logout, .revoke: nil
        }
    }
}
