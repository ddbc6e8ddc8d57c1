import HTTPTypes
import Sessions

extension HTTPSettings {
    /// The client's address (decision C2): the peer's, unless the peer is a trusted proxy and names another.
    func clientAddress(peer: IPAddress?, headers: HTTPFields) -> IPAddress? {
        guard let peer, trusts(peer) else { return peer }
        let forwarded = headers[values: .xForwardedFor]
        if clientAddressHeader == .xRealIP || forwarded.isEmpty {
            return headers[values: .xRealIP].last.flatMap(Self.address) ?? peer
        }
        return walk(forwarded, from: peer)
    }

    /// Walks from the right, past trusted proxies, to the first address that none of them vouches for.
    ///
    /// Only what a trusted proxy has written counts: an entry that cannot be read ends the walk at the hop that wrote it.
    private func walk(_ lines: [String], from peer: IPAddress) -> IPAddress {
        var hop = peer
        for line in lines.reversed() {
            for entry in line.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() {
                guard let address = Self.address(String(Substring(entry))) else { return hop }
                hop = address
                if !trusts(address) { return address }
            }
        }
        return hop
    }

    /// Whether forwarding headers of this peer count.
    func trusts(_ address: IPAddress) -> Bool {
        trustedProxies.contains { $0.contains(address) }
    }

    /// Reads `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:4711`.
    private static func address(_ text: String) -> IPAddress? {
        let blanks: [UInt8] = [0x20, 0x09]
        var bytes = Array(text.utf8)[...]
        while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
        while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
        if bytes.first == UInt8(ascii: "["), let end = bytes.firstIndex(of: UInt8(ascii: "]")) {
            guard isPort(bytes[(end + 1)...]) else { return nil }
            bytes = bytes[bytes.index(after: bytes.startIndex)..<end]
        } else if bytes.count(where: { $0 == UInt8(ascii: ":") }) == 1,
            let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        {
            guard isPort(bytes[colon...]) else { return nil }
            bytes = bytes[..<colon]
        }
        return IPAddress(String(decoding: bytes, as: UTF8.self))
    }

    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        text.isEmpty || text.first == UInt8(ascii: ":") && Host.port(text.dropFirst()) != nil
    }
}
