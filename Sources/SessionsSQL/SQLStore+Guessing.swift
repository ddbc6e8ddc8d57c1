package import Sessions

extension SQLStore {
    package func admit(_ budgets: [AttemptBudget], at now: Timestamp) async throws -> AttemptAdmission {
        try await driver.write { database in
            try database.lock(budgets.map { .attempt($0.key) })
            var counts: [AttemptCount] = []
            for budget in budgets {
                let known = try database.count(of: budget.key)
                guard let count = budget.counting(onto: known, at: now) else {
                    return .refused(until: known?.waitsUntil ?? now)
                }
                counts.append(count)
            }
            for (budget, count) in zip(budgets, counts) {
                try database.run(
                    """
                    INSERT INTO attempt (key, failures, waits_until, forgotten_at, expendable)
                    VALUES (\(budget.key.bytes), \(count.failures), \(count.waitsUntil), \(count.forgottenAt),
                        \(budget.isExpendable))
                    ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, waits_until = excluded.waits_until,
                        forgotten_at = excluded.forgotten_at
                    """
                )
            }
            return .admitted(counts.map(\.failures))
        }
    }

    package func settle(_ attempts: [AttemptSettlement]) async throws {
        guard !attempts.isEmpty else { return }
        try await driver.write { try $0.settle(attempts) }
    }

    package func sweepAttempts(at now: Timestamp, expendableMax: Int, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            let forgotten = try database.run(
                """
                DELETE FROM attempt WHERE key IN (SELECT key FROM attempt WHERE forgotten_at <= \(now)
                    ORDER BY forgotten_at LIMIT \(limit))
                """
            )
            let expendable = try database.run(
                """
                DELETE FROM attempt WHERE key IN (SELECT key FROM attempt
                    WHERE expendable = 1 AND forgotten_at > \(now)
                    ORDER BY forgotten_at DESC LIMIT \(limit - forgotten) OFFSET \(expendableMax))
                """
            )
            return forgotten + expendable
        }
    }

    package func knows(_ browsers: [KnownBrowser], of user: UserID) async throws -> Bool {
        try await driver.read { database in
            for browser in browsers {
                let found = try database.row(
                    "SELECT 1 FROM known_browser WHERE user_id = \(user) AND digest = \(browser.bytes)"
                )
                if found != nil { return true }
            }
            return false
        }
    }

    package func browsersSeen(of user: UserID) async throws -> [Timestamp] {
        try await driver.read { database in
            try database.rows(
                """
                SELECT seen_at FROM known_browser WHERE user_id = \(user) ORDER BY seen_at DESC, digest
                LIMIT \(KnownBrowser.perUserMax)
                """
            ).map { row in
                var row = row
                return try row.time()
            }
        }
    }

    package func know(_ browser: KnownBrowser, of user: UserID, at now: Timestamp) async throws {
        try await driver.write { try $0.know(browser, of: user, at: now) }
    }

    package func forget(_ browser: KnownBrowser, of user: UserID, _ event: AuditEvent) async throws {
        try await driver.write { database in
            if try database.forget(browser, of: user) { try database.insert(event) }
        }
    }

    package func purgeBrowsers(before instant: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            return try database.run(
                """
                DELETE FROM known_browser WHERE (user_id, digest) IN (
                    SELECT user_id, digest FROM known_browser WHERE seen_at < \(instant) LIMIT \(limit))
                """
            )
        }
    }
}

extension SQLConnection {
    fileprivate func count(of key: AttemptKey) throws -> AttemptCount? {
        let found = try row(
            "SELECT failures, waits_until, forgotten_at FROM attempt WHERE key = \(key.bytes)"
        )
        guard var row = found else { return nil }
        return AttemptCount(
            failures: Int(try row.integer()),
            waitsUntil: try row.time(),
            forgottenAt: try row.time()
        )
    }

    func settle(_ attempts: [AttemptSettlement]) throws {
        try lock(attempts.map { .attempt($0.key) })
        for attempt in attempts {
            switch attempt {
            case .forget(let key): try run("DELETE FROM attempt WHERE key = \(key.bytes)")
            case .takeBack(let key):
                guard let count = try count(of: key)?.takingOneBack else { continue }
                try run(
                    """
                    UPDATE attempt SET failures = \(count.failures), waits_until = \(count.waitsUntil)
                    WHERE key = \(key.bytes)
                    """
                )
            }
        }
    }

    /// Forgets a browser of an account.
    ///
    /// - Returns: Whether it was known.
    @discardableResult
    func forget(_ browser: KnownBrowser, of user: UserID) throws -> Bool {
        try run("DELETE FROM known_browser WHERE user_id = \(user) AND digest = \(browser.bytes)") > 0
    }

    func forgetBrowsers(of user: UserID) throws {
        try run("DELETE FROM known_browser WHERE user_id = \(user)")
    }

    /// Gets to know a browser, and forgets the account's oldest beyond what it may have.
    func know(_ browser: KnownBrowser, of user: UserID, at now: Timestamp) throws {
        try run(
            """
            INSERT INTO known_browser (user_id, digest, seen_at)
            VALUES (\(user), \(browser.bytes), \(now))
            ON CONFLICT (user_id, digest) DO UPDATE SET seen_at = excluded.seen_at
            """
        )
        try run(
            """
            DELETE FROM known_browser WHERE user_id = \(user) AND digest IN (
                SELECT digest FROM known_browser WHERE user_id = \(user) ORDER BY seen_at DESC, digest
                LIMIT \(KnownBrowser.perUserMax) OFFSET \(KnownBrowser.perUserMax))
            """
        )
    }

    /// Leaves behind what a log-in leaves.
    func complete(_ login: LoginCompletion, of user: UserID, at now: Timestamp) throws {
        for browser in login.formerBrowsers { try forget(browser, of: user) }
        if let browser = login.browser { try know(browser, of: user, at: now) }
        try settle(login.settling)
        if let sighting = login.sighting { try insert(sighting) }
    }
}

extension AttemptSettlement {
    fileprivate var key: AttemptKey {
        switch self {
        case .takeBack(let key), .forget(let key): key
        }
    }
}
