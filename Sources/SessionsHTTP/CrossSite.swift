import HTTPTypes

/// Judges whether a request that changes something was made by a page of this site, before its body is read (ASVS 3.5.1).
///
/// SameSite=Strict is one defence, this is another; neither relies on the other. Logged in or not makes no difference: logging
/// somebody in, or out, is an attack too.
enum CrossSite {
    /// Whether a request may go on.
    ///
    /// - Parameters:
    ///   - request: The head of the request.
    ///   - isForm: Whether the route takes forms, which a foreign page can send without asking. They need one of the two headers.
    ///   - origin: The own origin.
    /// - Returns: `false` to refuse it with 403.
    static func allows(_ request: HTTPRequest, isForm: Bool, origin: String) -> Bool {
        let headers = request.headerFields
        let sites = headers[values: .secFetchSite]
        let isJSON = MediaType(headers) == .json
        if !sites.isEmpty {
            return sites == ["same-origin"] || sites == ["none"] && isJSON
        }
        let origins = headers[values: .origin]
        if !origins.isEmpty {
            // `null` is the origin of sandboxed frames and of redirected forms: foreign.
            return origins.count == 1 && origins[0].utf8.elementsEqual(origin.utf8)
        }
        return isJSON && !isForm
    }
}

/// What a body claims to be.
enum MediaType {
    case none
    case json
    case form
    case other

    /// Reads `Content-Type`: one header, the exact type, parameters allowed (charset only UTF-8); encoded bodies are `other`.
    init(_ headers: HTTPFields) {
        let values = headers[values: .contentType]
        guard headers[values: .contentEncoding].isEmpty else {
            self = .other
            return
        }
        guard let value = values.first else {
            self = .none
            return
        }
        let parts = value.split(separator: ";", omittingEmptySubsequences: false).map {
            $0.trimmingBlanks().lowercased()
        }
        let parameters = parts.dropFirst().filter { !$0.isEmpty }
        guard values.count == 1, parameters.count <= 4,
            parameters.allSatisfy({ !$0.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains($0) })
        else {
            self = .other
            return
        }
        self =
            switch parts[0] {
            case "application/json": .json
            case "application/x-www-form-urlencoded": .form
            default: .other
            }
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> Substring {
        var bytes = utf8[...]
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
        return Substring(bytes)
    }
}
