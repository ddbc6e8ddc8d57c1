import Sessions
import Testing

@Suite struct `IP address` {
    /// RFC 5952 sections 1, 2 and 4, RFC 4291 section 2.2 and the IPv4-mapped form.
    static let spellings: [(String, String)] = [
        ("203.0.113.7", "203.0.113.7"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8::1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:0:1::1", "2001:db8::1:0:0:1"),
        ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
        ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"),
        ("2001:db8:aaaa:bbbb:cccc:dddd:0:1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("0:0:0:0:0:0:0:0", "::"), ("FF01::101", "ff01::101"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"), ("::13.1.68.3", "::d01:4403"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:cb00:7107", "203.0.113.7"), ("0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("::ffff:0:203.0.113.7", "::ffff:0:cb00:7107"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ]

    @Test(arguments: spellings)
    func `every spelling of an address is read, and one is written`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))

        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(address.isIPv4 == canonical.contains("."))
    }

    @Test(arguments: [
        "", " ", "local", "unknown", "_obf", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "01.2.3.4",
        "1.2.3.04", "1.2.3.0x4", "1..3.4", "1.2.3.", ".1.2.3", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "1.2.3.4:80",
        "1.2.3.4/32", "１.2.3.4", "127.1", "2130706433", "0x7f000001", ":", ":::", "::1::", "1::2::3", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1:", ":1", "1:2:3:4:5:6:7:",
        ":2:3:4:5:6:7:8", "12345::", "g::", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::1.2.3.256",
        "1:2:3:4:5:6:7:1.2.3.4", "[::1]", "fe80::1%eth0", "::1%", "::1/128", "1 ::", "::\u{661}", "1.2.3.4\0", "::1\0",
        "2001:db8:85a3:0000:0000:8a2e:0370:7334:extra-long-text",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    // MARK: Blocks

    static let blocks: [(String, [String], [String])] = [
        (
            "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
            ["9.255.255.255", "11.0.0.0", "::10.0.0.1", "a00::"]
        ),
        ("127.0.0.1", ["127.0.0.1"], ["127.0.0.0", "127.0.0.2", "::1"]),
        ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127", "192.0.3.0"]),
        ("192.0.2.6/31", ["192.0.2.6", "192.0.2.7"], ["192.0.2.5", "192.0.2.8"]),
        ("192.0.2.6/32", ["192.0.2.6"], ["192.0.2.7"]), ("0.0.0.0/0", ["1.2.3.4", "::ffff:1.2.3.4"], ["::1", "::"]),
        ("128.0.0.0/1", ["128.0.0.0", "255.255.255.255"], ["127.255.255.255"]),
        (
            "2001:db8::/32", ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
            ["2001:db7:ffff::", "2001:db9::", "32.1.13.184"]
        ),
        ("2001:db8::/64", ["2001:db8::ffff:ffff:ffff:ffff"], ["2001:db8:0:1::"]),
        ("2001:db8::/65", ["2001:db8::7fff:ffff:ffff:ffff"], ["2001:db8::8000:0:0:0"]),
        ("2001:db8::8000:0:0:0/65", ["2001:db8::ffff:0:0:0"], ["2001:db8::7fff:ffff:ffff:ffff"]),
        ("::1/128", ["::1"], ["::", "::2", "0.0.0.1"]), ("fe80::/10", ["fe80::1", "febf::"], ["fec0::", "fe7f::"]),
        ("::/0", ["::", "ffff::"], ["1.2.3.4", "::ffff:1.2.3.4"]), ("8000::/1", ["8000::", "ffff::"], ["7fff::"]),
    ]

    @Test(arguments: blocks)
    func `a block holds its addresses and not their neighbours`(text: String, inside: [String], outside: [String])
        throws
    {
        let block = try #require(AddressBlock(text))

        for address in inside { #expect(try block.contains(#require(IPAddress(address))), "\(address)") }
        for address in outside { #expect(try !block.contains(#require(IPAddress(address))), "\(address)") }
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/8/8",
        "10.0.0.0/a", "10.0.0.1/8", "10.0.0.0/6", "192.0.2.7/31", "::/129", "::1/127", "2001:db8::1/64",
        "2001:db8::/28", "10.0.0.0 /8", "10.0.0.0/ 8", "10.0/16", "::ffff:10.0.0.0/104", "*", "all",
        "10.0.0.0/255.0.0.0", "10.0.0.0/99999999999999999999",
    ])
    func `what is no block, or has bits beyond its length, is refused`(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test func `a block that is everything is known as such`() throws {
        #expect(try #require(AddressBlock("0.0.0.0/0")).isEverything)
        #expect(try #require(AddressBlock("::/0")).isEverything)
        #expect(try !#require(AddressBlock("0.0.0.0/1")).isEverything)
        #expect(try !#require(AddressBlock("::/1")).isEverything)
    }
}
