/// What a session's icon depicts.
enum DeviceKind: Sendable {
    case mobile
    case tablet
    case desktop
    case unknown
}

/// The drawings of the pages: inline SVG in the colour of the text around it, hidden from screen readers, since the words
/// beside each say the same.
enum Icons {
    static func device(_ kind: DeviceKind) -> HTML {
        switch kind {
        case .mobile: drawing(#"<rect x="6" y="2" width="12" height="20" rx="2.5"/><path d="M11 18h2"/>"#)
        case .tablet: drawing(#"<rect x="4" y="2" width="16" height="20" rx="2.5"/><path d="M11 18h2"/>"#)
        case .desktop: drawing(#"<rect x="2" y="4" width="20" height="13" rx="2"/><path d="M8 21h8m-4-4v4"/>"#)
        case .unknown:
            drawing(
                """
                <circle cx="12" cy="12" r="9.5"/><path d="M9.3 9.2a2.8 2.8 0 1 1 4.2 2.5c-1 .6-1.5 1.1-1.5 2.1m0 3.2h.01"/>
                """
            )
        }
    }

    static let attention = drawing(
        """
        <path d="M12 9v4m0 4h.01M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0z"/>
        """
    )

    static let success = drawing(#"<circle cx="12" cy="12" r="9.5"/><path d="m8 12.3 2.8 2.7L16 9.5"/>"#)

    static let shield = drawing(
        #"<path d="M12 2.5 4 5.6v6c0 4.7 3.3 8.4 8 9.9 4.7-1.5 8-5.2 8-9.9v-6z"/><path d="m8.8 11.8 2.3 2.3 4.1-4.4"/>"#
    )

    private static func drawing(_ shapes: HTML) -> HTML {
        """
        <svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.8" \
        stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">\(shapes)</svg>
        """
    }
}
