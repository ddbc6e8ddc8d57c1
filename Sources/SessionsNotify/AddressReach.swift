package import Sessions

/// Which addresses are out on the public internet, and which lead to this machine, its network or nowhere.
package enum AddressReach {
    /// This machine.
    static let loopback = blocks(["127.0.0.0/8", "::1"])

    /// What is not globally reachable (IANA's special-purpose registries, RFC 6890), and multicast.
    private static let special = blocks([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ])
    /// In IPv6 what is not special is what has been given out: 2000::/3.
    private static let given = blocks(["2000::/3"])
    /// Parts of it that are special, and those that carry an IPv4 address to wherever it leads (Teredo, 6to4).
    private static let specialWithin = blocks(["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"])

    private static func blocks(_ texts: [String]) -> [AddressBlock] { texts.compactMap(AddressBlock.init) }

    /// Whether a connection to an address leaves for the public internet.
    package static func isPublic(_ address: IPAddress) -> Bool {
        if address.isIPv4 { return !special.contains { $0.contains(address) } }
        return given.contains { $0.contains(address) } && !specialWithin.contains { $0.contains(address) }
    }
}
