import HTTPTypes
import Hummingbird
import Sessions

/// One request on its way through a route.
struct Call: Sendable {
    let request: Request
    let settings: HTTPSettings
    let client: Client
    /// Whether the peer is one whose forwarding headers count.
    let isFromTrustedProxy: Bool
    /// The variable part of the path.
    let pathID: String

    init(_ request: Request, _ context: SessionRequestContext, _ settings: HTTPSettings, pathID: String) {
        self.request = request
        self.settings = settings
        self.pathID = pathID
        isFromTrustedProxy = context.peer.map(settings.trusts) ?? false
        let headers = request.headers
        client = Client(
            address: settings.clientAddress(peer: context.peer, headers: headers),
            userAgent: headers[.userAgent],
            hints: ClientHints(
                brands: Self.bounded(headers[.secCHUA]),
                mobile: Self.bounded(headers[.secCHUAMobile]),
                platform: Self.bounded(headers[.secCHUAPlatform])
            )
        )
    }

    /// Hints are short; a longer value is none.
    private static func bounded(_ hint: String?) -> String? {
        hint.flatMap { $0.utf8.count <= 512 ? $0 : nil }
    }

    /// What the browser shows of earlier log-ins; two such cookies are none.
    var knownBrowser: BrowserSecret? {
        guard case .token(let value) = Credentials.cookie(request.headers, name: HTTPSettings.knownBrowserCookieName)
        else {
            return nil
        }
        return BrowserSecret(headerValue: value)
    }

    /// The largest body that is read, in bytes.
    static let bodyBytesMax = 64 * 1_024

    /// Reads the body.
    ///
    /// - Throws: ``Problem/bodyTooLarge``; ``Problem/malformedRequest`` when the sender goes away in the middle.
    func body() async throws(Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= Self.bodyBytesMax else { throw Problem.bodyTooLarge }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .malformedRequest
        }
        return bytes
    }

    /// Reads a JSON object; an absent body is an empty one where that is allowed.
    func object(orNone isOptional: Bool = false) async throws -> Fields {
        let bytes = try await body()
        if bytes.isEmpty, isOptional { return Fields(json: [:]) }
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw Problem.malformedBody
        }
        guard case .object = json else { throw Problem.invalid([.init(field: "body", message: "Send a JSON object.")]) }
        return Fields(json: json)
    }

    /// Reads a form's fields.
    func form(_ names: String...) async throws -> FormFields {
        guard let form = FormFields(try await body(), expecting: names) else { throw Problem.malformedForm }
        return form
    }

    /// The query's parameters.
    func query(_ names: String...) throws -> FormFields {
        guard let query = FormFields((request.uri.query ?? "").utf8, expecting: names) else {
            throw Problem.malformedQuery
        }
        return query
    }
}

/// The fields of a JSON request.
///
/// Each that is wrong is named; unknown ones are ignored.
struct Fields {
    private let json: JSON

    init(json: JSON) {
        self.json = json
    }

    /// A required text.
    ///
    /// - Parameters:
    ///   - field: Its name.
    ///   - bytesMax: Its longest form in UTF-8.
    ///   - errors: Takes what is wrong with it.
    /// - Returns: The text; empty when it is wrong.
    func text(_ field: String, bytesMax: Int = Call.bodyBytesMax, _ errors: inout [Problem.FieldError]) -> String {
        switch json[field] {
        case .string(let text)?:
            if text.utf8.count <= bytesMax { return text }
            errors.append(.init(field: field, message: "\(field) has at most \(bytesMax) bytes."))
        case nil: errors.append(.init(field: field, message: "\(field) is missing."))
        default: errors.append(.init(field: field, message: "\(field) must be a string."))
        }
        return ""
    }

    /// An optional text; `nil` when absent or wrong.
    func optionalText(_ field: String, bytesMax: Int, _ errors: inout [Problem.FieldError]) -> String? {
        json[field] == nil ? nil : text(field, bytesMax: bytesMax, &errors)
    }

    /// An optional truth value.
    func bool(_ field: String, orElse fallback: Bool = false, _ errors: inout [Problem.FieldError]) -> Bool {
        switch json[field] {
        case .bool(let value)?: return value
        case nil: return fallback
        default:
            errors.append(.init(field: field, message: "\(field) must be true or false."))
            return false
        }
    }
}
