import Sessions

extension Location {
    /// What the records of several files say together; `nil` when they say nothing.
    ///
    /// The place is one file's alone, since the city of one and the country of another may contradict each other: that of the
    /// first that knows a city, else of the first that knows a country.
    init?(_ records: [MaxMindRecord]) {
        let places = records.map(Location.init(place:))
        self =
            places.first { $0.city != nil } ?? places.first { $0.country != nil } ?? places.first { $0 != Location() }
            ?? Location()
        network = records.lazy.compactMap(\.owner).first
        guard self != Location() else { return nil }
    }

    private init(place record: MaxMindRecord) {
        self.init()
        city = record.text("city", "names", "en")
        region = record.text("subdivisions", "0", "names", "en")
        let code = record.text("country", "iso_code")
        // "None", or "ZZ" for what nobody has: then the name is no better.
        if code == nil || code.map(Self.isCountryCode) == true {
            country = record.text("country", "names", "en")
            countryCode = code
        }
        guard let latitude = record.number("location", "latitude"), (-90...90).contains(latitude),
            let longitude = record.number("location", "longitude"), (-180...180).contains(longitude),
            // Off Africa, where nobody is: what some files have for places that they do not know.
            latitude != 0 || longitude != 0
        else { return }
        self.latitude = latitude
        self.longitude = longitude
        accuracyRadius = record.number("location", "accuracy_radius").flatMap { Self.radii.contains($0) ? $0 : nil }
    }

    /// From a metre to half the way around the Earth, in kilometres.
    private static let radii = 0.001...20_038

    /// Two capital letters (ISO 3166-1 alpha-2), but for the code that means none.
    private static func isCountryCode(_ code: String) -> Bool {
        code.utf8.count == 2 && code.utf8.allSatisfy { (0x41...0x5A).contains($0) } && code != "ZZ"
    }
}

extension MaxMindRecord {
    /// Who owns the network, by the names that the kinds of files have for it.
    fileprivate var owner: String? {
        text("autonomous_system_organization") ?? text("traits", "autonomous_system_organization")
            ?? text("isp") ?? text("traits", "isp") ?? text("organization") ?? text("traits", "organization")
    }
}
