/// An IPv4 or IPv6 address without zone; an IPv4-mapped IPv6 address is the IPv4 address it carries.
public struct IPAddress: Hashable, Sendable {
    /// The address as 128 bits; IPv4 in the mapped form (`::ffff:a.b.c.d`).
    package let high: UInt64
    package let low: UInt64

    /// Whether the address is IPv4.
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the usual text form; `nil` for anything else, such as ports, brackets, zones and leading zeros in IPv4.
    public init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(46))
        guard text.utf8.count <= 45 else { return nil }
        if let address = Self.ipv4(bytes[...]) {
            self.init(high: 0, low: 0xFFFF << 32 | UInt64(address))
        } else if let groups = Self.groups(bytes) {
            let words = groups.map(UInt64.init)
            self.init(
                high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
                low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7]
            )
        } else {
            return nil
        }
    }

    private static func ipv4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != 0x30
            else { return nil }
            let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard value <= 255 else { return nil }
            address = address << 8 | value
        }
        return address
    }

    /// The eight groups of an IPv6 address (RFC 4291 section 2.2).
    private static func groups(_ bytes: [UInt8]) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        var sides: [[UInt16]] = [[]]
        var rest = bytes[...]
        if rest.starts(with: [colon, colon]) {
            sides.append([])
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != colon }
            rest = rest.dropFirst(part.count)
            if part.contains(UInt8(ascii: ".")) {
                guard rest.isEmpty, let tail = ipv4(part) else { return nil }
                sides[sides.count - 1] += [UInt16(tail >> 16), UInt16(truncatingIfNeeded: tail)]
                break
            }
            guard (1...4).contains(part.count), let group = hexadecimal(part) else { return nil }
            sides[sides.count - 1].append(group)
            guard let separator = rest.popFirst() else { break }
            guard separator == colon, !rest.isEmpty else { return nil }
            if rest.first == colon {
                guard sides.count == 1 else { return nil }
                sides.append([])
                rest = rest.dropFirst()
            }
        }
        let count = sides.reduce(0) { $0 + $1.count }
        if sides.count == 1 { return count == 8 ? sides[0] : nil }
        guard count <= 7 else { return nil }
        return sides[0] + Array(repeating: 0, count: 8 - count) + sides[1]
    }

    private static func hexadecimal(_ part: ArraySlice<UInt8>) -> UInt16? {
        var value: UInt16 = 0
        for byte in part {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt16(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt16(byte - 0x61 + 10)
            case 0x41...0x46: value = value << 4 | UInt16(byte - 0x41 + 10)
            default: return nil
            }
        }
        return value
    }
}

extension IPAddress {
    /// The network that the address is shortened to: its first 24 bits of IPv4, its first 48 of IPv6, and zeros.
    ///
    /// A /48 is what a site usually gets (RFC 6177 section 2), a /24 what is routed by itself.
    public var network: IPAddress {
        isIPv4
            ? IPAddress(high: 0, low: low & ~0xFF)
            : IPAddress(high: high & (.max << 16), low: 0)
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical IPv6 text (RFC 5952).
    public var description: String {
        if isIPv4 { return [24, 16, 8, 0].map { String(low >> $0 & 255) }.joined(separator: ".") }
        let groups = [high, low].flatMap { word in [48, 32, 16, 0].map { word >> $0 & 0xFFFF } }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > longest.count, end - start > 1 { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: some Sequence<UInt64>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if longest.isEmpty { return text(groups) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

/// A block of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct AddressBlock: Hashable, Sendable {
    private let address: IPAddress
    /// The number of leading bits that count, of 128; IPv4 lengths are offset by 96.
    private let length: Int

    /// Reads CIDR notation; `nil` for a malformed block or for one with bits set beyond its length.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var bits = width
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...width).contains(number), String(number) == parts[1] else {
                return nil
            }
            bits = number
        }
        self.address = address
        self.length = 128 - width + bits
        guard masked(address) == address || bits == 0 else { return nil }
    }

    /// Whether the block is all of IPv4 or all of IPv6.
    public var isEverything: Bool { length == (address.isIPv4 ? 96 : 0) }

    /// Whether it is a block of IPv4 addresses.
    public var isIPv4: Bool { address.isIPv4 }

    /// The number of leading bits that count, of 32 or of 128.
    public var prefixLength: Int { isIPv4 ? length - 96 : length }

    /// Whether the address lies within the block.
    public func contains(_ other: IPAddress) -> Bool {
        other.isIPv4 == address.isIPv4 && masked(other) == masked(address)
    }

    private func masked(_ address: IPAddress) -> IPAddress {
        let highMask: UInt64 = length >= 64 ? .max : length == 0 ? 0 : .max << UInt64(64 - length)
        let lowMask: UInt64 = length <= 64 ? 0 : length == 128 ? .max : .max << UInt64(128 - length)
        return IPAddress(high: address.high & highMask, low: address.low & lowMask)
    }
}

extension AddressBlock: CustomStringConvertible {
    /// CIDR notation: `10.0.0.0/8`; one address is told with its length too.
    public var description: String { "\(masked(address))/\(prefixLength)" }
}
