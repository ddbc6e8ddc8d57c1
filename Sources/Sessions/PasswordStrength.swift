import CZxcvbn

/// How strong a password is, and whether it may be chosen.
public struct PasswordStrength: Hashable, Sendable {
    /// The guesses that find it, as a power of two: zxcvbn's estimate, 0 for what is too long to be looked at.
    public let bits: Double
    /// What speaks against it, or `nil`.
    public let weakness: PasswordRules.Weakness?

    /// Whether it may be chosen.
    public var isAcceptable: Bool { weakness == nil }

    /// A sentence for the person who types it.
    public var message: String {
        if let weakness { return weakness.message }
        switch bits {
        case ..<45: return "Good enough. A longer one is harder to guess."
        case ..<60: return "Good."
        default: return "Very good."
        }
    }
}

extension FoldedText {
    /// The most characters that are estimated: the work grows with their cube.
    ///
    /// The library looks at 100 closely and takes the others for a sequence.
    static let estimatedMax = 128

    /// zxcvbn's estimate of the guesses that find the text, as a power of two.
    ///
    /// The library has no state: it may be called by many threads at once.
    ///
    /// - Parameter words: What a guesser tries first, the likeliest first.
    /// - Returns: Bits, from 0.
    func bits(knowing words: [FoldedText]) -> Double {
        var known: Set<FoldedText> = []
        var text = bytes.prefix(Self.estimatedMax).map(CChar.init(bitPattern:)) + [0]
        var starts: [Int] = []
        for word in words where known.insert(word).inserted {
            starts.append(text.count)
            text += word.bytes.map(CChar.init(bitPattern:)) + [0]
        }
        return text.withUnsafeBufferPointer { text in
            guard let start = text.baseAddress else { return 0 }
            var dictionary: [UnsafePointer<CChar>?] = starts.map { start + $0 } + [nil]
            return ZxcvbnMatch(start, &dictionary, nil)
        }
    }
}
