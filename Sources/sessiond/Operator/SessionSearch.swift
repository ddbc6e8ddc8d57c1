import Sessions

/// What the operator looks for among live sessions, as it was asked; the account is still to be found.
struct SessionSearch: Sendable {
    /// All but the account.
    var criteria = SessionCriteria()
    /// A user name, an e-mail address or an id.
    var account: String?

    var isEmpty: Bool { account == nil && criteria.isEmpty }

    /// As it travels through the socket.
    var json: JSON {
        [
            "account": .text(account), "since": .time(criteria.since), "until": .time(criteria.until),
            "network": .text(criteria.network?.description), "country": .text(criteria.country),
            "userAgent": .text(criteria.userAgent), "browser": .text(criteria.browser),
        ]
    }

    init() {}

    /// Reads what came through the socket; `nil` when a word of it is not understood, or there is none: nobody's sessions are ended because
    /// of that.
    init?(_ json: JSON) {
        account = json["account"]?.string
        criteria.country = json["country"]?.string
        criteria.userAgent = json["userAgent"]?.string
        criteria.browser = json["browser"]?.string
        if let text = json["since"]?.string {
            guard let instant = Timestamp(rfc3339: text) else { return nil }
            criteria.since = instant
        }
        if let text = json["until"]?.string {
            guard let instant = Timestamp(rfc3339: text) else { return nil }
            criteria.until = instant
        }
        if let text = json["network"]?.string {
            guard let block = AddressBlock(text) else { return nil }
            criteria.network = block
        }
        guard !isEmpty else { return nil }
    }
}

/// A lock that the operator asks for; the account is still to be found.
struct LockRequest: Sendable {
    enum Target: Sendable {
        /// A user name, an e-mail address or an id.
        case account(String)
        /// A network or a browser.
        case other(LoginLock.Target)
    }

    let target: Target
    let seconds: Int64
    let reason: String?

    init(_ target: Target, forSeconds seconds: Int64, because reason: String?) {
        self.target = target
        self.seconds = seconds
        self.reason = reason
    }

    /// What it is set on, as a search for the sessions that it ends.
    var search: SessionSearch {
        var search = SessionSearch()
        switch target {
        case .account(let text): search.account = text
        case .other(let target): search.criteria = SessionCriteria(target)
        }
        return search
    }

    /// As it travels through the socket.
    var json: JSON {
        let (kind, text) =
            switch target {
            case .account(let text): ("named", text)
            case .other(let target): (target.kind, target.text)
            }
        return [
            "kind": .string(kind), "target": .string(text), "seconds": .integer(seconds), "reason": .text(reason),
        ]
    }

    /// Reads what came through the socket; `nil` for a slip, too.
    init?(_ json: JSON) {
        guard let kind = json["kind"]?.string, let text = json["target"]?.string,
            let seconds = json["seconds"]?.integer,
            LoginLock.lifetimeSeconds.contains(seconds)
        else { return nil }
        if kind == "named" {
            target = .account(text)
        } else {
            guard let other = LoginLock.Target(kind: kind, text: text), other.slip == nil else { return nil }
            target = .other(other)
        }
        self.seconds = seconds
        reason = json["reason"]?.string
    }
}
