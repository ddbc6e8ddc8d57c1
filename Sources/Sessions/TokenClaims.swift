/// What a token says: a pointer to a session's record, and nothing personal (NIST SP 800-63B-4 section 5.1.1).
package struct TokenClaims: Hashable, Sendable {
    package let userID: UserID
    package let sessionID: SessionID
    /// 128 random bits, base64url: no two tokens are alike, not even of the same session in the same second.
    package let tokenID: String
    package let epoch: Int64
    package let authentication: AuthenticationMethods
    /// In whole seconds, like the two below.
    package let authenticatedAt: Timestamp
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp
    package let audience: InstanceID

    package static let issuer = "sessiond"

    /// A new ``tokenID``.
    static func randomID() -> String {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return String(decoding: Base64URL.encode(bytes), as: UTF8.self)
    }

    /// The claims as JSON, in the one order that we write.
    var json: JSON {
        [
            "sub": .id(userID), "sid": .id(sessionID), "jti": .string(tokenID), "ep": .integer(epoch),
            "auth_time": .integer(authenticatedAt.seconds),
            "amr": .array(authentication.methods.map { .string($0.rawValue) }),
            "iat": .integer(issuedAt.seconds), "exp": .integer(expiresAt.seconds), "iss": .string(Self.issuer),
            "aud": .id(audience),
        ]
    }
}

extension TokenClaims {
    /// Latest time that a claim may name: the year 9999.
    ///
    /// Beyond, no arithmetic of ours is asked to go.
    private static let secondsMax: Int64 = 253_402_300_799

    /// Reads claims strictly: each one present, of its type and in range.
    ///
    /// `nil` for anything else.
    init?(_ json: JSON) {
        guard let userID = json["sub"]?.string.flatMap(UserID.init),
            let sessionID = json["sid"]?.string.flatMap(SessionID.init),
            let tokenID = json["jti"]?.string, tokenID.utf8.count == 22,
            let epoch = json["ep"]?.integer, epoch > 0,
            let authenticatedAt = Self.time(json["auth_time"]), let issuedAt = Self.time(json["iat"]),
            let expiresAt = Self.time(json["exp"]),
            let methods = json["amr"]?.array, !methods.isEmpty,
            json["iss"]?.string == Self.issuer,
            let audience = json["aud"]?.string.flatMap(InstanceID.init)
        else { return nil }
        let known = methods.compactMap { $0.string.flatMap(AuthenticationMethods.Method.init) }
        guard known.count == methods.count else { return nil }
        self.init(
            userID: userID,
            sessionID: sessionID,
            tokenID: tokenID,
            epoch: epoch,
            authentication: AuthenticationMethods(known),
            authenticatedAt: authenticatedAt,
            issuedAt: issuedAt,
            expiresAt: expiresAt,
            audience: audience
        )
    }

    private static func time(_ json: JSON?) -> Timestamp? {
        guard let seconds = json?.integer, (1...secondsMax).contains(seconds) else { return nil }
        return Timestamp(seconds: seconds)
    }
}
