import HTTPTypes
import Hummingbird
import Sessions

/// What operators, proxies and browsers fetch: health, the API's description, the counters, stylesheet and script.
struct ServiceRoutes: Sendable {
    let authority: SessionAuthority
    let settings: HTTPSettings

    var routes: [Route] {
        [
            Route(method: .get, path: "/health", kind: .api, takesAnyHost: true) { _ in Response(["status": "ok"]) },
            Route(method: .get, path: "/ready", kind: .api, takesAnyHost: true, handler: ready),
            Route(method: .get, path: "/metrics", kind: .api, takesAnyHost: true, handler: metrics),
            Route(method: .get, path: "/.well-known/session-policy", kind: .api, handler: policy),
            Route(method: .get, path: "/favicon.ico", kind: .page) { _ in Response(status: .noContent) },
            file("/openapi.yaml", "application/yaml; charset=utf-8", PackageResources.openapi_yaml, "no-cache"),
            file(Asset.style.path, "text/css; charset=utf-8", Asset.style.bytes, Asset.cacheControl),
            file(Asset.script.path, "text/javascript; charset=utf-8", Asset.script.bytes, Asset.cacheControl),
        ]
    }

    private func ready(_ call: Call) async throws -> Response {
        do {
            try await authority.ping()
        } catch is LeaseLost {
            throw Problem.leaseLost
        }
        return Response(["status": "ready"])
    }

    /// Counters are for the operator: never told to somebody who came through a proxy.
    private func metrics(_ call: Call) async throws -> Response {
        let isForwarded = [HTTPField.Name.xForwardedFor, .xRealIP, .forwarded].contains {
            call.request.headers[$0] != nil
        }
        guard let render = settings.metrics, !isForwarded else { throw Problem.notFound }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: render()))
        )
    }

    private func policy(_ call: Call) async throws -> Response {
        Response([
            "sessionLifetimeSeconds": .integer(SessionPolicy.lifetimeSeconds),
            "rememberedSessionLifetimeSeconds": .integer(SessionPolicy.rememberedLifetimeSeconds),
            "inactivityTimeoutSeconds": nil, "parallelSessionsMax": nil,
        ])
    }

    private func file(_ path: String, _ type: String, _ bytes: [UInt8], _ cacheControl: String) -> Route {
        let body = ByteBuffer(bytes: bytes)
        return Route(method: .get, path: path, kind: .page) { _ in
            Response(
                status: .ok,
                headers: [.contentType: type, .cacheControl: cacheControl],
                body: ResponseBody(byteBuffer: body)
            )
        }
    }
}

/// A file in the binary that pages refer to.
struct Asset: Sendable {
    let path: String
    let bytes: [UInt8]

    static let style = Asset(path: "/assets/style.css", bytes: PackageResources.style_css)
    static let script = Asset(path: "/assets/script.js", bytes: PackageResources.script_js)

    /// For a year: another content has another URL.
    static let cacheControl = "public, max-age=31536000, immutable"

    /// The address with a mark of the content (FNV-1a).
    var url: String {
        let mark = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "\(path)?v=\(String(mark, radix: 36))"
    }
}
