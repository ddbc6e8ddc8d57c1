extension SessionAuthority {
    /// What another process, or this one, has done to a session, as the store's log tells it.
    package struct ForeignChange: Sendable {
        let session: SessionID
        let user: UserID
        /// Why it has ended; `nil` when its token was renewed.
        let reason: Session.EndReason?

        package init(session: SessionID, user: UserID, reason: Session.EndReason?) {
            self.session = session
            self.user = user
            self.reason = reason
        }
    }

    /// Takes sessions out of memory that were ended or renewed, and tells open pages.
    ///
    /// When it returns, the store is asked again for each of them.
    package func learn(_ changes: [ForeignChange]) {
        live.end(changes.map(\.session))
        for change in changes {
            if let reason = change.reason {
                feed.ended(change.session, of: change.user, because: reason)
            } else {
                feed.renewed(change.session, of: change.user)
            }
        }
    }

    /// The instance that tokens are made for.
    package var instance: InstanceID { codec.audience }

    /// Whether other processes open and end sessions in the same store.
    var isShared: Bool { lease != nil }

    /// For how long an opening is looked for: it may be committed after later ones.
    private static let openingSeconds: Int64 = 5
    /// How many users are asked for at once.
    private static let usersMax = 500

    /// Tells open pages of sessions that were opened by other processes.
    ///
    /// While no page is open, the store is not asked.
    func tellOfOpenings() async throws {
        for users in feed.users(count: Self.usersMax) {
            let opened = try await store.sessions(
                of: users,
                openedSince: clock.now.adding(seconds: -Self.openingSeconds),
                limit: SessionFeed.streamsMax
            )
            for (session, user) in opened { feed.started(session, of: user) }
        }
    }

    /// Takes all sessions out of memory: for when it is not known which of them have ended.
    package func forgetEverything() {
        live.endAll()
    }
}
