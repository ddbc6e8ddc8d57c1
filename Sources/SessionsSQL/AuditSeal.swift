/// A seal: what the heads of the chains that had moved were, bound to all seals before it.
package struct AuditSeal: Hashable, Sendable {
    /// Its place among the seals, from 1, without gaps.
    package var number: Int64
    /// When it was made.
    package var at: Int64
    /// The hash of the seal before it.
    package var former: [UInt8]
    /// The hash of its entries.
    package var entries: [UInt8]
    /// As it is stored.
    package var hash: [UInt8]

    /// The head of a chain.
    package struct Entry: Hashable, Sendable {
        package var chain: [UInt8]
        package var number: Int64
        package var hash: [UInt8]
        /// When the event at the head was.
        package var at: Int64
    }

    /// The hash that the seal should have.
    package var ownHash: [UInt8] {
        var text = CanonicalBytes("audit seal 1")
        text.append(number)
        text.append(at)
        text.append(former)
        text.append(entries)
        return text.digest
    }

    /// The hash of entries, in the order of their chains.
    static func digest(of entries: [Entry]) -> [UInt8] {
        var text = CanonicalBytes("audit sealed 1")
        for entry in entries.sorted(by: { $0.chain.lexicographicallyPrecedes($1.chain) }) {
            text.append(entry.chain)
            text.append(entry.number)
            text.append(entry.hash)
            text.append(entry.at)
        }
        return text.digest
    }
}

extension AuditSeal.Entry {
    init(_ row: SQLRow) throws {
        var row = row
        try self.init(&row)
    }

    init(_ row: inout SQLRow) throws {
        chain = try row.blob()
        number = try row.integer()
        hash = try row.blob()
        at = try row.integer()
    }
}
