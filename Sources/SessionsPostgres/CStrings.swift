/// Lends strings to C as an array that ends with a null pointer.
func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    withByteStrings(strings.map { Array($0.utf8) + [0] } + [nil], body)
}

/// Lends byte strings to C, `nil` as a null pointer.
func withByteStrings<Result>(
    _ strings: [[UInt8]?],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let all = strings.compactMap(\.self).joined() + [0]
    return all.withUnsafeBytes { bytes in
        var start = 0
        let pointers = strings.map { string -> UnsafePointer<CChar>? in
            guard let string, let base = bytes.baseAddress else { return nil }
            defer { start += string.count }
            return (base + start).assumingMemoryBound(to: CChar.self)
        }
        return pointers.withUnsafeBufferPointer { pointers in
            guard let base = pointers.baseAddress else { return withUnsafePointer(to: nil) { body($0) } }
            return body(base)
        }
    }
}
