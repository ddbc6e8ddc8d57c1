import Foundation
import Sessions
import SessionsTesting
import Testing

@testable import SessionsHTTP

@Suite struct `QR code` {
    static let texts = [
        "a", TOTPSecret.make().uri(issuer: "RTC Collector", account: "ada"),
        TOTPSecret.make().uri(issuer: String(repeating: "ü", count: 32), account: String(repeating: "x", count: 32)),
        "Zürich 東京 🦊", String(repeating: "x", count: QRCode.textBytesMax),
    ]

    @Test(arguments: texts)
    func `is read back by a reader of others`(text: String) throws {
        let folder = try TemporaryFolder()
        let svg = folder.path("code.svg")
        let png = folder.path("code.png")
        try Data(QRCode(text).svg(label: "Code").bytes).write(to: URL(filePath: svg))

        _ = try output(of: "rsvg-convert", svg, "--output", png)
        let read = try output(of: "zbarimg", "--quiet", "--raw", png)

        #expect(read == text + "\n")
    }

    @Test func `is one path on white, with a quiet zone of four modules`() throws {
        let svg = try QRCode("otpauth://totp/a:b").svg(label: "\"><script>").description
        let width = try QRCode("otpauth://totp/a:b").width
        let size = width + 8

        #expect(svg.contains("viewBox=\"0 0 \(size) \(size)\""))
        #expect(svg.contains("<rect width=\"\(size)\" height=\"\(size)\" fill=\"#fff\"/>"))
        #expect(svg.split(separator: "<path").count == 2)
        #expect(svg.contains("role=\"img\" aria-label=\"&quot;&gt;&lt;script&gt;\""))
        #expect(!svg.contains("style=") && !svg.contains("<script"))
        for rectangle in svg.matches(of: /M(\d+) (\d+)h(\d+)v1h-(\d+)z/) {
            let (x, y, run) = (Int(rectangle.1) ?? 0, Int(rectangle.2) ?? 0, Int(rectangle.3) ?? 0)
            #expect(x >= 4 && y >= 4 && run > 0 && x + run <= 4 + width && y < 4 + width)
            #expect(rectangle.3 == rectangle.4)
        }
    }

    @Test func `of nothing or of too much is refused`() {
        #expect(throws: QRCode.Failure.empty) { try QRCode("") }
        #expect(throws: QRCode.Failure.tooLong) { try QRCode(String(repeating: "x", count: QRCode.textBytesMax + 1)) }
    }
}
