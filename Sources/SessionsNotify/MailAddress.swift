public import Sessions

/// Who a mail is from: `address`, or `Name <address>`.
public struct MailAddress: Hashable, Sendable {
    /// What people read; empty for none.
    public let name: String
    /// Where answers and returned mail go.
    public let address: EmailAddress

    /// The longest name, in UTF-8 bytes.
    public static let nameBytesMax = 128

    /// Creates an address.
    public init(name: String, address: EmailAddress) {
        self.name = name
        self.address = address
    }

    /// Reads `address` or `Name <address>`; `nil` for all else.
    public init?(_ text: String) {
        guard text.last == ">", let open = text.lastIndex(of: "<") else {
            guard let address = EmailAddress(text) else { return nil }
            self.init(name: "", address: address)
            return
        }
        var name = text[..<open]
        while name.last == " " { name.removeLast() }
        if name.count >= 2, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
        guard let address = EmailAddress(String(text[text.index(after: open)...].dropLast())),
            name.utf8.count <= Self.nameBytesMax, !name.contains("<"), HeaderText.isPrintable(String(name))
        else { return nil }
        self.init(name: String(name), address: address)
    }

    /// What is after the `@`.
    package var domain: String {
        String(address.description.split(separator: "@").last ?? "localhost")
    }

    /// As it stands in a header.
    var header: String {
        // On a line of its own: an encoded word may have filled the one before.
        name.isEmpty ? "<\(address)>" : "\(HeaderText.phrase(name))\r\n <\(address)>"
    }
}
