/// Which passwords may be chosen.
///
/// There are no composition rules (ASVS 6.2.5).
public struct PasswordRules: Sendable {
    /// The fewest characters (Unicode scalars; ASVS 6.2.1).
    public static let charactersMin = 8
    /// The fewest bits that are not too easy to guess: 2^30 guesses, a thousand million.
    public static let bitsMin = 30.0

    private let product: FoldedText
    private let siteWords: [FoldedText]
    private let blocklist: PasswordBlocklist?

    /// Creates the rules of one service.
    ///
    /// - Parameters:
    ///   - appName: The service's name; it may stand in no password unless it is shorter than four characters.
    ///   - host: The host that people type, without a port; its words make a password easier to guess. An IP address has none.
    ///   - blocklist: More passwords that are refused.
    public init(appName: String = "", host: String = "", blocklist: PasswordBlocklist? = nil) {
        product = FoldedText(appName)
        siteWords = FoldedText(appName).words + (IPAddress(host) == nil ? FoldedText(host).words : [])
        self.blocklist = blocklist
    }

    /// Why a password may not be chosen.
    ///
    /// The sentence helps to choose another.
    public enum Weakness: Hashable, Sendable, CaseIterable {
        /// Fewer than ``PasswordRules/charactersMin`` characters.
        case tooShort
        /// More than ``Password/bytesMax`` bytes.
        case tooLong
        /// Among the most common passwords (ASVS 6.2.4).
        case common
        /// On the operator's list (ASVS 6.2.12).
        case listed
        /// Holds the e-mail address, its local part, the user name or the service's name (ASVS 6.2.11, decision C6).
        case personal
        /// Fewer than ``PasswordRules/bitsMin`` bits.
        case guessable

        /// A sentence for the person who chose it.
        public var message: String {
            switch self {
            case .tooShort: "Use at least \(PasswordRules.charactersMin) characters."
            case .tooLong: "Use at most 1,024 bytes: that many plain letters, or half as many with accents."
            case .common: "This is one of the most common passwords. Choose one that nobody else uses."
            case .listed: "This password is on a list that attackers try. Choose another one."
            case .personal: "Leave out your email address, your username and the name of this service."
            case .guessable: "This is too easy to guess. Add a few unrelated words, and avoid patterns and dates."
            }
        }
    }

    /// Judges a password.
    ///
    /// The estimate is zxcvbn's, of the first 128 characters. Its worst case, 128 times the same digit, takes 4 to 5 ms of a
    /// core, a random text 0.2 ms: more than a thread that answers requests should give, see ``Accounts/strength(of:email:username:)``.
    ///
    /// - Parameters:
    ///   - password: What was typed.
    ///   - email: The account's address, if it is known.
    ///   - username: The account's name, if it is known.
    /// - Returns: How strong it is, and whether it may be chosen.
    public func strength(of password: Password, email: EmailAddress?, username: Username?) -> PasswordStrength {
        guard password.bytes.count <= Password.bytesMax else { return PasswordStrength(bits: 0, weakness: .tooLong) }
        let text = String(decoding: password.bytes, as: UTF8.self)
        let folded = FoldedText(text)
        let names = Names(email: email, username: username)
        let bits = folded.bits(knowing: names.words + siteWords)
        var weakness: Weakness? {
            if text.unicodeScalars.count < Self.charactersMin { return .tooShort }
            if Self.common.contains(text.lowercased()) { return .common }
            if blocklist?.contains(text) == true { return .listed }
            if (names.forbidden + [product].filter(\.isName)).contains(where: folded.contains) { return .personal }
            return bits < Self.bitsMin ? .guessable : nil
        }
        return PasswordStrength(bits: bits, weakness: weakness)
    }

    private static let common = Set("\(commonPasswords)".split(separator: "\n").map(String.init))
}

/// What an account is called.
private struct Names {
    /// What may not stand in its password.
    let forbidden: [FoldedText]
    /// What makes its password easier to guess, the likeliest first.
    let words: [FoldedText]

    init(email: EmailAddress?, username: Username?) {
        let name = username.map { FoldedText($0.description) }
        let address = email.map { FoldedText($0.description) }
        let parts = email?.description.split(separator: "@").map { FoldedText(String($0)) } ?? []
        forbidden = [name, address].compactMap(\.self) + parts.prefix(1).filter(\.isName)
        words = (name?.words ?? []) + parts.flatMap(\.words) + (address.map { [$0] } ?? [])
    }
}

extension FoldedText {
    /// Whether it is long enough to be somebody's: shorter ones stand in other words by chance.
    fileprivate var isName: Bool { bytes.count >= 4 }
}
