import HTTPTypes
import Testing

@testable import SessionsHTTP

@Suite struct `Cross-site requests` {
    private static let own = "http://127.0.0.1:8080"
    private static let sites: [[String]] = [
        [], ["same-origin"], ["same-site"], ["cross-site"], ["none"], [""], ["SAME-ORIGIN"], ["same-origin "], ["null"],
        ["same-origin, cross-site"], ["same-origin", "same-origin"], ["same-origin", "cross-site"], ["none", "none"],
    ]
    private static let origins: [[String]] = [
        [], [own], ["null"], ["http://evil.example"], ["http://127.0.0.1"], ["https://127.0.0.1:8080"],
        ["http://127.0.0.1:8080/"], ["HTTP://127.0.0.1:8080"], ["http://127.0.0.1:8080.evil.example"], [""],
        [own, own], [own, "http://evil.example"], ["*"],
    ]
    private static let types: [[String]] = [
        [], ["application/json"], ["application/json; charset=utf-8"], ["application/x-www-form-urlencoded"],
        ["multipart/form-data"], ["text/plain"], ["text/plain; application/json"], ["application/json", "text/plain"],
        ["application/jsonp"],
    ]

    /// All 3,042 combinations, against the contract's sentences written down a second time.
    @Test func `every combination of the three headers is judged as the contract says`() throws {
        var count = 0
        for site in Self.sites {
            for origin in Self.origins {
                for type in Self.types {
                    for isForm in [false, true] {
                        let headers = try HTTPFields(
                            site.map { ("Sec-Fetch-Site", $0) } + origin.map { ("Origin", $0) }
                                + type.map { ("Content-Type", $0) }
                        )
                        let request = HTTPRequest(
                            method: .post,
                            scheme: "http",
                            authority: "127.0.0.1:8080",
                            path: "/",
                            headerFields: headers
                        )
                        let isAllowed = CrossSite.allows(request, isForm: isForm, origin: Self.own)
                        let expected = Self.oracle(site, origin, type, isForm)
                        #expect(isAllowed == expected, "\(site) \(origin) \(type) \(isForm ? "page" : "API")")
                        count += 1
                    }
                }
            }
        }
        #expect(count == 3_042)
    }

    private static func oracle(_ site: [String], _ origin: [String], _ type: [String], _ isForm: Bool) -> Bool {
        let isJSON = ["application/json", "application/json; charset=utf-8"].contains(type.joined(separator: "|"))
        // "`Sec-Fetch-Site` present: `same-origin` passes; `none` passes only with JSON."
        let verdicts = ["same-origin": true, "none": isJSON, "same-origin ": true]
        if site.count == 1 { return verdicts[site[0]] ?? false }
        if site.count > 1 { return false }
        // "Absent: `Origin`, if present, must equal the own origin (`null` is foreign)."
        if !origin.isEmpty { return origin == [own] }
        // "Both absent: only `application/json`"; "page routes ... need one of the two headers."
        return isForm ? false : isJSON
    }
}

@Suite struct `Media type` {
    static let types: [([Line], MediaType)] = [
        ([], .none), ([Line("Content-Type", "application/json")], .json),
        ([Line("Content-Type", "Application/JSON")], .json),
        ([Line("Content-Type", "application/json; charset=utf-8")], .json),
        ([Line("Content-Type", "application/json;charset=UTF-8")], .json),
        ([Line("Content-Type", "application/json \t; charset=\"utf-8\" ;")], .json),
        ([Line("Content-Type", "application/json; profile=x")], .json),
        ([Line("Content-Type", "application/json;")], .json),
        ([Line("Content-Type", "application/x-www-form-urlencoded")], .form),
        ([Line("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")], .form),
        ([Line("Content-Type", "application/json; charset=utf-16")], .other),
        ([Line("Content-Type", "application/json; charset=")], .other),
        ([Line("Content-Type", "application/json; charset=utf-8; charset=latin1")], .other),
        ([Line("Content-Type", "text/plain")], .other),
        ([Line("Content-Type", "text/plain; application/json")], .other),
        ([Line("Content-Type", "text/plain, application/json")], .other),
        ([Line("Content-Type", "application/json, text/plain")], .other),
        ([Line("Content-Type", "multipart/form-data; boundary=x")], .other),
        ([Line("Content-Type", "application/json5")], .other),
        ([Line("Content-Type", "application/problem+json")], .other),
        ([Line("Content-Type", "application /json")], .other),
        ([Line("Content-Type", "application/\u{212A}son")], .other), ([Line("Content-Type", "")], .other),
        ([Line("Content-Type", ";")], .other), ([Line("Content-Type", "*/*")], .other),
        ([Line("Content-Type", "application/json"), Line("Content-Type", "application/json")], .other),
        ([Line("Content-Type", "application/json"), Line("Content-Type", "text/plain")], .other),
        ([Line("Content-Type", "application/json;a=1;b=2;c=3;d=4")], .json),
        ([Line("Content-Type", "application/json;a=1;b=2;c=3;d=4;e=5")], .other),
        ([Line("Content-Type", "application/json"), Line("Content-Encoding", "gzip")], .other),
        ([Line("Content-Type", "application/json"), Line("Content-Encoding", "identity")], .other),
        ([Line("Content-Encoding", "gzip")], .other),
    ]

    @Test(arguments: types)
    func `is the exact type of the one header, in UTF-8 and not encoded`(lines: [Line], type: MediaType) throws {
        #expect(MediaType(try HTTPFields(lines)) == type)
    }
}
