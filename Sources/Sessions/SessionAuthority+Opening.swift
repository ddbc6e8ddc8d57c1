extension SessionAuthority {
    /// A session that was just opened, and the only copy of its token.
    public struct OpenedSession: Sendable {
        /// The record.
        public let session: Session
        /// The token for the device.
        ///
        /// It cannot be had again.
        public let token: SessionToken
        /// What the device is recognised by at the next log-in to the account.
        public let browser: BrowserSecret
        /// What is not as usual about the log-in, what matters most first.
        public internal(set) var signals: [RiskSignal] = []
    }

    /// Thrown when the account's sessions kept ending while one was being opened.
    struct Contention: Error {}

    /// Opens a session for a finished authentication (invariant I4).
    ///
    /// - Parameters:
    ///   - authentication: What was verified.
    ///   - client: Where it came from.
    ///   - isRemembered: Whether the session lives 30 days.
    ///   - presented: The token that the browser sent along. If it is alive its session ends: one browser has one session.
    /// - Returns: `nil` when the credentials have changed since they were verified, the code was used by somebody quicker, or a lock
    ///   denies the log-in.
    /// - Throws: When the store fails. No session may then be assumed, and none that was presented is vouched for from memory.
    public func open(
        for authentication: Authentication,
        from client: Client,
        isRemembered: Bool,
        replacing presented: [UInt8]? = nil
    ) async throws -> OpenedSession? {
        let older = try await presented.asyncFlatMap { try await self.session(of: $0) }
        let replaced = older.map { older in
            ReplacedSession(
                id: older.id,
                ending: Session.Ending(at: clock.now, reason: .replaced, by: .system),
                event: AuditEvent(
                    .sessionReplaced,
                    at: clock.now,
                    user: older.userID,
                    session: older.id,
                    by: .system,
                    from: client
                )
            )
        }
        // Whatever comes of it, memory no longer vouches for the older session: a failed commit may have been one.
        defer { if let older { live.end([older.id]) } }
        let secondStep = secondStep(of: authentication, from: client)
        let history = try await store.history(of: authentication.userID, activeAt: clock.now, limit: Self.judgedMax)
        var epoch = authentication.epoch
        for _ in 0..<3 {
            var opened = make(for: authentication, from: client, isRemembered: isRemembered, epoch: epoch)
            let event = AuditEvent(
                authentication.followsFailures ? .loginSucceededAfterFailures : .loginSucceeded,
                at: opened.session.createdAt,
                user: authentication.userID,
                session: opened.session.id,
                by: .session(opened.session.id),
                from: client
            )
            let sighting = sighting(of: opened.session, by: authentication, event: event.id, in: history)
            opened.signals = sighting.signals
            var opening = SessionOpening.refused
            let (session, browser) = (opened.session, opened.browser)
            _ = try await publishing(.revoked, endingOthers: secondStep?.recovery != nil) {
                opening = try await store.open(
                    session,
                    verified: authentication.credentialVersion,
                    replacing: replaced,
                    completing: LoginCompletion(
                        browser: browsers.current(browser, of: authentication.userID),
                        formerBrowsers: authentication.browser.map { [$0] } ?? [],
                        settling: authentication.settling,
                        secondStep: secondStep,
                        sighting: sighting,
                        familiarity: LoginFamiliarity(of: sighting)
                    ),
                    event
                )
                return if case .recovered(let ended) = opening { ended } else { EndedSessions() }
            }
            switch opening {
            case .opened, .recovered:
                if let older {
                    live.end([older.id])
                    feed.ended(older.id, of: older.userID, because: .replaced)
                }
                counters.countOpened()
                counters.countRaised(sighting.signals)
                feed.started(opened.session.id, of: authentication.userID)
                return opened
            case .epochChanged(let current): epoch = current
            case .refused, .alreadyUsed: return nil
            case .denied(let lock):
                try await noteDenied(authentication.userID, by: lock, from: client)
                return nil
            }
        }
        throw Contention()
    }

    /// Notes that a lock was set between the checking of the credentials and the opening of the session.
    private func noteDenied(_ user: UserID, by lock: LoginLock, from client: Client) async throws {
        let event = AuditEvent(
            .loginDenied,
            at: clock.now,
            user: user,
            by: .system,
            from: client,
            detail: lock.target.kind
        )
        try await store.note(failure: event)
    }

    /// What a second factor uses up; a recovery code ends the other sessions, since the app may be in a stranger's hands.
    private func secondStep(
        of authentication: Authentication,
        from client: Client
    ) -> LoginCompletion.SecondStep? {
        guard let (challenge, use) = authentication.secondStep else { return nil }
        guard use.isRecoveryCode else { return .init(challenge: challenge, using: use, recovery: nil) }
        let now = clock.now
        let event = AuditEvent(.recoveryCodeUsed, at: now, user: authentication.userID, by: .system, from: client)
        let ending = Session.Ending(at: now, reason: .revoked, by: .system)
        return .init(challenge: challenge, using: use, recovery: .init(ending: ending, event: event))
    }

    private func make(
        for authentication: Authentication,
        from client: Client,
        isRemembered: Bool,
        epoch: Int64
    ) -> OpenedSession {
        let now = clock.now
        let lifetime = SessionPolicy.lifetimeSeconds(isRemembered: isRemembered)
        // Fixation: a log-in never keeps an old id or token (OWASP Session Management, "Renew the Session ID").
        let id = SessionID.make(at: now)
        let token = codec.sign(
            TokenClaims(
                userID: authentication.userID,
                sessionID: id,
                tokenID: TokenClaims.randomID(),
                epoch: epoch,
                authentication: authentication.methods,
                authenticatedAt: authentication.at,
                issuedAt: now,
                expiresAt: now.adding(seconds: lifetime),
                audience: codec.audience
            )
        )
        let session = Session(
            id: id,
            userID: authentication.userID,
            epoch: epoch,
            tokenDigest: TokenDigest(of: token.bytes),
            authentication: authentication.methods,
            authenticatedAt: authentication.at,
            createdAt: now,
            expiresAt: now.adding(seconds: lifetime),
            isRemembered: isRemembered,
            signInAddress: client.address,
            lastActivity: now,
            address: client.address,
            userAgent: client.userAgent,
            device: client.device,
            location: location(of: client),
            ending: nil
        )
        return OpenedSession(session: session, token: token, browser: .make())
    }
}

extension Optional {
    func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        switch self {
        case .some(let wrapped): try await transform(wrapped)
        case .none: nil
        }
    }

    fileprivate func asyncFlatMap<Result>(_ transform: (Wrapped) async throws -> Result?) async rethrows -> Result? {
        switch self {
        case .some(let wrapped): try await transform(wrapped)
        case .none: nil
        }
    }
}
