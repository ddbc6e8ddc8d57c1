import Foundation
import Logging
import ServiceLifecycle
import Sessions
import SessionsTesting
import Synchronization
import Testing

@testable import SessionsGeo

@Suite struct `Changed file` {
    private let place: Place
    private let database: LocationDatabase
    private let log = LogRecorder()

    init() throws {
        place = try Place(.city)
        database = try LocationDatabase(paths: [Fixture.asn.path, place.path])
    }

    private var city: String? { database.location(of: .inVienna)?.city }

    private func look() { database.takeUpChanges(logger: log.logger) }

    @Test func `is taken up at the next look, and told once`() throws {
        look()
        #expect(city == "Vienna")
        try place.put(.moved)
        #expect(city == "Vienna")

        look()
        look()

        #expect(city == "Linz")
        #expect(database.location(of: .inVienna)?.network == "Danube Telecom")
        #expect(log.lines == ["notice location_database_opened"])
    }

    @Test func `that is broken is told once, and the one before stays until the next`() throws {
        try place.put(Data("no database".utf8))
        look()
        look()

        #expect(city == "Vienna")
        #expect(
            log.lines == ["warning location_database_rejected: it is no MaxMind database, or only a part of one"]
        )
        try place.put(Data("no database either".utf8))
        look()
        #expect(log.lines.count == 2)
        try place.put(.moved)
        look()
        #expect(city == "Linz")
        #expect(log.lines.last == "notice location_database_opened")
    }

    @Test func `that is gone is told once, and the one before stays until it is back`() throws {
        try FileManager.default.removeItem(atPath: place.path)
        look()
        look()

        #expect(city == "Vienna")
        #expect(log.lines == ["warning location_database_rejected: No such file or directory"])
        try place.put(.moved)
        look()
        #expect(city == "Linz")
    }

    @Test func `that is truncated or overwritten in place does not end the process, nor change what is told`() throws {
        try #require(truncate(place.path, 100) == 0)
        #expect(city == "Vienna")
        #expect(database.location(of: .inGraz)?.city == "Graz")

        look()

        #expect(city == "Vienna")
        let handle = try FileHandle(forWritingTo: URL(filePath: place.path))
        try handle.write(contentsOf: Fixture.moved.bytes)
        try handle.close()
        look()
        #expect(city == "Linz")
    }

    @Test func `disturbs nobody who looks addresses up meanwhile`() throws {
        let isOver = Atomic(false)
        let lookUps = Atomic(0)
        let wrong = Mutex<[String]>([])
        let readers = (0..<4).map { _ in
            Thread {
                while !isOver.load(ordering: .relaxed) {
                    let location = database.location(of: .inVienna)
                    if location?.city != "Vienna" && location?.city != "Linz" || location?.network != "Danube Telecom" {
                        wrong.withLock { $0.append("\(String(describing: location))") }
                    }
                    lookUps.add(1, ordering: .relaxed)
                }
            }
        }
        for reader in readers { reader.start() }

        for round in 0..<50 {
            try place.put(round % 2 == 0 ? .moved : .city)
            look()
            let before = lookUps.load(ordering: .relaxed)
            while lookUps.load(ordering: .relaxed) < before + 20 { sched_yield() }
        }
        isOver.store(true, ordering: .relaxed)
        while !readers.allSatisfy(\.isFinished) { sched_yield() }

        #expect(wrong.withLock(\.self) == [])
        #expect(log.lines.count == 50)
    }

    @Test func `is read on by whoever has it open, and closed with the last of them`() throws {
        var old: MaxMindFile? = try MaxMindFile(path: place.path)
        let record = try #require(old?.record(of: .inVienna))
        weak let reference = old
        old = nil
        try place.put(.moved)

        withExtendedLifetime(record) {
            #expect(record.text("city", "names", "en") == "Vienna")
            #expect(reference != nil)
        }
    }

    @Test func `leaves no file open behind`() throws {
        func openFiles() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        func mappings() throws -> Int {
            let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
            return maps.split(separator: "location-database").count - 1
        }
        let before = try (openFiles(), mappings())

        for round in 0..<200 {
            try place.put(round % 2 == 0 ? .moved : .city)
            look()
            try place.put(Data("no database".utf8))
            look()
        }

        // Other tests open and close files of theirs meanwhile.
        #expect(try openFiles() < before.0 + 100)
        #expect(try mappings() < before.1 + 100)
    }

    @Test(.timeLimit(.minutes(1)))
    func `is found by the upkeep, which ends with its group`() async throws {
        let upkeep = LocationUpkeep(of: database, every: .milliseconds(5), logger: log.logger)
        let group = ServiceGroup(services: [upkeep], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try place.put(.moved)

        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await #expect(log.first() == "notice location_database_opened")
            #expect(city == "Linz")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
