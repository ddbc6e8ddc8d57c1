import Sessions
import Testing

@Suite struct `Address of a special purpose` {
    @Test(arguments: [
        ("0.0.0.0", "0.255.255.255", "1.0.0.0"), ("10.0.0.0", "10.255.255.255", "11.0.0.0"),
        ("100.64.0.0", "100.127.255.255", "100.128.0.0"), ("127.0.0.0", "127.255.255.255", "128.0.0.0"),
        ("169.254.0.0", "169.254.255.255", "169.255.0.0"), ("172.16.0.0", "172.31.255.255", "172.32.0.0"),
        ("192.168.0.0", "192.168.255.255", "192.169.0.0"), ("224.0.0.0", "255.255.255.255", "223.255.255.255"),
        ("::ffff:10.0.0.0", "::ffff:a00:1", "::ffff:9.255.255.255"), ("::", "::1", "::2"),
        ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fbff::"),
        ("fe80::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe7f::"),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "9fff::"),
    ])
    func `is known by its block, from the first to the last`(first: String, last: String, outside: String) throws {
        #expect(try #require(IPAddress(first)).isSpecialPurpose)
        #expect(try #require(IPAddress(last)).isSpecialPurpose)
        #expect(try !#require(IPAddress(outside)).isSpecialPurpose)
    }

    @Test(arguments: ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "8.8.8.8", "2606:4700::1"])
    func `is none on the internet, nor in an example`(text: String) throws {
        #expect(try !#require(IPAddress(text)).isSpecialPurpose)
    }
}
