/// Which passwords may be chosen.
///
/// There are no composition rules (ASVS 6.2.5).
public enum PasswordRules {
    /// The fewest characters (Unicode scalars; ASVS 6.2.1).
    public static let charactersMin = 8

    /// Why a password may not be chosen.
    ///
    /// The sentence helps to choose another.
    public enum Weakness: Hashable, Sendable {
        /// Fewer than ``charactersMin`` characters.
        case tooShort
        /// More than ``Password/bytesMax`` bytes.
        case tooLong
        /// Among the most common passwords (ASVS 6.2.4).
        case common

        /// A sentence for the person who chose it.
        public var message: String {
            switch self {
            case .tooShort: "Use at least \(PasswordRules.charactersMin) characters."
            case .tooLong: "Use at most \(Password.bytesMax) bytes."
            case .common: "This is one of the most common passwords. Choose one that nobody else uses."
            }
        }
    }

    /// What speaks against a password, or `nil`.
    public static func weakness(of password: Password) -> Weakness? {
        guard password.bytes.count <= Password.bytesMax else { return .tooLong }
        let text = String(decoding: password.bytes, as: UTF8.self)
        guard text.unicodeScalars.count >= charactersMin else { return .tooShort }
        return common.contains(text.lowercased()) ? .common : nil
    }

    private static let common = Set("\(commonPasswords)".split(separator: "\n").map(String.init))
}
