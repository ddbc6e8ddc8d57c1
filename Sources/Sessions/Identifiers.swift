/// A UUID version 7 (RFC 9562) that names one kind of thing, so that a user's id cannot be passed for a session's.
///
/// Ids are public: they stand in lists, logs and URLs. None of them opens anything; what opens a session is its token.
public struct Identifier<Subject>: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Creates an id from its 16 bytes, or `nil` when there are not exactly 16.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Creates an id from its canonical lower-case form with hyphens; any other spelling is `nil`.
    ///
    /// One id has one spelling, so that no list keyed by the text can be passed by writing it differently.
    public init?(_ text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 36 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        var index = 0
        while index < 36 {
            if [8, 13, 18, 23].contains(index) {
                guard utf8[index] == UInt8(ascii: "-") else { return nil }
                index += 1
                continue
            }
            guard let upper = Self.nibble(utf8[index]), let lower = Self.nibble(utf8[index + 1]) else { return nil }
            bytes.append(upper << 4 | lower)
            index += 2
        }
        self.init(bytes: bytes)
    }

    /// Makes a new id: 48 bits of time, 74 random bits.
    ///
    /// Ids made later sort later, to the millisecond.
    public static func make(at now: Timestamp) -> Identifier {
        var random = SystemRandomNumberGenerator()
        return Identifier(
            high: UInt64(truncatingIfNeeded: now.milliseconds) << 16 | 0x7000 | random.next() & 0x0FFF,
            low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }

    /// The least id that can be made at an instant.
    package static func first(at instant: Timestamp) -> Identifier {
        Identifier(high: UInt64(truncatingIfNeeded: instant.milliseconds) << 16, low: 0)
    }

    /// The 16 bytes, most significant first.
    public var bytes: [UInt8] {
        [high, low].flatMap { word in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension Identifier {
    /// When it was made, to the millisecond: the first 48 bits of version 7 (RFC 9562 section 5.7).
    var madeAt: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }
}

extension Identifier: CustomStringConvertible {
    /// The canonical lower-case form with hyphens.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Identifier: Comparable {
    /// Orders ids by the time of their making.
    public static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

/// Names a ``Session``.
public typealias SessionID = Identifier<Session>
/// Names a ``User``.
public typealias UserID = Identifier<User>
/// Names an ``AuditEvent``.
public typealias AuditEventID = Identifier<AuditEvent>

/// What an instance is: one database and all the processes that serve it.
public enum Instance {}
/// Names the database that a token was made for: its audience (ASVS 9.2.3).
public typealias InstanceID = Identifier<Instance>
