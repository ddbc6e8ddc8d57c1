import Sessions

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads a password from standard input: arguments can be seen by every user of the machine.
enum PasswordPrompt {
    /// The first line, byte for byte, without its newline.
    ///
    /// A person is asked twice and sees nothing of it.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or the two differ.
    static func read() throws(CommandFailure) -> Password {
        guard isatty(0) == 1 else { return Password(try line()) }
        let first = try withoutEcho("Password: ")
        guard try withoutEcho("The same again: ") == first else { throw .refused("the two passwords differ") }
        return Password(first)
    }

    /// The same of an account that exists: a person is asked once.
    static func readOnce() throws(CommandFailure) -> Password {
        Password(isatty(0) == 1 ? try withoutEcho("Password: ") : try line())
    }

    /// The first line of a file that only its owner can read.
    static func read(file path: String) throws(CommandFailure) -> Password {
        let file: SmallFile
        do {
            file = try SmallFile(path: path)
        } catch {
            throw .misconfigured("the file of the password \(path) cannot be read: \(error)")
        }
        guard !file.isOpenToOthers else {
            throw .misconfigured("\(path) can be read by other users; run: chmod 600 \(path)")
        }
        let line = file.bytes.prefix { $0 != UInt8(ascii: "\n") }
        guard (1...Password.bytesMax).contains(line.count), let text = String(validating: line, as: UTF8.self) else {
            throw .misconfigured("a password is expected in the first line of \(path)")
        }
        return Password(text)
    }

    private static func withoutEcho(_ prompt: String) throws(CommandFailure) -> String {
        StandardStream.error.write(prompt.utf8)
        var former = termios()
        tcgetattr(0, &former)
        var silent = former
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &silent)
        defer {
            tcsetattr(0, TCSAFLUSH, &former)
            StandardStream.error.write("\n".utf8)
        }
        return try line()
    }

    /// One byte at a time: what stands behind the line is not ours.
    private static func line() throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while Glibc.read(0, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
            guard bytes.count <= Password.bytesMax else {
                throw .refused("the password may not be chosen: \(PasswordRules.Weakness.tooLong.message)")
            }
        }
        guard !bytes.isEmpty else { throw .refused("a password is expected on standard input") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .refused("the password is not UTF-8 text")
        }
        return text
    }
}

/// Asks before something that cannot be undone.
enum Confirmation {
    /// Whether to go on.
    ///
    /// Only a person at a terminal is asked: a script has decided already.
    static func isGiven(_ question: String) -> Bool {
        guard isatty(0) == 1 else { return true }
        StandardStream.error.write("\(question.printable) [y/N] ".utf8)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}
