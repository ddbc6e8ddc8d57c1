import AsyncHTTPClient
import FoundationEssentials
import Sessions
import SessionsHTTP

/// Looks at everything that a server depends on, and changes nothing.
struct Doctor {
    let options: SettingOptions
    /// Where people come from; `nil` when the proxy is not looked at.
    let url: PublicURL?

    /// Looks at everything.
    ///
    /// - Parameter tell: Is given findings as they come.
    func run(_ tell: ([Finding]) -> Void) async {
        let settings: Settings
        do {
            settings = try options.settings()
            try settings.checkServing()
        } catch {
            return tell([.failure("settings", error.sentence, mend: "Without this nothing else can be looked at.")])
        }
        tell(settings.findings + Finding.misspelled(in: ProcessInfo.processInfo.environment))
        tell([settings.secretFinding, settings.clockFinding])
        tell(settings.fileFindings)
        tell(await settings.storageFindings())
        tell(settings.locationFindings)
        tell(await settings.deliveryFindings())
        if let url { tell(await examine(url, settings)) }
    }

    private func examine(_ url: PublicURL, _ settings: Settings) async -> [Finding] {
        let client = HTTPClient(configuration: ProbeNode.clientConfiguration)
        let found = await ProxyExamination(url: url, settings: settings, client: client).findings()
        try? await client.shutdown()
        return found
    }
}
