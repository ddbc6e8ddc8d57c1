import Logging
import Synchronization

extension LocationDatabase {
    /// Opens each file that has changed since the last look and puts it in the place of the one before.
    ///
    /// Who reads the one before is not disturbed. One that cannot be used is told to the log once, and the one before stays. It
    /// blocks while it reads a file, and is not meant to be called twice at once.
    func takeUpChanges(logger: Logger) {
        let slots = slots.withLock(\.self)
        for (index, slot) in slots.enumerated() {
            let seen = FileStamp(path: slot.path)
            guard seen != slot.seen else { continue }
            do {
                let file = try MaxMindFile(path: slot.path)
                put(file, at: index)
                logger.notice(
                    "location_database_opened",
                    metadata: [
                        "path": "\(slot.path)", "type": "\(file.databaseType)", "built": "\(file.builtAtSeconds)",
                    ]
                )
            } catch {
                self.slots.withLock { $0[index].seen = seen }
                logger.warning(
                    "location_database_rejected",
                    metadata: ["path": "\(slot.path)", "reason": "\(error.reason)"]
                )
            }
        }
    }

    private func put(_ file: MaxMindFile, at index: Int) {
        // The old one is closed outside of the lock, if nobody has it any more: look-ups do not wait for that.
        _ = slots.withLock { slots in
            let old = slots[index].file
            slots[index].file = file
            slots[index].seen = file.stamp
            return old
        }
    }
}
