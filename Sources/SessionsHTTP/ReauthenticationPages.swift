import HTTPTypes
import Hummingbird
import Sessions

/// `/settings/security/reauthenticate`: the proof as a page of its own, on the way to something else.
struct ReauthenticationPages: Sendable {
    let fresh: FreshAuthentication
    let pages: PageShell

    private static let path = "/settings/security/reauthenticate"

    var routes: [Route] {
        [
            Route(method: .get, path: Self.path, kind: .page, handler: fresh.gate.page(show)),
            Route(method: .post, path: Self.path, kind: .page, handler: fresh.gate.page(take)),
        ]
    }

    private func show(_ call: Call, _ current: LiveSession) async throws -> Response {
        let target = Self.target((try? call.query("return"))?["return"])
        guard let question = try await fresh.question(current) else { return Response(seeOther: target) }
        return Response(page: page(current, question, target, FormErrors()))
    }

    private func take(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("password", "code", "return")
        let target = Self.target(form["return"])
        return try await fresh.require(form, call, current) { question, errors in
            page(current, question, target, errors)
        } then: { _ in
            Response(seeOther: target)
        }
    }

    private func page(
        _ current: LiveSession,
        _ question: Reauthentication,
        _ target: String,
        _ errors: FormErrors
    ) -> HTML {
        ReauthenticatePage(
            site: pages.site,
            account: pages.account(current),
            reauthentication: question,
            returnPath: target,
            errors: errors
        ).html
    }

    /// A path of this host; anything else leads to the security page.
    private static func target(_ text: String?) -> String {
        NextPage(text, cookieDomain: nil)?.text ?? "/settings/security"
    }
}
