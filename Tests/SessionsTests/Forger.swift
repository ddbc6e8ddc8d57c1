import Crypto
import Foundation
import JWTKit
import Sessions
import SessionsTesting

@testable import Sessions

/// Somebody who has the signing key and a token to start from.
struct Forger: Sendable {
    let scene: Scene
    let user: User
    let session: Session
    let token: String
    let claims: JSON
    let kid: String
    let secret: String

    init(keys: SigningKeys? = nil, secret: String = Scene.secret) async throws {
        scene = try await Scene(keys: keys)
        user = try await scene.register("ada")
        let opened = try await scene.logIn(user)
        session = opened.session
        token = opened.token.headerValue
        let payload = token.split(separator: ".")[1]
        claims = try JSON(parsing: Base64URL.decode(Array(payload.utf8)) ?? [])
        kid = try SigningKeys(secret: secret).current.id
        self.secret = secret
    }

    static func header(kid: String) -> String { #"{"alg":"HS256","typ":"JWT","kid":"\#(kid)"}"# }

    var header: String { Self.header(kid: kid) }
    var encodedHeader: String { Self.encoded(header) }
    var encodedPayload: String { Self.encoded(String(decoding: claims.utf8, as: UTF8.self)) }

    func sign(header: String, claims: JSON) -> String {
        sign(header: header, payload: String(decoding: claims.utf8, as: UTF8.self))
    }

    func sign(header: String, payload: String) -> String {
        sign(encodedHeader: Self.encoded(header), encodedPayload: Self.encoded(payload))
    }

    func sign(encodedHeader: String, encodedPayload: String) -> String {
        let signed = encodedHeader + "." + encodedPayload
        let key = SymmetricKey(data: Array(secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: key)
        return signed + "." + String(decoding: Base64URL.encode(Array(code)), as: UTF8.self)
    }

    /// What a token is worth to a process that has not seen it yet.
    func worth(_ token: String) async throws -> SessionAuthority.Worth {
        try await scene.authority.worth(Array(token.utf8))
    }

    private static func encoded(_ text: String) -> String {
        String(decoding: Base64URL.encode(text.utf8), as: UTF8.self)
    }
}

extension JSON {
    /// The object with a member set, at its place or at the end.
    func setting(_ key: String, to value: JSON) -> JSON {
        guard case .object(let members) = self else { return self }
        guard members.contains(where: { $0.key == key }) else {
            return .object(members + [Member(key: key, value: value)])
        }
        return .object(members.map { $0.key == key ? Member(key: key, value: value) : $0 })
    }

    func removing(_ key: String) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.key != key })
    }
}

/// One thing that may be wrong with the claims of a token.
struct ClaimChange: Sendable, CustomStringConvertible {
    let description: String
    let payload: @Sendable (JSON) -> String

    private static let names = ["sub", "sid", "jti", "ep", "auth_time", "amr", "iat", "exp", "iss", "aud"]
    private static let values: [(String, JSON)] = [
        ("null", nil), ("true", true), ("an empty text", ""), ("a text", "x"), ("an object", .object([])),
        ("an empty list", .array([])), ("a list of lists", .array([.array([])])), ("zero", 0), ("negative", -1),
        ("1e300", .number("1e300")), ("1e999", .number("1e999")), ("a fraction", .number("1795516200.5")),
        ("as an exponent", .number("1795516200e0")), ("beyond 64 bits", .number("9223372036854775808")),
        ("the largest", .integer(.max)), ("the smallest", .integer(.min)), ("a number as text", "1795516200"),
    ]
    /// What is fine after all.
    private static let allowed = ["ep the largest"]

    static let all: [ClaimChange] =
        names.flatMap { name in
            [ClaimChange(description: "\(name) is missing") { $0.removing(name).text }]
                + values.map { word, value in
                    ClaimChange(description: "\(name) \(word)") { $0.setting(name, to: value).text }
                }
                + [
                    ClaimChange(description: "\(name) twice") { claims in
                        "{\"\(name)\":\((claims[name] ?? .null).text)," + claims.text.dropFirst()
                    },
                    ClaimChange(description: "\(name) twice, once escaped") { claims in
                        let escaped = name.unicodeScalars.map { "\\u00" + String($0.value, radix: 16) }.joined()
                        return claims.text.dropLast() + ",\"\(escaped)\":\((claims[name] ?? .null).text)}"
                    },
                ]
        }.filter { !allowed.contains($0.description) }
        + [
            ("iss", "Sessiond"), ("iss", "sessiond "), ("jti", "AAAAAAAAAAAAAAAAAAAAA"),
            ("jti", "AAAAAAAAAAAAAAAAAAAAAAA"), ("amr", .array(["pwd", "fpt"])), ("amr", .array(["PWD"])),
            ("amr", "pwd"), ("amr", .array(["pwd", nil])), ("exp", 253_402_300_800),
            ("sub", "0192F3A4-5B6C-7D8E-9F01-23456789ABCD"), ("aud", "0192f3a4-5b6c-7d8e-9f01-23456789abcd"),
            ("aud", .array(["0192f3a4-5b6c-7d8e-9f01-23456789abcd"])),
        ].map { (name: String, value: JSON) in
            ClaimChange(description: "\(name) \(value.text)") { $0.setting(name, to: value).text }
        }
}

extension JSON {
    fileprivate var text: String { String(decoding: utf8, as: UTF8.self) }
}

// MARK: - jwt-kit

/// Our claims as jwt-kit reads them.
struct OracleClaims: JWTPayload {
    var sub: String
    var sid: String
    var jti: String
    var ep: Int
    var authenticatedAt: Int64
    var amr: [String]
    var iat: Int64
    var exp: Int64
    var iss: String
    var aud: String

    enum CodingKeys: String, CodingKey {
        case sub
        case sid
        case jti
        case ep
        case authenticatedAt = "auth_time"
        case amr
        case iat
        case exp
        case iss
        case aud
    }

    static let empty = OracleClaims(
        sub: "",
        sid: "",
        jti: "",
        ep: 0,
        authenticatedAt: 0,
        amr: [],
        iat: 0,
        exp: 0,
        iss: "",
        aud: ""
    )

    func verify(using algorithm: some JWTAlgorithm) throws {}
}

/// Encodes whatever it is given as a fixed text, so that jwt-kit signs the very bytes that we do.
struct FixedEncoder: JWTJSONEncoder {
    let header: String
    let payload: String

    func encode<Value: Encodable>(_ value: Value) throws -> Data {
        Data((value is JWTHeader ? header : payload).utf8)
    }
}
