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
/// `stop@POINT=PROBABILITY` stops the process at a point, as `SIGSTOP` would at the worst moment; `break@RULE` breaks a rule of the protocol, so
/// that the tests can show that they notice.
package enum Fault {
    /// Where a process may be stopped.
    package enum Point: String, Sendable {
        case verifyLoaded = "verify.loaded"
        case verifyFound = "verify.found"
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
    private static let points = Dictionary(
        uniqueKeysWithValues: requested.compactMap { fault, probability in
            Point(rawValue: String(fault.dropFirst("stop@".count))).map { ($0, probability) }
        }
    )
    private static let rules = Set(requested.keys.compactMap { Rule(rawValue: String($0.dropFirst("break@".count))) })

    package static func stop(at point: Point) {
        guard let probability = points[point], Double.random(in: 0..<1) < probability else { return }
        raise(SIGSTOP)
    }

    package static func breaks(_ rule: Rule) -> Bool { rules.contains(rule) }
    #else
    @inline(__always)
    package static func stop(at point: Point) {}

    @inline(__always)
    package static func breaks(_ rule: Rule) -> Bool { false }
    #endif
}
