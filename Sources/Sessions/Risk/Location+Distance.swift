#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Location {
    /// What a location database says of a city is right within some 50 km in four cases of five; of a country alone, hardly at all.
    ///
    /// Used where the database has no radius of its own.
    static let cityRadius = 50.0
    static let countryRadius = 500.0

    /// How far off it may be, in kilometres.
    var radius: Double { max(accuracyRadius ?? 0, city == nil ? Self.countryRadius : Self.cityRadius) }

    /// The distance along the earth's surface in kilometres, by the haversine formula; `nil` without coordinates.
    func kilometres(to other: Location) -> Double? {
        guard let latitude, let longitude, let otherLatitude = other.latitude, let otherLongitude = other.longitude
        else {
            return nil
        }
        let (north, otherNorth) = (latitude * .pi / 180, otherLatitude * .pi / 180)
        let up = sin((otherNorth - north) / 2)
        let along = sin((otherLongitude - longitude) * .pi / 360)
        let share = up * up + cos(north) * cos(otherNorth) * along * along
        return 2 * 6_371 * asin(min(1, share.squareRoot()))
    }

    /// The least distance that the two can be apart, in kilometres: places are not exact.
    func leastKilometres(to other: Location) -> Double? {
        kilometres(to: other).map { max(0, $0 - radius - other.radius) }
    }

    /// What one may travel on any day, and what location databases are mostly wrong by, in kilometres.
    static let areaRadius = 100.0

    /// Whether the two are one area: the same city, or as far apart as one travels daily.
    ///
    /// - Returns: `nil` when that cannot be said: neither far enough apart for certain, nor in different countries.
    func isNear(_ other: Location) -> Bool? {
        if let city, city == other.city, countryCode == other.countryCode { return true }
        if city != nil, other.city != nil, let distance = kilometres(to: other), distance <= Self.areaRadius {
            return true
        }
        if let distance = leastKilometres(to: other), distance > Self.areaRadius { return false }
        guard let countryCode, let otherCode = other.countryCode else { return nil }
        return countryCode == otherCode ? nil : false
    }

    /// The country's name, else its code.
    var countryPhrase: String? { country ?? countryCode }
}
