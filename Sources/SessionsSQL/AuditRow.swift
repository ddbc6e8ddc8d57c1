import Crypto
import Sessions

/// A row of the audit log as it stands there, read without trust: any column may have been altered.
package struct AuditRow: Hashable, Sendable {
    /// The account's id, or the instance's for events that concern no single account.
    package var chain: [UInt8]
    /// Its place in the chain, from 1, without gaps.
    package var number: Int64
    package var id: [UInt8]
    package var kind: String
    package var at: Int64
    package var userID: [UInt8]?
    package var sessionID: [UInt8]?
    package var actor: String
    package var actorSession: [UInt8]?
    package var deviceInfo: String?
    package var endedCount: Int64
    package var detail: String?
    package var count: Int64
    /// Stands for the address in the hash, so that the address may go: see ``commitment(to:salt:)``.
    package var commitment: [UInt8]?
    package var address: String?
    /// There for as long as the address is whole: with it, the few addresses of a network could be tried out.
    package var salt: [UInt8]?
    package var addressState: Int64?
    /// As it is stored.
    package var hash: [UInt8]

    /// What is left of an address that was there; `nil` in the column when there is none.
    package enum AddressState: Int64 {
        case whole = 0
        case shortened = 1
    }

    /// The hash before the first event.
    package static let origin = [UInt8](repeating: 0, count: 32)

    /// Makes a row; its hash is still to come.
    package init(
        chain: [UInt8],
        number: Int64,
        id: [UInt8],
        kind: String,
        at: Int64,
        userID: [UInt8]?,
        sessionID: [UInt8]?,
        actor: String,
        actorSession: [UInt8]?,
        deviceInfo: String?,
        endedCount: Int64,
        detail: String? = nil,
        count: Int64 = 1,
        address: String?
    ) {
        self.chain = chain
        self.number = number
        self.id = id
        self.kind = kind
        self.at = at
        self.userID = userID
        self.sessionID = sessionID
        self.actor = actor
        self.actorSession = actorSession
        self.deviceInfo = deviceInfo
        self.endedCount = endedCount
        self.detail = detail
        self.count = count
        self.address = address
        hash = []
        guard let address else { return }
        let salt = Self.randomSalt()
        self.salt = salt
        commitment = Self.commitment(to: address, salt: salt)
        addressState = AddressState.whole.rawValue
    }

    /// Makes the row of an event; its hash is still to come.
    init(_ event: AuditEvent, endedCount: Int, chain: [UInt8], number: Int64) {
        let actor = event.actor.columns
        self.init(
            chain: chain,
            number: number,
            id: event.id.bytes,
            kind: event.kind.rawValue,
            at: event.at.milliseconds,
            userID: event.userID?.bytes,
            sessionID: event.sessionID?.bytes,
            actor: actor.kind,
            actorSession: actor.session?.bytes,
            deviceInfo: event.deviceInfo,
            endedCount: Int64(endedCount),
            detail: event.detail,
            count: Int64(event.count),
            address: event.address?.description
        )
    }

    private static func randomSalt() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// What stands for an address in an event's hash.
    static func commitment(to address: String, salt: [UInt8]) -> [UInt8] {
        var text = CanonicalBytes("audit address 1")
        text.append(salt)
        text.append(address)
        return text.digest
    }

    /// The hash that the row should have: over the hash before it and every column but the address.
    package func hash(after former: [UInt8]) -> [UInt8] {
        var text = CanonicalBytes("audit event 1")
        text.append(former)
        text.append(chain)
        text.append(number)
        text.append(id)
        text.append(kind)
        text.append(at)
        text.append(userID)
        text.append(sessionID)
        text.append(actor)
        text.append(actorSession)
        text.append(deviceInfo)
        text.append(endedCount)
        text.append(detail)
        text.append(count)
        text.append(commitment)
        return text.digest
    }

    /// Whether the address is the one that was committed to, or what may be left of it.
    package var isAddressSound: Bool {
        switch (addressState, address, salt, commitment) {
        case (AddressState.whole.rawValue, let address?, let salt?, let commitment?):
            Self.commitment(to: address, salt: salt) == commitment
        case (AddressState.shortened.rawValue, let address?, nil, .some):
            IPAddress(address).map { $0 == $0.network } ?? false
        case (nil, nil, nil, _): true
        default: false
        }
    }
}

/// A text of fields that reads in one way only: each with its length before it, and a mark where there is none.
struct CanonicalBytes {
    private var hasher = SHA256()

    /// Begins a text.
    ///
    /// - Parameter name: What it says, and in which version: no text of one kind is one of another.
    init(_ name: String) {
        append("sessiond " + name)
    }

    mutating func append(_ bytes: [UInt8]?) {
        guard let bytes else { return hasher.update(data: [UInt8(0)]) }
        hasher.update(data: [UInt8(1)])
        append(length: bytes.count)
        hasher.update(data: bytes)
    }

    mutating func append(_ text: String?) { append(text.map { Array($0.utf8) }) }

    mutating func append(_ number: Int64) {
        append(withUnsafeBytes(of: number.bigEndian) { Array($0) })
    }

    private mutating func append(length: Int) {
        hasher.update(data: withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).bigEndian) { Array($0) })
    }

    /// SHA-256 of the text so far.
    var digest: [UInt8] { Array(hasher.finalize()) }
}
