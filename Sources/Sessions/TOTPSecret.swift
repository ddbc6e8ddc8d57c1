/// The seed of a second factor: 160 random bits that the server shares with an authenticator app (RFC 4226 section 4, R6).
///
/// Whoever has it can make every code. It is shown once, when the factor is set up, and stored as a ``SealedSeed``.
public struct TOTPSecret: Sendable, CustomStringConvertible, CustomReflectable {
    package let bytes: [UInt8]

    static let bytesCount = 20

    /// Wraps a seed; `nil` when there are not 20 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount else { return nil }
        self.bytes = bytes
    }

    private init() {
        var random = SystemRandomNumberGenerator()
        bytes = (0..<Self.bytesCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Makes a new seed from the system's random numbers (ASVS 6.5.3).
    public static func make() -> TOTPSecret { TOTPSecret() }

    /// The seed as authenticator apps read it: 32 characters of base32.
    ///
    /// It belongs on the setup page alone.
    public var base32: String { String(decoding: Base32.standard.encode(bytes), as: UTF8.self) }

    /// The seed as an address that an app reads from a QR code, by the Key URI format.
    ///
    /// - Parameters:
    ///   - issuer: The application's name. Colons become spaces, since the format ends the issuer with one.
    ///   - account: Tells this account from others of the issuer: the user's name.
    /// - Returns: ASCII, `otpauth://totp/…`. It holds the seed.
    public func uri(issuer: String, account: String) -> String {
        let issuer = String(issuer.map { $0 == ":" ? " " : $0 }).percentEncoded
        return "otpauth://totp/\(issuer):\(account.percentEncoded)?secret=\(base32)&issuer=\(issuer)"
            + "&algorithm=SHA1&digits=\(TOTPCode.digits)&period=\(TOTP.stepSeconds)"
    }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the seed.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
