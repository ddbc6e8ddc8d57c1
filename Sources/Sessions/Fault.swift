#if FaultInjection
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
#endif

/// Faults that the fault tests ask for in `SESSIOND_FAULTS`: nothing but in a build with the trait `FaultInjection`.
///
/// `stop@POINT=PROBABILITY` stops the process at a point, as `SIGSTOP` would at the worst moment; `hold@POINT=PROBABILITY` lets one
/// task wait there for 0.3 s, as it may on a busy machine; `break@RULE` breaks a rule of the protocol, so that the tests can show that they notice.
package enum Fault {
    /// Where a process may be stopped.
    package enum Point: String, Sendable {
        case verifyLoaded = "verify.loaded"
        case verifyFound = "verify.found"
        /// What was found was found too late: the lease has run out.
        case verifyLapsed = "verify.lapsed"
        case verifyClocked = "verify.clocked"
        case verifyAccepted = "verify.accepted"
        case leaseAsked = "lease.asked"
        case leaseAnswered = "lease.answered"
        case leaseApplied = "lease.applied"
        case leaseGranted = "lease.granted"
        case revokeCommitted = "revoke.committed"
    }

    /// What can be broken.
    package enum Rule: String, Sendable {
        /// Whoever ends sessions waits for nobody.
        case wait
        /// A lease counts from the answer.
        case deadline
        /// A node acknowledges what it has not applied yet.
        case acknowledgement
        /// A check compares the clock with another lease than the one it has loaded.
        case pairing
        /// A lease is granted before what has ended is out of memory.
        case order
        /// A renewal does not look whether the node is still a member.
        case membership
        /// A renewal does not wait for the standby.
        case replication
        /// A record that was overtaken by an ending is put into memory.
        case generation
    }

    #if FaultInjection
    private static let requested: [String: Double] = {
        guard let text = getenv("SESSIOND_FAULTS").map({ String(cString: $0) }) else { return [:] }
        return text.split(separator: ",").reduce(into: [:]) { requested, fault in
            let parts = fault.split(separator: "=")
            requested[String(parts[0])] = parts.count > 1 ? Double(parts[1]) ?? 0 : 1
        }
    }()
    private static let stops = points("stop@")
    private static let holds = points("hold@")
    private static let rules = Set(requested.keys.compactMap { Rule(rawValue: String($0.dropFirst("break@".count))) })

    private static func points(_ kind: String) -> [Point: Double] {
        requested.reduce(into: [:]) { points, fault in
            guard fault.key.hasPrefix(kind), let point = Point(rawValue: String(fault.key.dropFirst(kind.count))) else {
                return
            }
            points[point] = fault.value
        }
    }

    package static func stop(at point: Point) {
        guard let probability = stops[point], Double.random(in: 0..<1) < probability else { return }
        raise(SIGSTOP)
    }

    package static func holds(at point: Point) -> Bool {
        guard let probability = holds[point] else { return false }
        return Double.random(in: 0..<1) < probability
    }

    package static func hold() async {
        try? await Task.sleep(for: .milliseconds(300))
    }

    package static func breaks(_ rule: Rule) -> Bool { rules.contains(rule) }
    #else
    @inline(__always)
    package static func stop(at point: Point) {}

    @inline(__always)
    package static func holds(at point: Point) -> Bool { false }

    package static func hold() async {}

    @inline(__always)
    package static func breaks(_ rule: Rule) -> Bool { false }
    #endif
}
