import CQREncode

/// A QR code (ISO/IEC 18004) of a short text, such as the address that an authenticator app reads.
struct QRCode {
    /// Why a text has no code.
    enum Failure: Error, Equatable {
        /// Nothing to write.
        case empty
        /// More than ``QRCode/textBytesMax``.
        case tooLong
        /// The library could not make one, for example for lack of memory.
        case unavailable
    }

    /// The longest text, in bytes of UTF-8; a code of level M holds 2,331 (ISO/IEC 18004 table 7).
    static let textBytesMax = 2_048
    /// How far the pattern stays from anything else, in modules (ISO/IEC 18004 section 6.3.8).
    static let quietZone = 4

    /// Modules a side, without the quiet zone.
    let width: Int
    /// Whether each module is dark, row by row.
    private let isDark: [Bool]

    init(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.textBytesMax else { throw .tooLong }
        // Level M restores 15 % of the code: what is read from a screen needs no more.
        guard let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else { throw .unavailable }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        // Bit 0 is the colour; the others tell what a module is for.
        isDark = UnsafeBufferPointer(start: code.pointee.data, count: width * width).map { $0 & 1 == 1 }
    }

    /// The code as SVG, black on white in every colour scheme, since many readers cannot read it inverted.
    ///
    /// A screen reader says `label` in its place.
    func svg(label: String) -> HTML {
        let size = width + 2 * Self.quietZone
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 \(size) \(size)" width="\(size * 4)" \
            height="\(size * 4)" role="img" aria-label="\(label)" shape-rendering="crispEdges">\
            <rect width="\(size)" height="\(size)" fill="#fff"/><path fill="#000" d="\(path)"/></svg>
            """
    }

    /// A rectangle for each run of dark modules in a row.
    private var path: String {
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let run = isDark[(row * width + column)..<((row + 1) * width)].prefix { $0 }.count
                if run > 0 {
                    path += "M\(column + Self.quietZone) \(row + Self.quietZone)h\(run)v1h-\(run)z"
                }
                column += max(run, 1)
            }
        }
        return path
    }
}
