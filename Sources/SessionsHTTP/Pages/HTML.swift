/// Markup that is safe to send: text gets in only escaped, markup only as a literal or as other `HTML`.
///
/// ```swift
/// let name = #""><script>"#
/// let item: HTML = "<li title=\"\(name)\">\(name)</li>"
/// ```
///
/// Literals are `StaticString`s, so markup that was put together at run time cannot pass for one. Attribute values are
/// always written in double quotes; unquoted ones, scripts and styles are no places for an interpolation.
struct HTML: ExpressibleByStringInterpolation, Equatable, Sendable {
    /// The markup as UTF-8, ready for a response body.
    private(set) var bytes: [UInt8]

    init(stringLiteral markup: StaticString) {
        bytes = []
        Self.append(markup, to: &bytes)
    }

    init(stringInterpolation: Interpolation) {
        bytes = stringInterpolation.bytes
    }

    typealias StringInterpolation = Interpolation

    /// What `"...\(value)..."` may hold: there is no overload for a value whose escaping would be a guess.
    struct Interpolation: StringInterpolationProtocol {
        typealias StringLiteralType = StaticString

        fileprivate var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 32)
        }

        mutating func appendLiteral(_ markup: StaticString) {
            HTML.append(markup, to: &bytes)
        }

        /// Text from anywhere, escaped.
        mutating func appendInterpolation(_ text: some StringProtocol) {
            HTML.escape(text, to: &bytes)
        }

        mutating func appendInterpolation(_ number: some BinaryInteger) {
            HTML.escape(String(number), to: &bytes)
        }

        mutating func appendInterpolation(_ html: HTML) {
            bytes.append(contentsOf: html.bytes)
        }

        mutating func appendInterpolation(_ html: HTML?) {
            guard let html else { return }
            bytes.append(contentsOf: html.bytes)
        }

        mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { bytes.append(contentsOf: part.bytes) }
        }

        /// Markup of our own, known when the program was compiled.
        mutating func appendInterpolation(raw markup: StaticString) {
            HTML.append(markup, to: &bytes)
        }

        /// An address for `href`, `action` or `src`: a path on this host or an http(s) URL; anything else becomes `#`.
        mutating func appendInterpolation(url: String) {
            // Escaping does not make `javascript:` harmless; only the scheme does (OWASP XSS Prevention, "URL Contexts").
            HTML.escape(HTML.isAddress(url) ? url : "#", to: &bytes)
        }

        /// One component of a path or query: everything but RFC 3986's unreserved characters is percent-encoded.
        mutating func appendInterpolation(component text: String) {
            HTML.percentEncode(text, to: &bytes)
        }
    }
}

extension HTML: CustomStringConvertible {
    var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension HTML {
    /// Nothing at all.
    static let empty: HTML = ""

    private static func append(_ markup: StaticString, to bytes: inout [UInt8]) {
        markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}
