import Sessions
import SessionsTesting
import Testing

@testable import SessionsNotify

@Suite struct `A webhook` {
    @Test(arguments: [
        ("https://hooks.example.org", "hooks.example.org"),
        ("https://Hooks.example.org:8443/a/b?c=d", "hooks.example.org"),
        ("https://192.0.2.1/", "192.0.2.1"), ("https://[2001:db8::1]:443/x", "2001:db8::1"),
        ("https://localhost/@x", "localhost"),
    ])
    func `is an https URL`(url: String, host: String) throws {
        #expect(try #require(Webhook(url)).host == host)
    }

    @Test(arguments: [
        "", "http://hooks.example.org", "https://", "https:///x", "https://user@hooks.example.org/",
        "https://user:x@hooks.example.org/", "https://hooks.example.org/#x", "https://a b/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:99999/", "https://[127.0.0.1]/", "https://[::ffff:127.0.0.1]/",
        "https://hooks_example/", "https://x/\u{E9}",
        "https://hooks.example.org/" + String(repeating: "x", count: 1_024), "https://public.example\\@10.0.0.1/",
    ])
    func `is nothing else`(url: String) {
        #expect(Webhook(url) == nil)
    }

    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1", "192.0.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "255.255.255.255", "::", "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "64:ff9b::a00:1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1",
        "2002:a00:1::",
        "2001::1", "::10.0.0.1", "100::1",
    ])
    func `is not posted to an address of this machine, its network or nowhere`(text: String) throws {
        #expect(!AddressReach.isPublic(try #require(IPAddress(text))))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.1", "172.15.255.255", "172.32.0.1", "193.0.0.1", "2606:4700::1111",
    ])
    func `is posted to any other`(text: String) throws {
        #expect(AddressReach.isPublic(try #require(IPAddress(text))))
    }

    @Test func `finds an address in the bytes of a connection`() {
        #expect(IPAddress(networkOrder: [192, 0, 2, 1]) == IPAddress("192.0.2.1"))
        #expect(
            IPAddress(networkOrder: [0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 11) + [1])
                == IPAddress("2001:db8::1")
        )
        let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1]
        #expect(IPAddress(networkOrder: mapped) == IPAddress("127.0.0.1"))
        #expect(IPAddress(networkOrder: []) == nil)
    }

    @Test func `is shown who has signed, and when`() throws {
        let signature = try #require(WebhookSignature(secret: "webhook-secret-0123456789-abcdefghij"))

        // printf '1800000000.{"a":1}' | openssl dgst -sha256 -hmac webhook-secret-0123456789-abcdefghij
        #expect(
            signature.headers(of: Array("{\"a\":1}".utf8), at: Timestamp(seconds: 1_800_000_000)) == [
                "X-Timestamp: 1800000000",
                "X-Signature: sha256=2dc4c101c939cb0e16af3c32b70d0c2cc4299088fc57b74a034629ae29f0313f",
            ]
        )
        #expect(WebhookSignature(secret: String(repeating: "x", count: 31)) == nil)
    }
}

@Suite struct `A security event` {
    private let user = UserID.make(at: ManualClock.start)
    private let session = SessionID.make(at: ManualClock.start)

    @Test func `of a revoked session names it by issuer, user and session, with seconds and reason`() {
        let notice = notice(.sessionRevoked, of: .passwordChanged, session)
        let type = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
        let subject: JSON = ["format": "iss_sub", "iss": "https://id.example", "sub": .id(user)]

        #expect(
            SecurityEvent(notice, issuer: "https://id.example", audience: "https://hook.example/x").claims == [
                "iss": "https://id.example", "iat": .integer(ManualClock.start.seconds), "jti": .id(notice.id),
                "aud": "https://hook.example/x", "txn": .id(notice.eventID),
                "sub_id": ["format": "complex", "user": subject, "session": ["format": "opaque", "id": .id(session)]],
                "events": .object([
                    .init(
                        key: type,
                        value: [
                            "event_timestamp": .integer(ManualClock.start.seconds), "initiating_entity": "admin",
                            "reason_admin": ["en": "password_changed"],
                        ]
                    )
                ]),
            ]
        )
    }

    @Test func `of no single session has the user alone as its subject`() {
        let claims = SecurityEvent(notice(.credentialChange, of: .passwordSet, nil), issuer: "i", audience: "a").claims

        #expect(claims["sub_id"] == ["format": "iss_sub", "iss": "i", "sub": .id(user)])
    }

    @Test(arguments: [
        (AuditEvent.Kind.passwordSet, "password", "update"), (.passwordChanged, "password", "update"),
        (.suspicionReported, "password", "revoke"), (.secondFactorEnabled, "app", "create"),
        (.secondFactorDisabled, "app", "delete"), (.recoveryCodesMade, "recovery-code", "update"),
        (.recoveryCodeUsed, "recovery-code", "revoke"),
    ])
    func `of a credential says which and how it has changed`(kind: AuditEvent.Kind, credential: String, change: String)
    {
        let claims = SecurityEvent(notice(.credentialChange, of: kind, session), issuer: "i", audience: "a").claims
        let event = claims["events"]?["https://schemas.openid.net/secevent/caep/event-type/credential-change"]

        #expect(event?["credential_type"]?.string == credential)
        #expect(event?["change_type"]?.string == change)
    }

    @Test func `is the same in every attempt`() {
        var again = notice(.sessionRevoked, of: .sessionRevoked, session)
        let first = SecurityEvent(again, issuer: "i", audience: "a").claims.utf8
        again = Notice(copying: again, attempts: 7)

        #expect(SecurityEvent(again, issuer: "i", audience: "a").claims.utf8 == first)
    }

    private func notice(_ kind: Notice.Kind, of event: AuditEvent.Kind, _ session: SessionID?) -> Notice {
        Notice(
            id: .make(at: ManualClock.start),
            lane: .webhook("https://hook.example/x"),
            kind: kind,
            userID: user,
            recipient: nil,
            eventID: .make(at: ManualClock.start),
            eventKind: event,
            at: ManualClock.start,
            sessionID: session,
            initiator: .admin,
            address: nil,
            deviceInfo: nil,
            place: nil
        )
    }
}

extension Notice {
    fileprivate init(copying other: Notice, attempts: Int) {
        self.init(
            id: other.id,
            lane: other.lane,
            kind: other.kind,
            userID: other.userID,
            recipient: other.recipient,
            eventID: other.eventID,
            eventKind: other.eventKind,
            at: other.at,
            sessionID: other.sessionID,
            initiator: other.initiator,
            address: other.address,
            deviceInfo: other.deviceInfo,
            place: other.place,
            attempts: attempts
        )
    }
}
