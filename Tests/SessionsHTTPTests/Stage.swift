import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Sessions
import SessionsTesting
import Testing

@testable import Sessions
@testable import SessionsHTTP
@testable import SessionsSQL
@testable import SessionsSQLite

/// The whole product in one process, on a real database that can be made to fail, with one user who is signed in three times.
struct Stage: Sendable {
    let database: SQLiteDatabase
    let driver: SQLiteDriver
    let failing: FailingDriver<SQLiteDriver>
    let authority: SessionAuthority
    let hasher: PasswordHasher
    let clock = ManualClock()
    let account: Account
    /// The first is the one that requests are made with.
    let tokens: [Token]

    private let folder: TemporaryFolder
    private let application: Application<SessionResponder>

    struct Token: Sendable {
        let session: SessionID
        let text: String
    }

    static let password = "a password that nobody else uses"

    var current: Token { tokens[0] }
    var other: Token { tokens[1] }

    /// Sets the stage; a cold one is a process that has just been started, whose memory knows no session.
    init(isCold: Bool) async throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(
            path: folder.path("sessions.sqlite"),
            telling: NoticePolicy(mailsOwners: true, webhooks: ["https://hooks.example.org/"])
        )
        driver = try #require(database.store as? SQLStore<SQLiteDriver>).driver
        failing = FailingDriver(base: driver)
        hasher = try PasswordHasher(cost: .init(memoryKiB: 64, passes: 1, lanes: 1), width: 2)
        let store = SQLStore(driver: failing)
        let keys = try SigningKeys(secret: "correct horse battery staple 0123456789")
        let clock = clock.wallClock
        account = try Account.sample("ada", passwordHash: try await hasher.hash(Password(Self.password)))
        try #require(try await store.add(account, .sample(.accountCreated, user: account.id)))
        let first = try await SessionAuthority(store: store, keys: keys, clock: clock)
        tokens = try await Self.signIn(account, first, times: 3)
        authority = isCold ? try await SessionAuthority(store: store, keys: keys, clock: clock) : first
        if !isCold {
            for token in tokens { _ = try await first.verify(Array(token.text.utf8), from: .desktop) }
        }
        var settings = HTTPSettings()
        settings.isDevelopment = true
        settings.isRegistrationOpen = true
        settings.sendsMail = true
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        application = Application(
            responder: SessionResponder(
                authority: authority,
                accounts: Accounts(authority: authority, hasher: hasher),
                verifier: CredentialVerifier(store: store, hasher: hasher, keys: keys, clock: clock),
                settings: settings,
                logger: logger
            ),
            logger: logger
        )
    }

    private static func signIn(_ account: Account, _ authority: SessionAuthority, times: Int) async throws -> [Token] {
        let authentication = Authentication(
            userID: account.id,
            credentialVersion: 1,
            epoch: 1,
            methods: .password,
            at: authority.now
        )
        var tokens: [Token] = []
        for _ in 0..<times {
            let opened = try #require(
                try await authority.open(for: authentication, from: .desktop, isRemembered: false)
            )
            tokens.append(Token(session: opened.session.id, text: opened.token.headerValue))
        }
        return tokens
    }

    /// Puts a hash of another cost in the place of the account's, as an older version would have left it.
    func weakenHash() async throws {
        let weak = try PasswordHasher(cost: .init(memoryKiB: 32, passes: 1, lanes: 1), width: 1)
        let hash = try await weak.hash(Password(Self.password))
        try await database.store.renew(try #require(account.passwordHash), as: hash, of: account.id)
    }

    /// A cursor to the second page of one session each.
    func cursor() async throws -> SessionCursor {
        try #require(try await authority.sessions(of: account.id, limit: 1)?.next)
    }
}

extension Stage {
    struct Request: Sendable {
        let method: HTTPRequest.Method
        let path: String
        var headers: HTTPFields = [.userAgent: Client.desktop.userAgent ?? ""]
        var body: ByteBuffer?

        init(_ method: HTTPRequest.Method, _ path: String, cookie: String? = nil) {
            self.method = method
            self.path = path
            if let cookie { headers[.cookie] = "token=\(cookie)" }
        }

        init(_ method: HTTPRequest.Method, _ path: String, cookie: String? = nil, json: JSON) {
            self.init(method, path, cookie: cookie)
            headers[.contentType] = "application/json"
            body = ByteBuffer(bytes: json.utf8)
        }

        init(_ method: HTTPRequest.Method, _ path: String, cookie: String? = nil, form: String) {
            self.init(method, path, cookie: cookie)
            headers[.contentType] = "application/x-www-form-urlencoded"
            headers[.origin] = "http://localhost"
            body = ByteBuffer(string: form)
        }
    }

    struct Reply: Sendable {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let body: String
    }

    func send(_ request: Request) async throws -> Reply {
        try await application.test(.router) { client in
            try await client.execute(
                uri: request.path,
                method: request.method,
                headers: request.headers,
                body: request.body
            ) { response in
                Reply(status: response.status, headers: response.headers, body: String(buffer: response.body))
            }
        }
    }
}
