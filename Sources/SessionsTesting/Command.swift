import Foundation

/// Why a program that a test asked says nothing of use.
package struct CommandFailure: Error {
    package let command: [String]
    package let status: Int32
}

/// What a program on the path writes: another's answer to the same question.
///
/// - Throws: When it cannot be started, or fails.
package func output(of command: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = output
    try process.run()
    let written = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw CommandFailure(command: command, status: process.terminationStatus)
    }
    return String(decoding: written, as: UTF8.self)
}
