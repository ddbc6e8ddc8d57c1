import Foundation
import SessionsTesting
import Testing

@testable import SessionsHTTP

@Suite struct `World map` {
    private static func place(
        _ latitude: Double,
        _ longitude: Double,
        _ label: String = "A",
        _ kind: WorldMap.Kind = .session
    ) -> WorldMap.Place {
        WorldMap.Place(latitude: latitude, longitude: longitude, label: label, kind: kind)
    }

    private static func svg(_ places: WorldMap.Place...) -> String { WorldMap(places: places).html.description }

    private static func positions(_ svg: String) -> [String] {
        svg.matches(of: /translate\(([^)]*)\)/).map { String($0.1) }
    }

    @Test(arguments: [
        (0.0, 0.0, "180 84"), (84, -180, "0 0"), (84, 180, "360 0"), (-60, -180, "0 144"), (-60, 180, "360 144"),
        (90, 0, "180 0"), (-90, 0, "180 144"), (48.208_4, 16.367_8, "196.4 35.8"), (-33.87, 151.21, "331.2 117.9"),
        (83.96, -179.96, "0 0"), (83.94, -179.94, "0.1 0.1"), (1_000, -1_000, "0 0"), (-1_000, 1_000, "360 144"),
    ])
    func `has one unit a degree, and the nearest point of its edge for what lies outside`(
        latitude: Double,
        longitude: Double,
        position: String
    ) {
        #expect(Self.positions(Self.svg(Self.place(latitude, longitude))) == [position])
    }

    @Test func `leaves out what is nowhere`() {
        let svg = Self.svg(Self.place(.nan, 0), Self.place(0, .infinity), Self.place(-.infinity, .nan))

        #expect(Self.positions(svg).isEmpty)
        #expect(svg.contains("aria-label=\"Map of the world, without any place\""))
    }

    @Test func `names its places, each dot by itself too`() {
        let svg = Self.svg(Self.place(48.2, 16.4, "Vienna, Austria", .current), Self.place(35.7, 139.7, "Tokyo, Japan"))

        #expect(svg.contains("role=\"img\" aria-label=\"Map of the world: Vienna, Austria; Tokyo, Japan\""))
        #expect(svg.contains("<title>Vienna, Austria</title>") && svg.contains("<title>Tokyo, Japan</title>"))
    }

    @Test func `shows one dot for one point, with a count and what matters most`() {
        let svg = Self.svg(
            Self.place(48.208_4, 16.367_8, "Vienna", .recent),
            Self.place(48.21, 16.37, "Vienna", .attention),
            Self.place(48.1, 16.37, "Nearby", .recent),
            Self.place(50, 16.37, "Elsewhere"),
            Self.place(48.208, 16.368, "Wien")
        )

        #expect(Self.positions(svg) == ["196.4 35.9", "196.4 34", "196.4 35.8"])
        #expect(svg.contains("<g class=\"dot attention\" transform=\"translate(196.4 35.8)\"><title>Vienna, Wien (3)<"))
        #expect(svg.contains("<title>Elsewhere</title>"))
    }

    @Test func `draws what matters over what does not`() {
        let svg = Self.svg(
            Self.place(1, 1, "a", .attention),
            Self.place(2, 2, "b", .current),
            Self.place(3, 3, "c", .session),
            Self.place(4, 4, "d", .recent)
        )

        let kinds = svg.matches(of: /class="dot ([a-z]+)"/).map { String($0.1) }
        #expect(kinds == ["recent", "session", "current", "attention"])
    }

    @Test func `is bounded, however many places there are`() {
        let places = (0..<1_000).map { Self.place(Double($0 % 60), Double($0 / 6), "Place \($0)") }
        let svg = WorldMap(places: places).html.description

        #expect(Self.positions(svg).count == WorldMap.dotsMax)
        #expect(svg.contains("Place 9 and 90 more\""))
        #expect(!svg.contains("Place 100<"))
        let crowd = WorldMap(places: (0..<1_000).map { Self.place(1, 1, "Label \($0)") }).html.description
        #expect(crowd.contains("<title>Label 0, Label 1, Label 2, Label 3 (1000)</title>"))
    }

    @Test(arguments: [
        "\"><script>alert(1)</script>", "</title></svg><img src=x onerror=alert(1)>", "\"\u{301} onload=\"alert(1)",
        "&amp; & ' <", "\u{0}\u{8}\u{FFFE}", "]]>", "--><!--", "東京 🦊",
    ])
    func `takes any text for text`(label: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("map.svg")
        let html = WorldMap(places: [Self.place(1, 1, label, .current), Self.place(2, 2, label, .attention)]).html
        try Data(html.bytes).write(to: URL(filePath: path))

        let names = try Elements(of: path)

        #expect(Set(names.counts.keys) == ["svg", "path", "g", "title", "circle"])
        #expect(names.counts["title"] == 2 && names.counts["svg"] == 1)
        #expect(names.attributes == ["class", "viewBox", "role", "aria-label", "transform", "d", "r"])
    }

    @Test func `is a small picture without style or script`() {
        let svg = Self.svg(Self.place(1, 1))

        #expect(svg.utf8.count < 30_000)
        #expect(!svg.contains("style=") && !svg.contains("<style") && !svg.contains("<script"))
    }

    @Test func `has outlines that stay on it, of all continents and not of the sea`() throws {
        let outlines = try Outlines(WorldOutline.path.description)

        #expect(WorldOutline.path.utf8CodeUnitCount < 30_000)
        #expect(outlines.points.allSatisfy { (0...3_600).contains($0.x) && (0...1_440).contains($0.y) })
        for (name, latitude, longitude) in [
            ("Austria", 47.6, 14.1), ("Kansas", 38.5, -98.0), ("Brazil", -10.0, -52.0), ("Congo", 0.0, 23.0),
            ("Mongolia", 46.8, 103.8), ("Australia", -25.0, 134.0), ("Greenland", 72.0, -40.0), ("Japan", 36.2, 138.2),
        ] { #expect(outlines.isLand(latitude, longitude), "\(name)") }
        for (name, latitude, longitude) in [
            ("Atlantic", 30.0, -40.0), ("Pacific", 0.0, -150.0), ("Indian Ocean", -20.0, 80.0),
            ("Mediterranean", 34.5, 18.5), ("Gulf of Mexico", 25.0, -90.0), ("Black Sea", 43.3, 34.5),
            ("Southern Ocean", -58.0, 0.0),
        ] { #expect(!outlines.isLand(latitude, longitude), "\(name)") }
    }
}

/// The elements and attributes of a document that a parser of XML accepts.
private struct Elements {
    private(set) var counts: [String: Int] = [:]
    private(set) var attributes: Set<String> = []

    init(of path: String) throws {
        let script = """
            import sys, collections
            import xml.etree.ElementTree as tree
            for each in tree.parse(sys.argv[1]).iter():
                print(each.tag.removeprefix("{http://www.w3.org/2000/svg}"), *each.keys())
            """
        for line in try output(of: "python3", "-c", script, path).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            counts[words[0], default: 0] += 1
            attributes.formUnion(words.dropFirst())
        }
    }
}

/// The outlines as polygons.
private struct Outlines {
    private var rings: [[(x: Int, y: Int)]] = []

    var points: [(x: Int, y: Int)] { rings.flatMap(\.self) }

    init(_ path: String) throws {
        for ring in path.split(separator: "z") {
            let numbers = ring.matches(of: /-?\d+/).compactMap { Int($0.0) }
            try #require(numbers.count >= 6 && numbers.count.isMultiple(of: 2))
            var points = [(x: numbers[0], y: numbers[1])]
            for index in stride(from: 2, to: numbers.count, by: 2) {
                let last = points[points.count - 1]
                points.append((last.x + numbers[index], last.y + numbers[index + 1]))
            }
            rings.append(points)
        }
    }

    func isLand(_ latitude: Double, _ longitude: Double) -> Bool {
        let x = (longitude + 180) * 10
        let y = (84 - latitude) * 10
        return rings.contains { ring in
            var isInside = false
            for (a, b) in zip(ring, ring.dropFirst() + ring.prefix(1)) where (Double(a.y) > y) != (Double(b.y) > y) {
                let crossing = Double(a.x) + (y - Double(a.y)) / Double(b.y - a.y) * Double(b.x - a.x)
                if x < crossing { isInside.toggle() }
            }
            return isInside
        }
    }
}
