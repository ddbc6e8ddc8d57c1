import Sessions

/// A way into the internet: which address somebody has at an instant.
///
/// A function of time and device, without memory: thieves and owners may ask for any instant in any order.
struct Line: Sendable {
    /// Names what is drawn from this line.
    let seed: UInt64
    /// Where its IPv4 addresses come from.
    let blocks: [Int]
    /// How long an address is kept, in seconds; `Int64.max` for one that never changes.
    var leaseSeconds: Int64
    /// How many addresses customers come out of, as behind a carrier's NAT; `nil` when each lease draws a new one.
    var poolAddresses: Int?
    /// Whether each device has an address of its own, as with mobile carriers.
    var isPerDevice = false
    /// Where its IPv6 addresses come from; `nil` when it has none.
    var ipv6Block: Int?
    /// How many of the connections go over IPv6, when it has that.
    var ipv6Share = 0.0

    /// Browsers stay with one family for about as long, in seconds: they race both anew when a connection is opened anew.
    private static let familySeconds: Int64 = 600
    /// How long a device keeps a temporary IPv6 address, in seconds (RFC 8981 prefers them for a day).
    private static let temporaryAddressSeconds: Int64 = 86_400

    /// The address at an instant.
    ///
    /// - Parameters:
    ///   - seconds: Since the beginning of the world's time.
    ///   - device: Which device asks.
    ///   - world: Whose networks they are.
    /// - Returns: Always an address of one of the line's blocks.
    func address(at seconds: Int64, device: Int, in world: World) -> IPAddress {
        let device = UInt64(device + 1)
        if let ipv6Block, unit(seconds / Self.familySeconds, device, salt: 1) < ipv6Share {
            return ipv6(world.blocks[ipv6Block].network, at: seconds, device: device)
        }
        var draw = SplitMix.hash(seed, lease(at: seconds), isPerDevice ? device : 0, 2)
        if let poolAddresses { draw = SplitMix.hash(seed, draw % UInt64(poolAddresses), 3) }
        let network = world.blocks[blocks[Int(draw % UInt64(blocks.count))]].network
        // Never .0 or .255: nobody is given the ends of a /24.
        let host = SplitMix.hash(draw, 4)
        let address = network.start + (host >> 8) % (1 << UInt64(network.openBits)) & ~0xFF + 1 + host % 254
        return IPAddress(high: 0, low: 0xFFFF << 32 | address)
    }

    private func ipv6(_ network: Places.Network, at seconds: Int64, device: UInt64) -> IPAddress {
        let site = SplitMix.hash(seed, lease(at: seconds), isPerDevice ? device : 0, 5)
        let high = network.start | site % (1 << UInt64(network.openBits))
        let low = SplitMix.hash(seed, device, UInt64(seconds / Self.temporaryAddressSeconds), 6)
        return IPAddress(high: high, low: low)
    }

    private func lease(at seconds: Int64) -> UInt64 {
        guard leaseSeconds < .max else { return 0 }
        return UInt64((seconds + Int64(seed % UInt64(leaseSeconds))) / leaseSeconds)
    }

    private func unit(_ seconds: Int64, _ device: UInt64, salt: UInt64) -> Double {
        Double(SplitMix.hash(seed, UInt64(seconds), device, salt) >> 11) * 0x1p-53
    }
}
