import Synchronization

/// The sessions with activity that is not written yet, by user.
///
/// It can be lost at any instant: what is lost is at most a minute of "last activity", never an answer that was given.
final class ActivityLog: Sendable {
    private let pending = Mutex<[UserID: [SessionID: LiveSession]]>([:])

    func add(_ session: LiveSession) {
        pending.withLock { $0[session.userID, default: [:]][session.id] = session }
    }

    /// The activity of a user's sessions that the store does not know yet.
    func activity(of user: UserID) -> [SessionID: SessionActivity] {
        pending.withLock { $0[user] ?? [:] }.mapValues(\.activity)
    }

    /// Takes everything that is to be written, with the sessions that it is about.
    func take() -> [(session: LiveSession, activity: SessionActivity, clients: [Client])] {
        let taken = pending.withLock { pending in
            defer { pending.removeAll() }
            return pending
        }
        return taken.values.flatMap(\.values).map { session in
            let (activity, clients) = session.takeActivity()
            return (session, activity, clients)
        }
    }
}
