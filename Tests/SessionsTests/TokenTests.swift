import Crypto
import JWTKit
import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Session token` {
    // MARK: What is ours

    @Test func `a token says what it was signed for, and nothing personal`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user, isRemembered: true)
        let parts = opened.token.headerValue.split(separator: ".").map(String.init)

        let header = try #require(Base64URL.decode(Array(parts[0].utf8)))
        let payload = try #require(Base64URL.decode(Array(parts[1].utf8)))
        let claims = try JSON(parsing: payload)

        let key = try SigningKeys(secret: Scene.secret).current.id
        #expect(try JSON(parsing: header) == ["alg": "HS256", "typ": "JWT", "kid": .string(key)])
        let start = ManualClock.start.seconds
        let expected: JSON = [
            "sub": .id(user.id), "sid": .id(opened.session.id), "jti": claims["jti"] ?? .null, "ep": 1,
            "auth_time": .integer(start), "amr": ["pwd"], "iat": .integer(start), "exp": .integer(start + 2_592_000),
            "iss": "sessiond", "aud": .id(await scene.memory.instanceID()),
        ]
        #expect(claims == expected)
        #expect(claims["jti"]?.string?.utf8.count == 22)
        #expect(opened.token.bytes.count < 700)
        #expect("\(opened.token)" == "<redacted>")
    }

    @Test func `tokens of one session's owner in one millisecond all differ`() async throws {
        let forger = try await Forger()

        let tokens = try await (0..<50).asyncMap { _ in
            try await forger.scene.logIn(forger.user).token.headerValue
        }
        #expect(Set(tokens).count == 50)
        #expect(Set(tokens.compactMap { $0.split(separator: ".").last }).count == 50)
    }

    @Test func `what is signed is read back`() throws {
        let codec = TokenCodec(keys: try SigningKeys(secret: Scene.secret), audience: .make(at: ManualClock.start))
        let claims = TokenClaims(
            userID: .make(at: ManualClock.start),
            sessionID: .make(at: ManualClock.start),
            tokenID: "0123456789abcdefABCD-_",
            epoch: .max,
            authentication: AuthenticationMethods([.password, .oneTimeCode]),
            authenticatedAt: Timestamp(seconds: 1),
            issuedAt: Timestamp(seconds: 253_402_300_799),
            expiresAt: Timestamp(seconds: 253_402_300_799),
            audience: codec.audience
        )

        let token = codec.sign(claims)

        #expect(token.bytes.withUnsafeBytes(codec.authenticate) != nil)
        #expect(codec.claims(of: token.bytes) == claims)
    }

    @Test func `a token forged with the right key byte for byte is the token`() async throws {
        let forger = try await Forger()

        try await #expect(forger.worth(forger.token) == .valid)
        try await #expect(forger.worth(forger.sign(header: forger.header, claims: forger.claims)) == .valid)
    }

    // MARK: What is not

    @Test func `a token with any single bit changed is refused`() async throws {
        let forger = try await Forger()
        let token = Array(forger.token.utf8)
        let authority = forger.scene.authority
        // From here on memory knows the token by its signature: its look-alikes must not pass for it.
        try await #expect(authority.worth(token) == .valid)

        var refused = 0
        for index in token.indices {
            for bit in 0..<8 {
                var changed = token
                changed[index] ^= 1 << bit
                if try await authority.worth(changed) == .invalid(.notOurs) { refused += 1 }
            }
        }

        #expect(refused == token.count * 8)
        try await #expect(authority.worth(token) == .valid)
    }

    @Test func `a token that lacks a byte anywhere, or has one more, is refused`() async throws {
        let forger = try await Forger()
        let token = Array(forger.token.utf8)
        try await #expect(forger.scene.authority.worth(token) == .valid)

        for index in token.indices {
            var shorter = token
            shorter.remove(at: index)
            var longer = token
            longer.insert(UInt8(ascii: "A"), at: index)
            try await #expect(forger.scene.authority.worth(shorter) == .invalid(.notOurs))
            try await #expect(forger.scene.authority.worth(longer) == .invalid(.notOurs))
        }
    }

    @Test func `other spellings of the same signature are refused`() async throws {
        let forger = try await Forger()
        let token = forger.token
        try await #expect(forger.worth(token) == .valid)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let lasts = alphabet.map { String(token.dropLast()) + String($0) }.filter { $0 != token }
        let parts = token.split(separator: ".").map(String.init)
        let classic = parts[2].replacing("-", with: "+").replacing("_", with: "/")
        let others = [
            token + "=", token + "==", token + " ", token + "\n", token + "\0", " " + token, "\t" + token, token + ".",
            "." + token,
            token + "." + parts[2], "\"\(token)\"", token.uppercased(), "Bearer \(token)", token + ";", token + "%3D",
            parts[0] + "=." + parts[1] + "." + parts[2], parts[0] + "." + parts[1] + "=." + parts[2],
            parts[0] + ".." + parts[2], "..", ".", "", parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".",
        ]

        for other in lasts + others { try await #expect(forger.worth(other) == .invalid(.notOurs), "\(other)") }
        if classic != parts[2] {
            try await #expect(forger.worth("\(parts[0]).\(parts[1]).\(classic)") == .invalid(.notOurs))
        }
    }

    /// Signed with the right key: only the spelling of the payload is wrong.
    @Test func `other spellings of the payload are refused although the signature is right`() async throws {
        let forger = try await Forger()
        let payload = Base64URL.encode(forger.claims.utf8)
        let spaced = String(decoding: forger.claims.utf8, as: UTF8.self).replacing(":", with: ": ")
        let encoded = String(decoding: payload, as: UTF8.self)

        for other in [
            encoded + "=", encoded + "==", encoded + ".", "." + encoded, encoded + "\n", encoded + ".e30", "",
        ] {
            let token = forger.sign(encodedHeader: forger.encodedHeader, encodedPayload: other)
            try await #expect(forger.worth(token) == .invalid(.notOurs), "\(other.suffix(9))")
        }
        // The claims are right, and yet it is not the token whose digest the record has.
        let respelled = forger.sign(header: forger.header, payload: spaced)
        try await #expect(forger.worth(respelled) == .invalid(.notOurs))
    }

    static let headers: [String] = [
        #"{"alg":"none","typ":"JWT","kid":"KID"}"#, #"{"alg":"None","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"NONE","typ":"JWT","kid":"KID"}"#, #"{"alg":"nOnE","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"","typ":"JWT","kid":"KID"}"#, #"{"alg":null,"typ":"JWT","kid":"KID"}"#, #"{"typ":"JWT","kid":"KID"}"#,
        #"{"alg":["HS256"],"typ":"JWT","kid":"KID"}"#, #"{"alg":"hs256","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"HS384","typ":"JWT","kid":"KID"}"#, #"{"alg":"HS512","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"RS256","typ":"JWT","kid":"KID"}"#, #"{"alg":"ES256","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"PS256","typ":"JWT","kid":"KID"}"#, #"{"alg":"EdDSA","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","crit":["exp"]}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","crit":[]}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","b64":false,"crit":["b64"]}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","jku":"http://127.0.0.1:9/keys"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","x5u":"http://127.0.0.1:9/key"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","jwk":{"kty":"oct","k":"AAAA"}}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","x5c":[]}"#, #"{"alg":"HS256","typ":"JWT","kid":"KID","zip":"DEF"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID","cty":"JWT"}"#, #"{"alg":"HS256","typ":"JWT"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":""}"#, #"{"alg":"HS256","typ":"JWT","kid":null}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"unknown"}"#, #"{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"' OR 1=1 --"}"#, #"{"alg":"HS256","typ":"at+jwt","kid":"KID"}"#,
        #"{"alg":"HS256","typ":"jwt","kid":"KID"}"#, #"{"alg":"HS256","kid":"KID"}"#,
        #"{"kid":"KID","alg":"HS256","typ":"JWT"}"#, #"{"alg":"HS256","typ":"JWT","kid":"KID" }"#,
        #"{"alg":"HS256","alg":"none","typ":"JWT","kid":"KID"}"#, #"{"alg":"HS256","typ":"JWT","kid":"KID"}{}"#, #"{}"#,
        #""#, #"[]"#, #"null"#, #"not JSON"#,
    ]

    @Test(arguments: headers)
    func `a header other than the few that we write is refused although the signature is right`(header: String)
        async throws
    {
        let forger = try await Forger()

        let token = forger.sign(header: header.replacing("KID", with: forger.kid), claims: forger.claims)

        try await #expect(forger.worth(token) == .invalid(.notOurs))
        let bare = token.prefix { $0 != "." } + "." + forger.encodedPayload + "."
        try await #expect(forger.worth(String(bare)) == .invalid(.notOurs))
    }

    @Test(arguments: ClaimChange.all)
    func `claims other than such as we write are refused although the signature is right`(change: ClaimChange)
        async throws
    {
        let forger = try await Forger()

        let token = forger.sign(header: forger.header, payload: change.payload(forger.claims))

        try await #expect(forger.worth(token) == .invalid(.notOurs))
    }

    @Test(arguments: [
        "", "null", "[]", "\"x\"", "{}", "{", "not JSON", "{\"sub\":1}", "\u{FEFF}{}",
        String(repeating: "[", count: 500),
    ])
    func `a payload that is no object of claims is refused although the signature is right`(payload: String)
        async throws
    {
        let forger = try await Forger()

        try await #expect(forger.worth(forger.sign(header: forger.header, payload: payload)) == .invalid(.notOurs))
    }

    /// Right in form, signed with the right key, and not the token that was handed out: the digest tells.
    @Test(arguments: [
        ("jti", JSON.string("AAAAAAAAAAAAAAAAAAAAAA")), ("exp", .integer(4_000_000_000)),
        ("amr", .array(["pwd", "otp"])), ("auth_time", .integer(1_795_429_801)), ("ep", .integer(2)),
        ("nbf", .integer(1)),
    ])
    func `a token like the one that was handed out opens nothing`(name: String, value: JSON) async throws {
        let forger = try await Forger()

        let token = forger.sign(header: forger.header, claims: forger.claims.setting(name, to: value))

        try await #expect(forger.worth(token) == .invalid(.notOurs))
    }

    @Test func `a token for another user's session is not ours, and one for no session has ended`() async throws {
        let forger = try await Forger()
        let bob = try await forger.scene.logIn(forger.scene.register("bob"))

        let bobs = forger.claims.setting("sid", to: .id(bob.session.id))
        try await #expect(forger.worth(forger.sign(header: forger.header, claims: bobs)) == .invalid(.notOurs))
        let nobodys = forger.claims.setting("sid", to: .id(SessionID.make(at: ManualClock.start)))
        try await #expect(
            forger.worth(forger.sign(header: forger.header, claims: nobodys)) == .invalid(.ended(.revoked))
        )
    }

    @Test func `a token of more than 1,024 bytes is not looked at`() async throws {
        let forger = try await Forger()
        for count in [1_025, 65_536] {
            let payload = String(decoding: forger.claims.utf8, as: UTF8.self) + String(repeating: " ", count: count)
            try await #expect(forger.worth(forger.sign(header: forger.header, payload: payload)) == .invalid(.notOurs))
        }
    }

    // MARK: Time

    @Test func `a token from more than a minute ahead is not ours yet`() async throws {
        let forger = try await Forger()
        let authority = try await forger.scene.restarted()

        forger.scene.clock.advance(seconds: -61)
        try await #expect(authority.worth(Array(forger.token.utf8)) == .invalid(.notOurs))

        forger.scene.clock.advance(seconds: 1)
        try await #expect(authority.worth(Array(forger.token.utf8)) == .valid)
    }

    // MARK: Keys and audiences

    @Test func `a token of another instance with the same secret is not ours`() async throws {
        let here = try await Scene()
        let elsewhere = try await Forger()

        try await #expect(here.authority.worth(Array(elsewhere.token.utf8)) == .invalid(.notOurs))
    }

    @Test func `a token of another secret is not ours; a previous one still is`() async throws {
        let forger = try await Forger()
        let token = Array(forger.token.utf8)
        let newer = Scene.secret + " and newer"

        try await #expect(forger.scene.restarted(secret: newer).worth(token) == .invalid(.notOurs))
        try await #expect(forger.scene.restarted(secret: newer, previous: [Scene.secret]).worth(token) == .valid)
        try await #expect(
            forger.scene.restarted(secret: newer, previous: [newer + "!"]).worth(token) == .invalid(.notOurs)
        )
    }

    @Test func `a previous secret does not sign`() async throws {
        let keys = try SigningKeys(secret: Scene.secret + " and newer", previous: [Scene.secret])
        let scene = try await Scene(keys: keys)
        let token = try await scene.logIn(scene.register("ada")).token

        try await #expect(scene.restarted().worth(token) == .invalid(.notOurs))
        try await #expect(scene.restarted(secret: Scene.secret + " and newer").worth(token) == .valid)
    }

    @Test func `a header of one key with the signature of another is refused`() async throws {
        let newer = Scene.secret + " and newer"
        let keys = try SigningKeys(secret: newer, previous: [Scene.secret])
        let forger = try await Forger(keys: keys, secret: newer)
        let older = Forger.header(kid: keys.all[1].id)

        try await #expect(forger.worth(forger.sign(header: older, claims: forger.claims)) == .invalid(.notOurs))
    }

    // MARK: An independent implementation

    @Test func `jwt-kit verifies our token, and refuses it with another key`() async throws {
        let forger = try await Forger()
        let kid = JWKIdentifier(string: forger.kid)

        let keys = await JWTKeyCollection().add(hmac: HMACKey(from: Scene.secret), digestAlgorithm: .sha256, kid: kid)
        let claims = try await keys.verify(forger.token, as: OracleClaims.self)

        let start = ManualClock.start.seconds
        #expect(claims.iss == "sessiond")
        #expect(claims.sub == "\(forger.user.id)")
        #expect(claims.sid == "\(forger.session.id)")
        #expect(claims.amr == ["pwd"])
        #expect([claims.iat, claims.authenticatedAt, claims.exp - 86_400] == [start, start, start])

        let others = await JWTKeyCollection().add(
            hmac: HMACKey(from: Scene.secret + "!"),
            digestAlgorithm: .sha256,
            kid: kid
        )
        await #expect(throws: JWTError.self) { try await others.verify(forger.token, as: OracleClaims.self) }
    }

    @Test func `what jwt-kit signs with our key, header and claims is our token`() async throws {
        let forger = try await Forger()
        let serializer = DefaultJWTSerializer(
            jsonEncoder: FixedEncoder(
                header: forger.header,
                payload: String(decoding: forger.claims.utf8, as: UTF8.self)
            )
        )

        let keys = await JWTKeyCollection().add(
            hmac: HMACKey(from: Scene.secret),
            digestAlgorithm: .sha256,
            kid: JWKIdentifier(string: forger.kid),
            serializer: serializer
        )
        let token = try await keys.sign(OracleClaims.empty, kid: JWKIdentifier(string: forger.kid))

        #expect(token == forger.token)
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
