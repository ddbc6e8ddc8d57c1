import HTTPTypes
import Hummingbird
import Sessions

/// What answers one method of one path.
struct Route: Sendable {
    typealias Handler = @Sendable (Call) async throws -> Response

    /// How errors are told, and which bodies are taken.
    enum Kind: Sendable {
        /// Problem JSON; JSON bodies.
        case api
        /// Pages; forms.
        case page
    }

    let method: HTTPRequest.Method
    /// An exact path.
    ///
    /// One segment may be `{id}`.
    let path: String
    let kind: Kind
    /// Whether any one syntactically valid `Host` will do: proxies and health checks ask by other names.
    var takesAnyHost = false
    let handler: Handler
}

/// All routes, by path.
///
/// A path has one spelling: what differs by a slash, a case or an escape is another path (404), so that a proxy and
/// we never disagree about what was asked for.
struct RouteTable: Sendable {
    private var exact: [String: [Route]] = [:]
    private var withID: [(prefix: String, suffix: String, routes: [Route])] = []

    init(_ routes: [Route]) {
        for route in routes {
            guard let variable = route.path.firstRange(of: "{id}") else {
                exact[route.path, default: []].append(route)
                continue
            }
            let prefix = String(route.path[..<variable.lowerBound])
            let suffix = String(route.path[variable.upperBound...])
            if let index = withID.firstIndex(where: { $0.prefix == prefix && $0.suffix == suffix }) {
                withID[index].routes.append(route)
            } else {
                withID.append((prefix, suffix, [route]))
            }
        }
    }

    /// The routes of a path, and its variable part.
    func routes(at path: String) -> (routes: [Route], id: String)? {
        if let routes = exact[path] { return (routes, "") }
        let bytes = path.utf8
        for entry in withID where bytes.count > entry.prefix.utf8.count + entry.suffix.utf8.count {
            guard path.hasPrefix(entry.prefix), path.hasSuffix(entry.suffix) else { continue }
            let id = bytes.dropFirst(entry.prefix.utf8.count).dropLast(entry.suffix.utf8.count)
            // One segment, and not one that a proxy resolves away (RFC 3986 section 5.2.4).
            if !id.contains(UInt8(ascii: "/")), ![".", ".."].contains(String(id) ?? "") {
                return (entry.routes, String(id) ?? "")
            }
        }
        return nil
    }
}
