/// Roughly where an address is: what a location database knows of it.
public struct Location: Hashable, Sendable {
    /// The city's name in English.
    public var city: String?
    /// The region's or state's name in English.
    public var region: String?
    /// The country's name in English.
    public var country: String?
    /// ISO 3166-1 alpha-2.
    public var countryCode: String?
    /// Degrees north.
    public var latitude: Double?
    /// Degrees east.
    public var longitude: Double?
    /// How far off the coordinates may be, in kilometres; `nil` when the database does not say.
    public var accuracyRadius: Double?
    /// Who owns the network.
    public var network: String?

    /// Creates a location of which nothing is known yet.
    public init() {}

    /// The country alone: what is kept when the address is shortened.
    public var shortened: Location {
        var location = Location()
        location.country = country
        location.countryCode = countryCode
        return location
    }

    /// "City, Country" as far as known; `nil` when neither is.
    public var summary: String? {
        let parts = [city ?? region, country].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
