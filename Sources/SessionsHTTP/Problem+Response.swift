import HTTPTypes
import Hummingbird
import Sessions

extension Problem {
    /// The error as JSON.
    var json: JSON {
        var members: [JSON.Member] = [
            .init(key: "type", value: "about:blank"), .init(key: "title", value: .string(status.reasonPhrase)),
            .init(key: "status", value: .integer(Int64(status.code))), .init(key: "code", value: .string(code)),
            .init(key: "detail", value: .string(detail)),
        ]
        if !errors.isEmpty {
            let errors = errors.map { error -> JSON in
                ["field": .string(error.field), "message": .string(error.message)]
            }
            members.append(.init(key: "errors", value: .array(errors)))
        }
        return .object(members)
    }

    /// The headers that belong to the error whatever its form.
    var headers: HTTPFields {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
        headers[values: .setCookie] = cookies
        if status == .unauthorized { headers[.wwwAuthenticate] = "Cookie realm=\"session\"" }
        return headers
    }

    /// The answer of an API route.
    var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.utf8)))
    }

    /// What becomes of an error that is no answer: broken machinery is 503, in this one place (invariant I3).
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case is PasswordHasher.Overloaded: self = .overloaded
        case is CallerEnded: self = .sessionRevoked
        default: self = .storageUnavailable
        }
    }
}

extension Response {
    /// An answer in JSON.
    init(_ json: JSON, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.utf8))
        )
    }

    /// A page.
    init(page: HTML, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.bytes))
        )
    }

    /// A redirection after a form, or instead of a page.
    init(seeOther location: String) {
        self.init(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }
}
