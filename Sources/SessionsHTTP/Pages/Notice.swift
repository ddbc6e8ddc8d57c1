/// A coloured box with one thing to know, above what it is about.
enum Notice {
    /// Something went as it was asked to.
    static func success(_ text: HTML) -> HTML {
        "<div class=\"notice ok\" role=\"status\">\(Icons.success)<p>\(text)</p></div>"
    }

    /// Something the reader should know before going on.
    static func attention(_ text: HTML) -> HTML {
        "<div class=\"notice\" role=\"status\">\(Icons.attention)<p>\(text)</p></div>"
    }

    /// Something that did not work.
    static func problem(_ text: HTML) -> HTML {
        "<div class=\"notice bad\" role=\"alert\">\(Icons.attention)<p>\(text)</p></div>"
    }
}
