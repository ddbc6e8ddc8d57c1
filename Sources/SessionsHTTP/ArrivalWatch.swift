import HTTPTypes
public import Sessions
import Synchronization

/// Lets the operator see how a request of theirs arrived: by whose hands, and from which address.
///
/// The request names itself by a number that the operator has announced on a way of their own, and is answered like every other:
/// whoever else sends one learns nothing, and nothing is kept of requests that were not announced.
public final class ArrivalWatch: Sendable {
    /// How a request arrived.
    public struct Arrival: Hashable, Sendable {
        /// The address at the other end of the connection.
        public let peer: IPAddress?
        /// The address that the server takes for the client's.
        public let client: IPAddress?
        /// Whether the peer is a proxy whose headers count.
        public let isFromTrustedProxy: Bool
        /// Whether some header named a client's address.
        public let namesClient: Bool
        /// The headers for applications that came with it, in lower case: `x-auth-username` and the like.
        public let identityHeaders: [String]
    }

    /// The parameter of a request's query that names it.
    public static let parameter = "doctor"
    /// How long an announcement holds.
    private static let patience = Duration.seconds(60)
    /// How many are waited for at once.
    private static let announcedMax = 16

    private struct Announced {
        let until: ContinuousClock.Instant
        var arrival: Arrival?
    }

    private let announced = Mutex<[String: Announced]>([:])
    /// Looked at by each request: nothing more is done while nobody waits.
    private let isWaiting = Atomic(false)

    /// Creates a watch that waits for nothing.
    public init() {}

    /// Waits for a request.
    ///
    /// - Parameter number: A random one.
    /// - Returns: Whether there is room for it.
    public func announce(_ number: String) -> Bool {
        announced.withLock { announced in
            let now = ContinuousClock.now
            announced = announced.filter { $0.value.until > now }
            guard announced.count < Self.announcedMax else { return false }
            announced[number] = Announced(until: now + Self.patience)
            isWaiting.store(true, ordering: .relaxed)
            return true
        }
    }

    /// How a request arrived; asked once.
    ///
    /// - Returns: `nil` when it has not arrived here.
    public func arrival(of number: String) -> Arrival? {
        announced.withLock { announced in
            let arrival = announced.removeValue(forKey: number)?.arrival
            isWaiting.store(!announced.isEmpty, ordering: .relaxed)
            return arrival
        }
    }

    /// Notes a request that was waited for.
    func note(target: String, headers: HTTPFields, peer: IPAddress?, settings: HTTPSettings) {
        guard isWaiting.load(ordering: .relaxed), let number = Self.number(in: target) else { return }
        announced.withLock { announced in
            guard let waiting = announced[number], waiting.arrival == nil, waiting.until > .now else { return }
            announced[number]?.arrival = Arrival(
                peer: peer,
                client: settings.clientAddress(peer: peer, headers: headers),
                isFromTrustedProxy: peer.map(settings.trusts) ?? false,
                namesClient: headers[.xForwardedFor] != nil || headers[.xRealIP] != nil,
                identityHeaders: headers.map(\.name.canonicalName).filter { $0.hasPrefix("x-auth-") }
            )
        }
    }

    private static func number(in target: String) -> String? {
        guard let query = target.firstIndex(of: "?") else { return nil }
        let prefix = "\(parameter)="
        guard let field = target[query...].dropFirst().split(separator: "&").first(where: { $0.hasPrefix(prefix) })
        else {
            return nil
        }
        return String(field.dropFirst(prefix.count))
    }
}
