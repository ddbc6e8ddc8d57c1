#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why a program that a test asked says nothing of use.
package struct CommandFailure: Error {
    package let command: [String]
    package let status: Int32
}

/// What a program on the path writes: another's answer to the same question.
///
/// Not by Foundation's `Process`: it reads beyond a directory's entry when it looks for open files, which ends a run under the
/// address sanitizer.
///
/// - Throws: When it cannot be started, or fails.
package func output(of command: String...) throws -> String {
    let line = command.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
    guard let stream = popen(line, "re") else { throw CommandFailure(command: command, status: errno) }
    var written: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { written += buffer.prefix(count) }
    let status = pclose(stream)
    guard status == 0 else { throw CommandFailure(command: command, status: status) }
    return String(decoding: written, as: UTF8.self)
}
