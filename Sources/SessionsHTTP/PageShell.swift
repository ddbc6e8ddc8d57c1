import HTTPTypes
import Hummingbird
import Sessions

/// What all pages have in common.
struct PageShell: Sendable {
    let site: Layout.Site

    init(settings: HTTPSettings) {
        site = Layout.Site(
            appName: settings.appName,
            styleURL: Asset.style.url,
            scriptURL: Asset.script.url,
            supportURL: settings.supportURL,
            credits: settings.locationCredits
        )
    }

    /// An error, as a page.
    func refusal(_ problem: Problem) -> Response {
        let page = MessagePage.error(
            status: problem.status.code,
            site: site,
            retryAfterSeconds: problem.retryAfterSeconds
        )
        var response = Response(page: page.html, status: problem.status)
        for field in problem.headers { response.headers[values: field.name] = problem.headers[values: field.name] }
        return response
    }

    /// The signed-in reader.
    func account(_ session: LiveSession) -> Layout.Account {
        Layout.Account(
            identifier: session.username.description,
            sessionID: "\(session.id)",
            expiresMilliseconds: session.expiresAt.milliseconds
        )
    }
}

extension SessionCard.Model {
    /// A session for its card.
    init(_ session: Session, current: SessionID, findings: AccountFindings = .none) {
        let device = session.device
        self.init(
            id: "\(session.id)",
            deviceKind: DeviceKind(device.kind),
            deviceInfo: device.info,
            // The headline has the five; a named browser outside them, or beside them, is told below.
            browser: device.browserName == device.browser.rawValue ? nil : device.browserName,
            os: device.os,
            ipAddress: session.address?.description ?? "Address unknown",
            location: session.location?.summary,
            lastActivityMilliseconds: session.lastActivity.milliseconds,
            createdMilliseconds: session.createdAt.milliseconds,
            expiresMilliseconds: session.expiresAt.milliseconds,
            isCurrent: session.id == current,
            isRemembered: session.isRemembered,
            findings: SessionCard.Findings(
                sentences: findings.signals(of: session.id).map(\.message),
                needsAttention: findings.needsAttention(session.id),
                eventID: findings.event(of: session.id).map { "\($0)" },
                isNew: !findings.isSeen(session)
            )
        )
    }
}

extension DeviceKind {
    init(_ kind: Device.Kind) {
        self =
            switch kind {
            case .mobile: .mobile
            case .tablet: .tablet
            case .desktop: .desktop
            case .unknown: .unknown
            }
    }
}
