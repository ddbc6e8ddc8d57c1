import Crypto

/// Time-based one-time codes (RFC 6238) of one seed: HMAC-SHA-1, six digits, a new one each 30 seconds.
public struct TOTP: Sendable {
    /// How long one code is shown, in seconds (RFC 6238 section 5.2).
    public static let stepSeconds: Int64 = 30
    /// How long the previous code still counts, in seconds: what typing and sending it may take (RFC 6238 section 5.2; ASVS 6.5.5).
    public static let graceSeconds: Int64 = 10

    private let secret: TOTPSecret

    /// Creates the codes of a seed.
    public init(_ secret: TOTPSecret) {
        self.secret = secret
    }

    /// The number of the step at an instant: whole periods of 30 seconds since 1970.
    package static func step(at now: Timestamp) -> Int64 {
        let (quotient, remainder) = now.milliseconds.quotientAndRemainder(dividingBy: stepSeconds * 1_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The code of one step (RFC 4226 section 5.3).
    package func code(_ step: Int64) -> TOTPCode {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let key = SymmetricKey(data: secret.bytes)
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
        let offset = Int(mac[19] & 0x0F)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        return TOTPCode(number: number)
    }

    /// Finds the step that a code belongs to.
    ///
    /// Whoever accepts it stores the step, in one transaction that compares it with the last one again: a code counts once
    /// (RFC 6238 section 5.2; ASVS 6.5.1).
    ///
    /// - Parameters:
    ///   - code: What was typed.
    ///   - now: The current step counts, in its first 10 seconds the previous one too, a coming one never.
    ///   - lastStep: The step of the last code that was used; only later ones count. -1 when there was none.
    /// - Returns: `nil` when the code opens nothing now.
    public func match(_ code: TOTPCode, at now: Timestamp, after lastStep: Int64) -> Int64? {
        let current = Self.step(at: now)
        let isCurrent = code.isEqualInConstantTime(to: self.code(current))
        let isPrevious = code.isEqualInConstantTime(to: self.code(current - 1))
        if isCurrent, current > lastStep { return current }
        if isPrevious, current - 1 > lastStep, Self.isInGrace(now) { return current - 1 }
        return nil
    }

    private static func isInGrace(_ now: Timestamp) -> Bool {
        let period = stepSeconds * 1_000
        let remainder = now.milliseconds % period
        return (remainder < 0 ? remainder + period : remainder) < graceSeconds * 1_000
    }
}

/// A one-time code as it was typed: six digits.
public struct TOTPCode: Sendable, CustomStringConvertible, CustomReflectable {
    /// Six digits ASCII.
    private let bytes: [UInt8]

    static let digits = 6
    /// The longest text that is read, in bytes: six digits with a space around each would fit.
    static let textBytesMax = 16

    /// Reads a code; spaces are ignored, since apps show it in groups.
    ///
    /// `nil` when there are not exactly six ASCII digits besides.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        let typed = text.utf8.filter { $0 != UInt8(ascii: " ") }
        guard typed.count == Self.digits,
            typed.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        bytes = typed
    }

    init(number: UInt32) {
        var rest = number
        var digits: [UInt8] = []
        for _ in 0..<Self.digits {
            digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes = digits.reversed()
    }

    /// The digits, for whoever plays the app in a test.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    func isEqualInConstantTime(to other: TOTPCode) -> Bool { equalInConstantTime(bytes, other.bytes) }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the code.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
