/// What the settings pages share: the heading and the tabs.
struct SettingsFrame {
    enum Tab: CaseIterable {
        case profile
        case security

        fileprivate var label: String {
            switch self {
            case .profile: "Profile"
            case .security: "Security"
            }
        }

        fileprivate var path: String {
            switch self {
            case .profile: "/settings/profile"
            case .security: "/settings/security"
            }
        }
    }

    var site: Layout.Site
    var account: Layout.Account
    var tab: Tab
    /// The cards below the tabs.
    var cards: HTML
    var dialogs: HTML = .empty

    var html: HTML {
        Layout(
            site: site,
            title: tab.label,
            account: account,
            isSettings: true,
            main: """
                <h1>Settings</h1>
                <nav class="tabs" aria-label="Settings">\(Tab.allCases.map(link))</nav>
                \(cards)
                """,
            dialogs: dialogs
        ).html
    }

    private func link(_ other: Tab) -> HTML {
        """
        <a href="\(url: other.path)"\(raw: other == tab ? " aria-current=\"page\"" : "")>\(other.label)</a>
        """
    }
}
