/// Somebody whose licence wants a link where their data is shown.
public enum LocationSource: Sendable, CaseIterable {
    /// DB-IP Lite: Creative Commons Attribution 4.0.
    case dbIP
    /// MaxMind's GeoLite, under its own licence.
    case geoLite

    /// By the type in a file's metadata; `nil` for files that want no link.
    init?(databaseType: String) {
        if databaseType.hasPrefix("DBIP") {
            self = .dbIP
        } else if databaseType.hasPrefix("GeoLite") {
            self = .geoLite
        } else {
            return nil
        }
    }

    /// What the link says.
    public var text: String {
        switch self {
        case .dbIP: "IP geolocation by DB-IP"
        case .geoLite: "GeoLite data created by MaxMind"
        }
    }

    /// Where the link leads.
    public var url: String {
        switch self {
        case .dbIP: "https://db-ip.com"
        case .geoLite: "https://www.maxmind.com"
        }
    }
}
