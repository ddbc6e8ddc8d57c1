import Sessions

/// Something in the audit log that is not as it was written.
package enum AuditFinding: Hashable, Sendable {
    /// A row does not match its hash.
    case altered(chain: [UInt8], number: Int64)
    /// The address in a row is not the one that its hash covers.
    case addressAltered(chain: [UInt8], number: Int64)
    /// Rows between others are not there.
    case missing(chain: [UInt8], ClosedRange<Int64>)
    /// Rows after the last one are not there.
    case cut(chain: [UInt8], ClosedRange<Int64>)
    /// What is known of a chain's beginning and end is not what its rows say.
    case headAltered(chain: [UInt8])
    /// The beginning of a chain is not there, and no purge has told of it.
    case purgedUntold(chain: [UInt8])
    /// An event that was sealed is not there.
    case sealedMissing(chain: [UInt8], number: Int64, seal: Int64)
    /// An event is another one than was sealed.
    case sealedOtherwise(chain: [UInt8], number: Int64, seal: Int64)
    /// A seal does not match its hash, or not the seal before it.
    case sealAltered(Int64)
    /// Seals are not there.
    case sealMissing(ClosedRange<Int64>)
    /// What is known of the seals' beginning and end is not what they say.
    case sealHeadAltered
}

extension AuditFinding: CustomStringConvertible {
    /// A line for the operator.
    package var description: String {
        switch self {
        case .altered(let chain, let number):
            "\(Self.name(chain)): event \(number) was edited, moved, or does not follow the one before it"
        case .addressAltered(let chain, let number): "\(Self.name(chain)): the address in event \(number) was edited"
        case .missing(let chain, let numbers): "\(Self.name(chain)): \(Self.events(numbers)) missing"
        case .cut(let chain, let numbers): "\(Self.name(chain)): \(Self.events(numbers)) missing at the end"
        case .headAltered(let chain): "\(Self.name(chain)): the record of its first and last event was edited"
        case .purgedUntold(let chain):
            "\(Self.name(chain)): its first events are missing, and no purge has told of deleting them"
        case .sealedMissing(let chain, let number, let seal):
            "\(Self.name(chain)): event \(number) is missing, which seal \(seal) holds"
        case .sealedOtherwise(let chain, let number, let seal):
            "\(Self.name(chain)): event \(number) is not the one that seal \(seal) holds"
        case .sealAltered(let number): "seal \(number) was edited, or does not follow the one before it"
        case .sealMissing(let numbers):
            numbers.count == 1
                ? "seal \(numbers.lowerBound) is missing"
                : "seals \(numbers.lowerBound) to \(numbers.upperBound) are missing"
        case .sealHeadAltered: "the record of the first and last seal was edited"
        }
    }

    private static func name(_ chain: [UInt8]) -> String {
        "chain " + (UserID(bytes: chain).map { "\($0)" } ?? "of an impossible name")
    }

    private static func events(_ numbers: ClosedRange<Int64>) -> String {
        numbers.count == 1
            ? "event \(numbers.lowerBound) is" : "events \(numbers.lowerBound) to \(numbers.upperBound) are"
    }
}
