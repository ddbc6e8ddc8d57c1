/// A coloured box with one thing to know, above what it is about.
enum Notice {
    /// Something went as it was asked to.
    static func success(_ text: HTML) -> HTML {
        "<div class=\"notice ok\" role=\"status\">\(Icons.success)<p>\(text)</p></div>"
    }

    /// Something the reader should know before going on.
    static func attention(_ text: HTML) -> HTML {
        "<div class=\"notice\" role=\"status\">\(Icons.attention)<p>\(text)</p></div>"
    }

    /// Something that did not work.
    static func problem(_ text: HTML) -> HTML {
        "<div class=\"notice bad\" role=\"alert\">\(Icons.attention)<p>\(text)</p></div>"
    }
}

/// Why a session was not ended, in the words the script uses too.
enum SessionProblem: Sendable {
    /// Answer to 409 `current_session`.
    case currentSession
    /// Answer to 404 `session_not_found`.
    case alreadyEnded
    /// Answer to 403 `reauthentication_required`.
    case reauthenticationRequired
    /// Answer to 503 `storage_unavailable`.
    case unavailable

    var notice: HTML {
        switch self {
        case .currentSession: Notice.problem("This is the device you are using; use Log out instead.")
        case .alreadyEnded: Notice.problem("This session had already ended.")
        case .reauthenticationRequired:
            Notice.problem(
                #"<a href="/login?next=/settings/security&amp;reauthenticate=1">Log in again</a> to end other sessions."#
            )
        case .unavailable: Notice.problem("The server is unavailable. Try again.")
        }
    }

    /// Whether doing the same once more could work.
    var canRetry: Bool {
        switch self {
        case .unavailable: true
        case .currentSession, .alreadyEnded, .reauthenticationRequired: false
        }
    }
}
