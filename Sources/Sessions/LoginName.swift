/// A name to log in with: 3 to 32 of `a-z 0-9 . _ -`, starting with a letter or digit, lower-cased as ASCII.
///
/// Only ASCII: no two names look alike or fold into one another (CVE-2019-19844).
public struct Username: Hashable, Sendable, CustomStringConvertible {
    /// The name in lower case.
    public let description: String

    /// Reads a name; `nil` when it does not follow the rule.
    public init?(_ text: String) {
        let lowered = text.utf8.map(lowercasedASCII)
        guard (3...32).contains(lowered.count), let first = lowered.first, isLetterOrDigit(first),
            lowered.allSatisfy({ isLetterOrDigit($0) || [0x2E, 0x5F, 0x2D].contains($0) })
        else { return nil }
        description = String(decoding: lowered, as: UTF8.self)
    }
}

/// An e-mail address: ASCII, at most 254 bytes (RFC 5321 section 4.5.3.1), lower-cased, without quoting.
public struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address in lower case.
    public let description: String

    /// Reads an address; `nil` when it is not `local@domain` in the plain form that HTML's `type=email` accepts.
    public init?(_ text: String) {
        guard text.utf8.count <= 254 else { return nil }
        let lowered = text.utf8.map(lowercasedASCII)
        let parts = lowered.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count) else { return nil }
        let dot = UInt8(ascii: ".")
        let atoms = parts[0].split(separator: dot, omittingEmptySubsequences: false)
        let labels = parts[1].split(separator: dot, omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAtomCharacter) }),
            labels.allSatisfy(isHostLabel)
        else { return nil }
        description = String(decoding: lowered, as: UTF8.self)
    }
}

/// What was typed into "Email or username": with `@` it can only be an address, without only a name.
public enum LoginName: Hashable, Sendable {
    /// An e-mail address.
    case email(EmailAddress)
    /// A user name.
    case username(Username)

    /// The longest text that is looked at, in UTF-8 bytes.
    public static let bytesMax = 254

    /// The name, in lower case.
    package var text: String {
        switch self {
        case .email(let email): email.description
        case .username(let username): username.description
        }
    }

    /// Reads what was typed; `nil` when no account can have that name.
    public init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: "@")) {
            guard let email = EmailAddress(text) else { return nil }
            self = .email(email)
        } else {
            guard let username = Username(text) else { return nil }
            self = .username(username)
        }
    }
}

private func lowercasedASCII(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
}

/// RFC 5322 section 3.2.3, lower-cased.
private func isAtomCharacter(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
}

/// RFC 1035 section 2.3.1 as relaxed by RFC 1123 section 2.1.
private func isHostLabel(_ label: ArraySlice<UInt8>) -> Bool {
    (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
}
