import CTimex
import Sessions
import SessionsPostgres
import SessionsSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Settings {
    /// Whether something keeps this machine's clock right.
    var clockFinding: Finding {
        // 0 to 4 are those of a clock that is kept right.
        guard (0...4).contains(clock_state()) else {
            return .warning(
                "clock",
                "nothing tells the system that its clock is right; sessions end by it, and codes of apps are compared by it",
                mend: "Run chrony, systemd-timesyncd or another client of NTP; within a container, on its machine."
            )
        }
        return .ok("clock", "it is synchronised")
    }

    /// Whether files can be read by others.
    var fileFindings: [Finding] {
        var status = stat()
        guard stat(dataDirectory, &status) == 0 else {
            return [
                .warning(
                    "files",
                    "DATA_DIR \(dataDirectory) is not there: \(SystemFailure.last)",
                    mend: "The first start makes it; else look whether DATA_DIR is right."
                )
            ]
        }
        var paths = [dataDirectory, developmentSecretPath, socketPath]
        if case .sqlite(let path) = location { paths += ["", "-wal", "-shm", ".lock"].map { path + $0 } }
        let open = paths.filter { path in
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
        }
        var found = open.map { path in
            Finding.failure("files", "\(path) can be used by others", mend: "chmod go= \(path)")
        }
        if status.st_uid != geteuid() {
            found.append(
                .warning(
                    "files",
                    "DATA_DIR belongs to user \(status.st_uid), and this runs as \(geteuid())",
                    mend: "Run the doctor as the user that the server runs as."
                )
            )
        }
        return (found.isEmpty ? [.ok("files", "DATA_DIR and what is in it are its owner's alone")] : found) + [
            spaceFinding
        ]
    }

    private var spaceFinding: Finding {
        var space = statvfs()
        guard statvfs(dataDirectory, &space) == 0 else {
            return .warning("disk", "it cannot be asked: \(SystemFailure.last)", mend: "Look at it by: df")
        }
        let mebibytes = (UInt64(space.f_bavail) * UInt64(space.f_frsize)) >> 20
        let mend = "Make room: when the disk is full, nobody can log in, and no session can be ended."
        switch mebibytes {
        case ..<256: return .failure("disk", "\(mebibytes) MiB are free", mend: mend)
        case ..<2_048: return .warning("disk", "\(mebibytes) MiB are free", mend: mend)
        default: return .ok("disk", "\(mebibytes) MiB are free")
        }
    }

    /// Whether the database can be read, and keeps what it is told.
    func storageFindings() async -> [Finding] {
        await withTaskExecutorPreference(BlockingExecutor.shared) {
            do {
                switch location {
                case .sqlite(let path): return try findings(ofFile: path)
                case .postgres(let url): return findings(try PostgresDatabase.inspect(url: url))
                }
            } catch {
                let why = location.kind == "sqlite" ? "\(error)" : "\(type(of: error))"
                return [
                    .failure(
                        "storage",
                        "\(location.told) cannot be read: \(why)",
                        mend: "Look whether DATABASE_URL is right, and whether the database runs and lets this user in."
                    )
                ]
            }
        }
    }

    private func findings(ofFile path: String) throws -> [Finding] {
        guard access(path, F_OK) == 0 else {
            return [
                .warning(
                    "storage",
                    "there is no database \(path)",
                    mend: "The first start makes it; else look whether DATA_DIR and DATABASE_URL are right."
                )
            ]
        }
        let inspection = try SQLiteDatabase.inspect(path: path)
        guard let version = inspection.schemaVersion else {
            return [.failure("storage", "\(path) is another application's", mend: "Name another file in DATABASE_URL.")]
        }
        var found = [schemaFinding(version, known: inspection.schemaVersionKnown)]
        if let fault = inspection.faults.first {
            found.append(
                .failure("storage", "the file is damaged: \(fault)", mend: "Restore a backup: docs/deployment.md.")
            )
        } else {
            found.append(.ok("storage", "the file is whole"))
        }
        if let newest = inspection.newestEvent, newest > WallClock.system.now.adding(seconds: 60) {
            found.append(
                .failure(
                    "clock",
                    "the newest event was written at \(newest.rfc3339), which is still to come",
                    mend: "Set the clock right: what has run out since may be taken for alive."
                )
            )
        }
        return found
    }

    private func findings(_ inspection: PostgresDatabase.Inspection) -> [Finding] {
        var found: [Finding] = []
        if inspection.serverVersion < 140_000 {
            found.append(
                .failure("storage", "the server is older than PostgreSQL 14", mend: "Bring it up to date.")
            )
        }
        if let version = inspection.schemaVersion {
            found.append(schemaFinding(version, known: inspection.schemaVersionKnown))
        } else {
            found.append(.warning("storage", "there are no tables yet", mend: "The first start makes them."))
        }
        for risk in inspection.risks.sorted(by: { $0.rawValue < $1.rawValue }) {
            found.append(
                acceptedRisks.contains(risk)
                    ? .warning("durability", "\(risk)", mend: "It is accepted by ACCEPT_REVOCATION_LOSS.")
                    : .failure("durability", "\(risk)", mend: "Until then the server does not start.")
            )
        }
        if inspection.risks.isEmpty {
            found.append(.ok("durability", "PostgreSQL keeps what it has acknowledged"))
        }
        let apart = abs(inspection.time.milliseconds - WallClock.system.now.milliseconds) / 1_000
        if apart > 5 {
            found.append(
                .warning(
                    "clock",
                    "this machine and PostgreSQL are \(apart) s apart; PostgreSQL's clock is the one that counts",
                    mend: "Keep both right by NTP."
                )
            )
        }
        return found
    }

    private func schemaFinding(_ version: Int, known: Int) -> Finding {
        if version == known { return .ok("storage", "it can be read, and its schema is version \(version)") }
        if version < known {
            return .warning(
                "storage",
                "its schema is version \(version), and this program's is \(known)",
                mend: "The next start brings it up to date; make a backup before."
            )
        }
        return .failure(
            "storage",
            "its schema is version \(version), and this program knows \(known)",
            mend: "Run the newer program: there is no way back."
        )
    }
}
