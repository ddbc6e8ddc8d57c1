import Sessions

/// The columns that ``SQLRow/session()`` reads.
let sessionColumns: SQL = """
    s.id, s.user_id, s.epoch, s.token_digest, s.amr, s.authenticated_at, s.created_at, s.expires_at, s.remembered,
    s.sign_in_address, s.last_activity, s.address, s.user_agent, s.device_type, s.browser, s.browser_name, s.browser_version,
    s.os, s.location, s.ended_at, s.end_reason, s.ended_by, s.ended_by_session
    """

extension SQLRow {
    mutating func session() throws -> Session {
        Session(
            id: try id(),
            userID: try id(),
            epoch: try integer(),
            tokenDigest: try digest(),
            authentication: try value(AuthenticationMethods.init(encoded:)),
            authenticatedAt: try time(),
            createdAt: try time(),
            expiresAt: try time(),
            isRemembered: try bool(),
            signInAddress: try optional { try $0.value(IPAddress.init) },
            lastActivity: try time(),
            address: try optional { try $0.value(IPAddress.init) },
            userAgent: try optional { try $0.text() },
            device: try device(),
            location: try optional { try $0.value(Location.init(encoded:)) },
            ending: try ending()
        )
    }

    private mutating func digest() throws -> TokenDigest {
        guard let digest = TokenDigest(bytes: try blob()) else { throw Corrupt(column: 3) }
        return digest
    }

    mutating func device() throws -> Device {
        Device(
            kind: try value(Device.Kind.init),
            browser: try value(Device.Browser.init),
            browserName: try text(),
            browserVersion: try text(),
            os: try text()
        )
    }

    private mutating func ending() throws -> Session.Ending? {
        let at = try optional { try $0.time() }
        let reason = try optional { try $0.value(Session.EndReason.init) }
        let kind = try optional { try $0.text() }
        let session: SessionID? = try optional { try $0.id() }
        guard let at, let reason, let kind else { return nil }
        guard let actor = Actor(kind: kind, session: session) else { throw Corrupt(column: 21) }
        return Session.Ending(at: at, reason: reason, by: actor)
    }
}

extension Actor {
    var columns: (kind: String, session: SessionID?) {
        switch self {
        case .session(let id): ("session", id)
        case .operator: ("operator", nil)
        case .system: ("system", nil)
        }
    }

    init?(kind: String, session: SessionID?) {
        switch (kind, session) {
        case ("session", let id?): self = .session(id)
        case ("operator", nil): self = .operator
        case ("system", nil): self = .system
        default: return nil
        }
    }
}

extension AuthenticationMethods {
    var encoded: String { methods.map(\.rawValue).joined(separator: " ") }

    init?(encoded: String) {
        let words = encoded.split(separator: " ")
        let methods = words.compactMap { Method(rawValue: String($0)) }
        guard methods.count == words.count else { return nil }
        self.init(methods)
    }
}

extension Location {
    var encoded: String {
        let json: JSON = [
            "city": .text(city), "region": .text(region), "country": .text(country), "countryCode": .text(countryCode),
            "latitude": .text(latitude.map { "\($0)" }), "longitude": .text(longitude.map { "\($0)" }),
            "accuracyRadius": .text(accuracyRadius.map { "\($0)" }), "network": .text(network),
        ]
        return String(decoding: json.utf8, as: UTF8.self)
    }

    init?(encoded: String) {
        guard let json = try? JSON(parsing: encoded.utf8) else { return nil }
        self.init()
        city = json["city"]?.string
        region = json["region"]?.string
        country = json["country"]?.string
        countryCode = json["countryCode"]?.string
        latitude = json["latitude"]?.string.flatMap(Double.init)
        longitude = json["longitude"]?.string.flatMap(Double.init)
        accuracyRadius = json["accuracyRadius"]?.string.flatMap(Double.init)
        network = json["network"]?.string
    }
}
