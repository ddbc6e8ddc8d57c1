import Sessions
import Testing

@testable import SessionsNotify

@Suite struct `A mail server` {
    @Test(arguments: [
        ("smtp://mail.example.org", MailServer.Protection.required), ("smtp://mail.example.org:587", .required),
        ("smtp://192.0.2.1", .required), ("smtp://127.0.0.1.example.org", .required),
        ("smtp://localhost.example.org", .required), ("smtp://[2001:db8::1]:25", .required),
        ("smtps://mail.example.org", .always), ("smtps://localhost", .always), ("smtp://localhost", .offered),
        ("smtp://LOCALHOST:2525", .offered), ("smtp://127.0.0.1:25", .offered), ("smtp://127.9.9.9", .offered),
        ("smtp://[::1]:25", .offered), ("smtp://user:p%40ss@mail.example.org/", .required),
    ])
    func `must protect what is sent, unless it is on this machine`(url: String, protection: MailServer.Protection)
        throws
    {
        #expect(try #require(MailServer(url)).protection == protection)
    }

    @Test func `is given user and password as they were before they were encoded`() throws {
        let server = try #require(MailServer("smtp://ada%40example.org:a%3Ab%2Fc@mail.example.org:587"))

        #expect(server.user == "ada@example.org")
        #expect(server.password == "a:b/c")
        #expect(server.origin == "smtp://mail.example.org:587")
    }

    @Test func `is told without its password and user`() throws {
        let server = try #require(MailServer("smtps://ada:quagga@mail.example.org:465"))

        #expect("\(server)" == "smtps://<redacted>@mail.example.org:465")
        var dumped = ""
        dump(server, to: &dumped)
        #expect(!dumped.contains("quagga") && !String(reflecting: server).contains("quagga"))
        #expect("\(try #require(MailServer("smtp://localhost")))" == "smtp://localhost")
    }

    @Test(arguments: [
        "", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://a b", "smtp://mail.example.org/path",
        "smtp://mail.example.org?x", "smtp://mail.example.org#x", "smtp://user@mail.example.org",
        "smtp://:x@mail.example.org",
        "smtp://a:%zz@mail.example.org", "smtp://a:%0A@mail.example.org", "smtp://mail.example.org:0",
        "smtp://mail.example.org:65536", "smtp://mail.example.org:", "smtp://[::1", "smtp://-x.example",
        "smtp://mail.example.org\r\nQUIT",
    ])
    func `is nothing else`(url: String) {
        #expect(MailServer(url) == nil)
    }
}
