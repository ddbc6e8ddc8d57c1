public import Sessions
import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    /// Creates a clock.
    ///
    /// - Parameter start: What it shows at first. Default 2026-11-23T10:30:00.000Z.
    public init(_ start: Timestamp = ManualClock.start) {
        time = Mutex(start)
    }

    /// What a clock shows at first: 2026-11-23T10:30:00.000Z.
    public static let start = Timestamp(seconds: 1_795_429_800)

    /// What the clock shows.
    public var now: Timestamp { time.withLock(\.self) }

    /// The clock as the product takes it.
    public var wallClock: WallClock { WallClock { self.now } }

    /// Moves the clock to an instant, forwards or back.
    public func set(to instant: Timestamp) {
        time.withLock { $0 = instant }
    }

    /// Moves the clock by whole seconds; negative ones move it back.
    public func advance(seconds: Int64) {
        time.withLock { $0 = $0.adding(seconds: seconds) }
    }

    /// Moves the clock by milliseconds; negative ones move it back.
    public func advance(milliseconds: Int64) {
        time.withLock { $0 = $0.adding(milliseconds: milliseconds) }
    }
}

extension Timestamp {
    /// The instant that many milliseconds later.
    package func adding(milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + milliseconds)
    }
}
