import HTTPTypes

/// An error as the client sees it: RFC 9457, with a stable code.
///
/// It never holds a secret, SQL, a path or a decoder's words.
struct Problem: Error, Hashable {
    let status: HTTPResponse.Status
    let code: String
    let detail: String
    var errors: [FieldError] = []
    var retryAfterSeconds: Int?
    /// `Set-Cookie` values that must arrive whatever else has failed: the browser's token has just been replaced.
    var cookies: [String] = []

    /// What is wrong with one field.
    struct FieldError: Hashable {
        let field: String
        let message: String
    }
}

extension Problem {
    static let malformedBody = Problem(
        status: .badRequest,
        code: "malformed_body",
        detail: "The body is not valid JSON."
    )
    static let malformedForm = Problem(status: .badRequest, code: "malformed_body", detail: "The form is not valid.")
    static let malformedQuery = Problem(
        status: .badRequest,
        code: "malformed_query",
        detail: "A parameter stands twice."
    )
    static let invalidHost = Problem(status: .badRequest, code: "invalid_host", detail: "This host is not served here.")
    static let ambiguousCredentials = Problem(
        status: .badRequest,
        code: "ambiguous_credentials",
        detail: "The request carries more than one token."
    )
    static let sessionMissing = Problem(
        status: .unauthorized,
        code: "session_missing",
        detail: "You are not logged in."
    )
    static let tokenInvalid = Problem(status: .unauthorized, code: "token_invalid", detail: "The token is not valid.")
    static let sessionExpired = Problem(
        status: .unauthorized,
        code: "session_expired",
        detail: "The session has expired."
    )
    static let sessionRevoked = Problem(
        status: .unauthorized,
        code: "session_revoked",
        detail: "The session was ended."
    )
    static let invalidCredentials = Problem(
        status: .unauthorized,
        code: "invalid_credentials",
        detail: "The email, username or password is wrong."
    )
    static let invalidLoginCode = Problem(
        status: .unauthorized,
        code: "invalid_code",
        detail: "The code is wrong or was used before."
    )
    static let challengeExpired = Problem(
        status: .unauthorized,
        code: "challenge_expired",
        detail: "This log-in took too long, or too many codes were wrong. Log in again."
    )
    static let wrongPassword = Problem(
        status: .forbidden,
        code: "invalid_credentials",
        detail: "The password is wrong."
    )
    static let wrongCode = Problem(
        status: .forbidden,
        code: "invalid_code",
        detail: "The code is wrong or was used before."
    )
    static let wrongProof = Problem(
        status: .forbidden,
        code: "invalid_credentials",
        detail: "The password or the code is wrong."
    )
    static let sessionChanged = Problem(
        status: .conflict,
        code: "session_changed",
        detail: "Something else was changed at the same time. Nothing was done; try again."
    )
    static let alreadyEnabled = Problem(
        status: .conflict,
        code: "already_enabled",
        detail: "Two-factor authentication is on already."
    )
    static let notEnabled = Problem(
        status: .conflict,
        code: "not_enabled",
        detail: "Two-factor authentication is off."
    )
    static let setupRequired = Problem(
        status: .conflict,
        code: "setup_required",
        detail: "Set two-factor authentication up first; after half an hour, once more."
    )
    static let eventNotFound = Problem(status: .notFound, code: "event_not_found", detail: "There is no such event.")
    static let crossSite = Problem(
        status: .forbidden,
        code: "cross_site_request",
        detail: "The request did not come from a page of this site."
    )
    static let registrationClosed = Problem(
        status: .forbidden,
        code: "registration_closed",
        detail: "Accounts are made by the operator."
    )
    static let reauthenticationRequired = Problem(
        status: .forbidden,
        code: "reauthentication_required",
        detail: "Show first that it is still you."
    )
    static let notFound = Problem(status: .notFound, code: "not_found", detail: "There is nothing here.")
    static let sessionNotFound = Problem(
        status: .notFound,
        code: "session_not_found",
        detail: "There is no such session."
    )
    static let methodNotAllowed = Problem(
        status: .methodNotAllowed,
        code: "method_not_allowed",
        detail: "The method is not allowed here."
    )
    static let accountExists = Problem(
        status: .conflict,
        code: "account_exists",
        detail: "An account with this email or username exists already."
    )
    static let currentSession = Problem(
        status: .conflict,
        code: "current_session",
        detail: "This is the session you are using. Log out instead."
    )
    static let bodyTooLarge = Problem(
        status: .contentTooLarge,
        code: "body_too_large",
        detail: "The body is too large."
    )
    static let unsupportedMediaType = Problem(
        status: .unsupportedMediaType,
        code: "unsupported_media_type",
        detail: "The body's type is not supported here."
    )
    static let headersTooLarge = Problem(
        status: .requestHeaderFieldsTooLarge,
        code: "headers_too_large",
        detail: "The header block is too large."
    )
    static let malformedRequest = Problem(
        status: .badRequest,
        code: "malformed_request",
        detail: "The request is not valid HTTP."
    )
    static let requestTimeout = Problem(
        status: .requestTimeout,
        code: "request_timeout",
        detail: "The request did not arrive in time."
    )
    static func tooManyAttempts(retryAfterSeconds: Int64) -> Problem {
        let minutes = (retryAfterSeconds + 59) / 60
        return Problem(
            status: .tooManyRequests,
            code: "too_many_attempts",
            detail: "There were too many attempts. Try again in \(minutes == 1 ? "a minute" : "\(minutes) minutes").",
            retryAfterSeconds: Int(retryAfterSeconds)
        )
    }

    static let tooManyStreams = Problem(
        status: .tooManyRequests,
        code: "too_many_attempts",
        detail: "Too many event streams are open.",
        retryAfterSeconds: 15
    )
    static let overloaded = Problem(
        status: .serviceUnavailable,
        code: "overloaded",
        detail: "The server is busy. Try again.",
        retryAfterSeconds: 2
    )
    static let leaseLost = Problem(
        status: .serviceUnavailable,
        code: "lease_lost",
        detail: "The server does not know now which sessions have ended elsewhere. Try again.",
        retryAfterSeconds: 1
    )
    static let storageUnavailable = Problem(
        status: .serviceUnavailable,
        code: "storage_unavailable",
        detail: "The server cannot answer now. Try again.",
        retryAfterSeconds: 2
    )

    static let invalidCursor = Problem.invalid(
        [.init(field: "cursor", message: "The cursor is not valid any more. Start with the first page.")],
        code: "invalid_cursor"
    )

    static func invalid(_ errors: [FieldError], code: String = "invalid_request") -> Problem {
        Problem(
            status: .unprocessableContent,
            code: code,
            detail: errors.map(\.message).joined(separator: " "),
            errors: errors
        )
    }
}
