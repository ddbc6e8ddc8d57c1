extension String {
    /// Whether another text stands in this one; capital letters of ASCII do not matter.
    ///
    /// Bytes are compared: what a stranger writes must not hide a letter behind a combining mark.
    package func containsIgnoringASCIICase(_ text: String) -> Bool {
        let wanted = text.utf8.map(\.lowercasedASCII)
        let bytes = utf8.map(\.lowercasedASCII)
        guard let first = wanted.first else { return true }
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { start in
            bytes[start] == first && bytes[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}

extension UInt8 {
    fileprivate var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
