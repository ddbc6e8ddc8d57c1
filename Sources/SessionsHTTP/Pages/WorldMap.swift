/// A map of the world with dots where something is or was.
struct WorldMap {
    /// What a dot stands for; where several meet, the last of these is shown.
    enum Kind: Int, CaseIterable, Comparable, Sendable {
        /// Something that is over.
        case recent
        case session
        /// The session that looks at the map.
        case current
        /// Something that the reader should look at.
        case attention

        static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }
    }

    struct Place: Sendable {
        /// Degrees north.
        var latitude: Double
        /// Degrees east.
        var longitude: Double
        /// What is there, for people; anybody's text.
        var label: String
        var kind: Kind
    }

    /// The most dots: more could not be told apart.
    static let dotsMax = 100
    /// The most places that the map's description names.
    static let namesMax = 10

    /// In order of importance: the first ones are shown and named when there are too many.
    var places: [Place]

    var html: HTML {
        let dots = dots
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="world" viewBox="0 0 \(Self.width) \(Self.height)" role="img" \
            aria-label="\(Self.description(of: dots))">\
            <path class="land" transform="scale(.1)" d="\(raw: WorldOutline.path)"/>\
            \(dots.sorted { $0.kind < $1.kind }.map(\.html))</svg>
            """
    }

    private static func description(of dots: [Dot]) -> String {
        guard !dots.isEmpty else { return "Map of the world, without any place" }
        let names = dots.prefix(namesMax).map(\.label).joined(separator: "; ")
        return "Map of the world: \(names)\(dots.count > namesMax ? " and \(dots.count - namesMax) more" : "")"
    }

    /// Places in order of their first mention, those at one point of the map as one.
    private var dots: [Dot] {
        var dots: [Dot] = []
        var indices: [Point: Int] = [:]
        for place in places where place.latitude.isFinite && place.longitude.isFinite {
            let point = Point(latitude: place.latitude, longitude: place.longitude)
            if let index = indices[point] {
                dots[index].add(place)
            } else if dots.count < Self.dotsMax {
                indices[point] = dots.count
                dots.append(Dot(at: point, place))
            }
        }
        return dots
    }
}

extension WorldMap {
    /// The height of the map's upper edge, in degrees north: Greenland ends below it.
    static let north = 84
    /// One unit a degree, in both directions.
    static let width = 360
    /// Down to 60° S: what is below has no countries.
    static let height = 144

    /// A point of the map, in tenths of a degree from its upper left corner (equirectangular projection).
    struct Point: Hashable {
        let x: Int
        let y: Int

        /// Where a place is, or the nearest point of the edge.
        init(latitude: Double, longitude: Double) {
            x = Self.tenths(longitude + 180, max: WorldMap.width)
            y = Self.tenths(Double(WorldMap.north) - latitude, max: WorldMap.height)
        }

        private static func tenths(_ degrees: Double, max: Int) -> Int {
            Int((Swift.min(Swift.max(degrees, 0), Double(max)) * 10).rounded())
        }
    }

    /// What is at one point.
    private struct Dot {
        let point: Point
        private(set) var kind: Kind
        private var labels: [String]
        private var count = 1

        /// The most labels of one point that are told.
        private static let labelsMax = 4

        init(at point: Point, _ place: Place) {
            self.point = point
            kind = place.kind
            labels = [place.label]
        }

        mutating func add(_ place: Place) {
            kind = max(kind, place.kind)
            count += 1
            if !labels.contains(place.label), labels.count < Self.labelsMax { labels.append(place.label) }
        }

        /// All that is there, with how many when there are several.
        var label: String { labels.joined(separator: ", ") + (count > 1 ? " (\(count))" : "") }

        var html: HTML {
            """
            <g class="\(raw: className)" transform="translate(\(Self.degrees(point.x)) \(Self.degrees(point.y)))">\
            <title>\(label)</title>\(shape)</g>
            """
        }

        private var className: StaticString {
            switch kind {
            case .recent: "dot recent"
            case .session: "dot session"
            case .current: "dot current"
            case .attention: "dot attention"
            }
        }

        /// Each kind has a shape of its own: not everybody sees the colours.
        private var shape: HTML {
            switch kind {
            case .recent: "<circle r=\"2\"/>"
            case .session: "<circle r=\"3\"/>"
            case .current: "<circle class=\"ring\" r=\"5.5\"/><circle r=\"3\"/>"
            case .attention: "<path d=\"M0-5 5 4H-5z\"/>"
            }
        }

        private static func degrees(_ tenths: Int) -> String {
            tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        }
    }
}
