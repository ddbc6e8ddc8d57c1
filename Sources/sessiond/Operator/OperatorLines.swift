import NIOCore
import Sessions

extension ByteBuffer {
    /// A line for each row of a list.
    static func rows(_ rows: [JSON]) -> ByteBuffer {
        var buffer = ByteBuffer()
        for row in rows { buffer.writeBytes(row.utf8 + [UInt8(ascii: "\n")]) }
        return buffer
    }

    /// The last line of an answer.
    static func outcome(_ outcome: OperatorOutcome) -> ByteBuffer {
        rows([outcome.json])
    }
}
