extension IPAddress {
    /// Whether the address is set aside for something else than a host on the internet, so that it has no place: private, shared
    /// by a provider's customers, of one link or machine, of a group, or unspecified (RFC 6890).
    ///
    /// The networks for documentation count as any other: they are what examples and tests have in the place of real ones.
    public var isSpecialPurpose: Bool { Self.specialPurposeBlocks.contains { $0.contains(self) } }

    private static let specialPurposeBlocks = [
        "0.0.0.0/8",  // "This network" (RFC 791)
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  // Private (RFC 1918)
        "100.64.0.0/10",  // Shared by a provider's customers (RFC 6598)
        "127.0.0.0/8", "::1",  // Loopback (RFC 1122, RFC 4291)
        "169.254.0.0/16", "fe80::/10",  // Of one link (RFC 3927, RFC 4291)
        "224.0.0.0/4", "ff00::/8",  // Multicast (RFC 5771, RFC 4291)
        "240.0.0.0/4",  // Reserved, with the broadcast address (RFC 1112, RFC 919)
        "::",  // Unspecified (RFC 4291)
        "fc00::/7", "fec0::/10",  // Unique local, and what was there before (RFC 4193, RFC 3879)
    ].compactMap(AddressBlock.init)
}
