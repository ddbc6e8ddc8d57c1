"""What holds for every answer of the server, whatever was asked."""

import re
from datetime import datetime

DOCUMENTED = {200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 503}
CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*\Z")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
INSIDES = re.compile(
    r"CodingKey|Decod(?:er|ing)|DecodingError|\.swift\b|Swift\.|Optional\(|NIOCore|GRDB|SQLITE|SQLite|sqlite_"
    r"|SELECT |INSERT |UPDATE .* SET|/tmp/|/home/|/usr/|Fatal error|Stack dump|0x[0-9a-f]{8}|eyJ[A-Za-z0-9_-]{6,}\."
)
USER_FIELDS = {"id", "email", "emailVerified", "username", "createdAt", "twoFactorEnabled", "passwordChangedAt"}
SESSION_FIELDS = {
    "id", "deviceInfo", "deviceType", "browser", "browserName", "browserVersion", "os", "ipAddress", "signInIpAddress",
    "location", "userAgent", "createdAt", "lastActivity", "expiresAt", "rememberMe", "isActive", "isCurrent", "seen",
    "signals",
}  # fmt: skip
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(response):
    """The Content-Security-Policy as a table of directives."""
    text = response.header("content-security-policy")
    assert text, f"no Content-Security-Policy: {response}"
    directives = [each.split() for each in text.split(";") if each.strip()]
    return {directive[0]: directive[1:] for directive in directives}


def assert_security_headers(response):
    for name, value in SECURITY_HEADERS.items():
        assert response.header(name) == value, f"{name}: {response.header(name)!r} in {response}"
    directives = policy(response)
    assert directives.get("default-src") == ["'none'"], directives
    assert directives.get("frame-ancestors") == ["'none'"], directives
    assert directives.get("base-uri") == ["'none'"], directives
    assert not any("unsafe" in source or source == "*" for sources in directives.values() for source in sources)
    for name in ("Server", "X-Powered-By", "Clear-Site-Data", "Access-Control-Allow-Origin"):
        assert response.header(name) is None, f"{name} in {response}"


def assert_problem(response, code=None, status=None):
    """RFC 9457, with our stable code and nothing of the server's insides."""
    if status is not None:
        assert response.status == status, response
    assert response.header("content-type") in ("application/problem+json", "application/problem+json; charset=utf-8"), (
        response
    )
    problem = response.json
    assert {"type", "title", "status", "code", "detail"} <= set(problem), problem
    assert set(problem) <= {"type", "title", "status", "code", "detail", "errors", "instance", "requestId"}, problem
    assert problem["status"] == response.status, problem
    assert all(isinstance(problem[name], str) and problem[name] for name in ("type", "title", "code", "detail")), (
        problem
    )
    assert CODE.match(problem["code"]), problem
    for error in problem.get("errors", []):
        assert set(error) == {"field", "message"} and error["field"] and error["message"], problem
    leak = INSIDES.search(response.text)
    assert not leak, f"an error text shows {leak[0]!r}: {response}"
    if code is not None:
        assert problem["code"] == code, response
    return problem


def judge(response):
    """The oracle for one answer: status, security headers, and a body that says only what it must."""
    assert response.status in DOCUMENTED, response
    assert_security_headers(response)
    if response.status == 401:
        assert response.header("www-authenticate") == 'Cookie realm="session"', response
    if response.status in (429, 503):
        assert re.fullmatch(r"[1-9]\d*", response.header("retry-after") or ""), response
    if response.status == 405:
        assert response.header("allow"), response
    if response.status >= 400:
        if response.method != "HEAD" and (is_api(response.path) or response.media_type != "text/html"):
            assert_problem(response)
        assert not INSIDES.search(response.body.decode("utf-8", "replace")), response
    if response.status in (302, 303):
        assert response.location, response
    return response


def is_api(path):
    return path.startswith("/api/")


def instant(text):
    """A time of the contract as seconds since 1970."""
    assert TIME.match(text), text
    return datetime.fromisoformat(text).timestamp()


def assert_user(user, **expected):
    assert set(user) == USER_FIELDS, user
    assert UUID.match(user["id"]) and TIME.match(user["createdAt"]), user
    assert user["passwordChangedAt"] is None or TIME.match(user["passwordChangedAt"]), user
    assert user["emailVerified"] is False, user
    assert user["twoFactorEnabled"] is expected.get("twoFactorEnabled", False), user
    assert {name: user[name] for name in expected} == expected


def assert_session(session, **expected):
    assert set(session) == SESSION_FIELDS, set(session) ^ SESSION_FIELDS
    assert UUID.match(session["id"]), session
    for name in ("createdAt", "lastActivity", "expiresAt"):
        assert TIME.match(session[name]), session
    for name in ("rememberMe", "isActive", "isCurrent"):
        assert isinstance(session[name], bool), session
    assert session["deviceType"] in ("Mobile Device", "Tablet", "Desktop", "Unknown"), session
    assert session["browser"] in ("Chrome", "Firefox", "Safari", "Edge", "Opera", "Unknown"), session
    both = (session["deviceType"], session["browser"])
    assert session["deviceInfo"] == ("Unknown" if both == ("Unknown", "Unknown") else " - ".join(both)), session
    assert isinstance(session["signals"], list), session
    assert {name: session[name] for name in expected} == expected
