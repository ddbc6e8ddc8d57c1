"""Behind nginx, Caddy and HAProxy as Examples configures them, and asked as Traefik asks.

Each test runs against each proxy: the real program with the example's own file, sessiond and the example's application behind it,
and a tap on both wires that shows what really arrived.
"""

import contextlib
import hashlib
import os
import re
import signal
import socket
import string
import subprocess
import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from client import Client
from edges import EXAMPLES, NAMES, STREAM_SECONDS, Edge, WebSocket, cookie_line, listens
from server import die_with_parent, eventually, executable, free_port, in_parallel
from wire import Connection, Malformed, raw, request_bytes

IDENTITY = ("X-Auth-User-Id", "X-Auth-Username", "X-Auth-Email", "X-Auth-Session-Id", "X-Auth-Expires")
EVIL = "evil-5up3r"
HTML = ("Accept", "text/html,application/xhtml+xml")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture(scope="module", params=NAMES)
def edge(request):
    edge = Edge(request.param)
    yield edge
    edge.close()


@pytest.fixture(scope="module")
def browser(edge):
    """Somebody's browser that stays signed in."""
    return edge.browser()


def folded(name):
    """What CGI, WSGI and PHP make of a header's name."""
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def identity_in(request):
    """All that an application could take for an identity, whatever it folds."""
    names = {folded(name): name for name in IDENTITY}
    return sorted(
        (names[folded(name)], value) for name, value in request.headers + request.trailers if folded(name) in names
    )


def identity_of(edge, browser):
    answer = Client(edge.direct, cookies=browser.jar).get("/api/auth/verify")
    assert answer.status == 204, answer
    return sorted((name, answer.header(name)) for name in IDENTITY)


def refused(answer):
    """Whether somebody without a session was told so: 401, or led to the log-in."""
    if answer.status == 302:
        return answer.location.split("?")[0].endswith("/login")
    return answer.status == 401


# The examples themselves


@pytest.mark.parametrize("name, command", [("Nginx", "-t"), ("Caddy", "validate"), ("HAProxy", "-c")])
def test_the_configuration_is_valid_as_it_stands_in_the_repository(name, command, tmp_path):
    result = subprocess.run(
        [EXAMPLES / name / "proxy", command],
        env=os.environ | {"STATE": str(tmp_path), "PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert result.returncode == 0, result
    assert "[warn]" not in result.stderr and "[WARNING]" not in result.stderr, result.stderr


@pytest.mark.parametrize(
    "name, ending", [("Nginx", signal.SIGTERM), ("Caddy", signal.SIGINT), ("HAProxy", signal.SIGTERM)]
)
def test_one_command_starts_everything_and_stops_cleanly(name, ending, tmp_path):
    ports = {key: str(free_port()) for key in ("PORT", "SESSIOND_PORT", "APPLICATION_PORT")}
    # No variable of the tests' own server may leak into it.
    inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ} | {
        "TMPDIR": str(tmp_path)
    }
    process = subprocess.Popen(
        [EXAMPLES / name / "run"],
        env=inherited | ports | {"SESSIOND": executable()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    try:
        for line in process.stdout:
            if line.startswith(f"All three are ready: http://127.0.0.1:{ports['PORT']}/"):
                break
        port = int(ports["PORT"])
        host = ("Host", f"127.0.0.1:{port}")
        assert raw(port, request_bytes("GET", "/", [host])).status == 401
        assert raw(port, request_bytes("GET", "/login", [host])).status == 200

        process.send_signal(ending)
        assert process.wait(15) == 0
        assert not any(listens(int(port)) for port in ports.values())
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)  # none of its processes is left
        assert not list(tmp_path.iterdir())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# Nobody without a session


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_asked_about(edge, browser, method):
    answer, passed = edge.passed(lambda: edge.send("/thing", method=method))
    assert answer.status == 401 and not passed, answer
    if method != "HEAD":
        assert answer.header("location") is None

    answer, passed = edge.passed(lambda: edge.send("/thing", browser, method=method))
    assert answer.status == 200, answer
    assert [(each.method, each.target) for each in passed] == [(method, "/thing")]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "VERIFY"])
def test_no_odd_method_gets_around_the_check(edge, method):
    for target in ("/thing", "/login"):
        _, passed = edge.passed(lambda target=target: edge.send(target, method=method))
        assert not passed


def test_a_websocket_is_asked_about(edge, browser):
    def attempt():
        with WebSocket(edge) as refusal:
            return refusal.status

    status, passed = edge.passed(attempt)
    assert status == 401 and not passed
    with WebSocket(edge, browser) as open_one:
        assert open_one.status == 101
        assert open_one.echo("hello") == "hello"


@pytest.mark.parametrize("protocol", ["h2c", "HTTP/2.0", "websocket, h2c", "h2c, websocket", "tls/1.2"])
def test_no_other_protocol_gets_a_tunnel(edge, browser, protocol):
    """h2c smuggling: the requests in such a tunnel would be nobody's to check."""
    headers = [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", protocol), ("HTTP2-Settings", "AAMAAABkAAQAAP__")]
    answer, passed = edge.passed(lambda: edge.send("/thing", browser, headers=headers))
    assert answer.status in (200, 400), answer
    for request in passed:
        assert not request.all("upgrade") and not request.all("http2-settings"), request
        assert "pgrade" not in (request.header("connection") or ""), request


GARBAGE = [
    "token=", "token", "token==", "token=;", "token=a.b.c", "token=eyJhbGciOiJub25lIn0.e30.", 'token="x"', "token=\xff\xfe", "; ; token=x",
    "token=" + "a" * 4000, "token=\t", "token=null", "token=true", "=token=x", "token=../../x", "token=%00", "token=a; token=b", "known_browser=x",
    "__Host-token=x", "Token=x", "token =x", "$Version=1; token=x", "token=,", "token={}",
]  # fmt: skip


def test_no_malformed_cookie_lets_anybody_in(edge):
    for cookies in GARBAGE:
        answer, passed = edge.passed(lambda cookies=cookies: edge.send("/thing", cookies))
        assert answer is None or answer.status in (400, 401), (cookies, answer)
        assert not passed, cookies


CLIENT_HEADERS = [
    ("User-Agent", "kube-probe/1.30"),
    ("User-Agent", "GoogleHC/1.0"),
    ("User-Agent", "ELB-HealthChecker/2.0"),
    ("X-Forwarded-Uri", "/login"),
    ("X-Forwarded-Uri", "/assets/style.css"),
    ("X-Forwarded-Method", "OPTIONS"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Prefix", "/login"),
    ("X-Original-URL", "/login"),
    ("X-Original-URI", "/login"),
    ("X-Rewrite-URL", "/login"),
    ("X-HTTP-Method-Override", "OPTIONS"),
    ("X-Forwarded-For", ""),
    ("X-Forwarded-For", "a"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-For", "::"),
    ("X-Forwarded-For", "1.2.3.4.5"),
    ("X-Forwarded-For", "1, " * 1500),
    ("X-Real-IP", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1;host=evil.example"),
    ("X-Auth-User-Id", EVIL),
    ("Content-Length", "0"),
    ("Authorization", "Basic YWRtaW46YWRtaW4="),
]


def test_no_header_of_the_client_lets_anybody_in(edge):
    for header in CLIENT_HEADERS:
        answer, passed = edge.passed(lambda header=header: edge.send("/thing", headers=[header]))
        assert answer.status == 401 and not passed, (header, answer)


def test_the_next_request_of_a_connection_is_asked_about_too(edge, browser):
    """Neither a public page nor somebody's session makes the connection trusted."""
    signed_in = request_bytes("GET", "/mine", [("Host", edge.host), ("Cookie", cookie_line(browser))])
    public = request_bytes("GET", "/login", [("Host", edge.host)])
    stranger = request_bytes("GET", "/stranger", [("Host", edge.host)])

    def pipeline():
        with Connection(edge.port) as connection:
            connection.send(public + stranger + signed_in + stranger)
            return [connection.read().status for _ in range(4)]

    statuses, passed = edge.passed(pipeline)
    assert statuses == [200, 401, 200, 401]
    assert [request.target for request in passed] == ["/mine"]


def test_a_request_inside_a_body_stays_a_body(edge, browser):
    inner = request_bytes("GET", "/smuggled", [("Host", edge.host)])
    lines = [("Host", edge.host), ("Cookie", cookie_line(browser))]
    chunked = b"0\r\n\r\n" + inner
    both = [*lines, ("Content-Length", str(len(chunked))), ("Transfer-Encoding", "chunked")]
    odd = [*lines, ("Content-Length", str(len(chunked))), ("Transfer-Encoding", "xchunked")]
    twice = [*lines, ("Content-Length", "0"), ("Content-Length", str(len(chunked)))]
    for headers in (both, odd, twice):
        _, passed = edge.passed(
            lambda headers=headers: edge.send(head=request_bytes("POST", "/outer", headers, chunked))
        )
        assert "/smuggled" not in [request.target for request in passed], headers


# Who the application believes to see


def spellings(name):
    """Ways to write a header's name that some application takes for the name itself."""
    underscored = name.replace("-", "_")
    yield from (name, name.lower(), name.upper(), underscored, underscored.lower(), underscored.upper())
    yield from (name.replace("-", "_", 1), name[::-1].replace("-", "_", 1)[::-1])
    yield from (name.replace("-", character) for character in "!#$%&'*+.^`|~")
    yield from (name.replace("-", character, 1) for character in "!#$%&'*+.^`|~")


def test_the_application_gets_exactly_what_verify_says(edge, browser):
    expected = identity_of(edge, browser)
    _, passed = edge.passed(lambda: edge.send("/thing", browser))
    assert identity_in(passed[0]) == expected
    for name, value in expected:
        assert passed[0].header(name) == value


@pytest.mark.parametrize("name", IDENTITY)
def test_an_identity_of_the_client_reaches_nobody_in_any_spelling(edge, browser, name):
    expected = identity_of(edge, browser)
    for spelling in spellings(name):
        for headers in ([(spelling, EVIL)], [(spelling, ""), (spelling, EVIL)]):
            answer, passed = edge.passed(lambda headers=headers: edge.send("/thing", browser, headers=headers))
            assert answer.status in (200, 400), (spelling, answer)
            for request in passed:
                assert identity_in(request) == expected, spelling
                assert EVIL not in str(request.headers), spelling


def test_identities_are_not_mixed_up_among_many_requests_at_once(edge):
    people = [edge.person() for _ in range(4)]
    browsers = [edge.browser(person) for person in people] + [None]

    def ask(number):
        browser = browsers[number % 5]
        return edge.send(f"/of/{number}", browser).status == (200 if browser else 401)

    answers, passed = edge.passed(lambda: in_parallel(ask, range(60)))
    assert all(answers) and len(passed) == 48
    for request in passed:
        person = people[int(request.target.rpartition("/")[2]) % 5]
        assert request.all("x-auth-username") == [person.username]


def test_other_headers_of_that_family_reach_nobody_either(edge, browser):
    """nginx knows no wildcard: what is not in its list passes."""
    headers = [("X-Auth-Role", EVIL), ("X_Auth_Role", EVIL), ("x-auth", EVIL), ("X.Auth.Role", EVIL)]
    _, passed = edge.passed(lambda: edge.send("/thing", browser, headers=headers))
    found = [name for name, value in passed[0].headers if value == EVIL]
    assert found == (["X-Auth-Role", "x-auth"] if edge.name == "Nginx" else [])


def test_all_spellings_at_once_reach_nobody(edge, browser):
    headers = [(spelling, EVIL) for name in IDENTITY for spelling in list(spellings(name))[:8]]
    answer, passed = edge.passed(lambda: edge.send("/thing", browser, headers=headers))
    assert answer.status == 200
    assert identity_in(passed[0]) == identity_of(edge, browser) and EVIL not in str(passed[0])


@pytest.mark.parametrize(
    "line",
    [
        f"X-Auth-User-Id : {EVIL}", f" X-Auth-User-Id: {EVIL}", f"\tX-Auth-User-Id: {EVIL}", f"X-Auth-User-Id\t: {EVIL}",
        f"Accept: x\r\n X-Auth-User-Id: {EVIL}", f"X-Auth-User-Id\0: {EVIL}", f"X-Auth User-Id: {EVIL}", f"\x0bX-Auth-User-Id: {EVIL}",
        f"X-Auth-User-Id:\r\n {EVIL}", f"X-Auth-User-Id\xa0: {EVIL}", f": {EVIL}", f"Accept: x\nX-Auth-User-Id: {EVIL}",
        f"Accept: x\rX-Auth-User-Id: {EVIL}", f"X-Auth-User-Id\x85: {EVIL}",
    ],
)  # fmt: skip
def test_a_malformed_header_line_becomes_nobodys_identity(edge, browser, line):
    head = f"GET /thing HTTP/1.1\r\nHost: {edge.host}\r\nCookie: {cookie_line(browser)}\r\n{line}\r\n\r\n"
    expected = identity_of(edge, browser)

    def attempt():
        try:
            return edge.send(head=head.encode("latin-1"))
        except Malformed:
            return None  # HTTP/0.9

    answer, passed = edge.passed(attempt)
    assert answer is None or answer.status in (200, 400, 401), answer  # 401: it became a part of the cookie
    for request in passed:
        assert identity_in(request) == expected, request


@pytest.mark.parametrize("name", IDENTITY)
def test_a_client_cannot_have_an_identity_taken_out_on_the_way(edge, browser, name):
    """`Connection` names headers that proxies remove: it must not be those that the application relies on."""
    for value in (f"close, {name}", f"keep-alive, {name.lower()}", name, f"{name}, Cookie"):
        answer, passed = edge.passed(lambda value=value: edge.send("/x", browser, headers=[("Connection", value)]))
        assert answer.status == 200, (value, answer)
        assert identity_in(passed[0]) == identity_of(edge, browser), value
    for value in ("Upgrade", f"Upgrade, {name}", f"{name.lower()}, upgrade"):
        handshake = [*WebSocket.HANDSHAKE[1:], ("Connection", value)]
        answer, passed = edge.passed(lambda handshake=handshake: opened(edge, browser, handshake))
        assert answer == 101, value
        assert identity_in(passed[0]) == identity_of(edge, browser), value


def opened(edge, browser, handshake):
    """The status of a websocket's handshake."""
    with Connection(edge.port) as connection:
        lines = [("Host", edge.host), ("Cookie", cookie_line(browser)), *handshake]
        connection.send(request_bytes("GET", "/socket", lines))
        return connection.read_head()[0]


def test_a_trailer_is_nobodys_identity(edge, browser):
    lines = [("Host", edge.host), ("Cookie", cookie_line(browser)), ("Transfer-Encoding", "chunked")]
    body = f"3\r\nabc\r\n0\r\nX-Auth-User-Id: {EVIL}\r\nX_Auth_User_Id: {EVIL}\r\n\r\n".encode()
    for announced in (
        [],
        [("Trailer", "X-Auth-User-Id")],
        [("TE", "trailers"), ("Trailer", "X-Auth-User-Id, X_Auth_User_Id")],
    ):
        answer, passed = edge.passed(lambda a=announced: edge.send(head=request_bytes("POST", "/x", lines + a, body)))
        assert answer.status in (200, 400), answer
        for request in passed:
            if edge.name == "HAProxy":
                # It passes trailers on, as what they are. An application must not take them for headers (docs/proxies.md).
                request.trailers = []
            assert identity_in(request) == identity_of(edge, browser), request


COOKIES = [
    ("{ours}", ""),
    ("a=1; {ours}", "a=1"),
    ("{ours}; a=1", "a=1"),
    ("a=1; {ours}; b=2", "a=1; b=2"),
    ("a=1;{ours};b=2", "a=1;b=2"),
    ("{ours}; known_browser=zzz; a=token=1; b=known_browser", "a=token=1; b=known_browser"),
    ("known_browser=zzz; a=1; {ours}; known_browser=yyy", ("a=1", "")),
    ("known_browser=1; known_browser=2; known_browser=3; {ours}; known_browser=4; a=1", ("a=1", "")),
    ("mytoken=1; token2=2; my_known_browser=3; {ours}", "mytoken=1; token2=2; my_known_browser=3"),
    ("{ours}; __Host-token=abc; __Secure-token=abc; a=1", "a=1"),
    ("a=1; known_browser =zzz; {ours}", "a=1"),
    ('q="x; y"; {ours}', 'q="x; y"'),
]


def test_the_application_does_not_get_our_cookies_and_keeps_its_own(edge, browser):
    for sent, kept in COOKIES:
        line = sent.format(ours=f"token={browser.token}")
        answer, passed = edge.passed(lambda line=line: edge.send("/thing", line))
        assert answer.status == 200, (sent, answer)
        got = re.sub(r"; *", "; ", "; ".join(filter(None, passed[0].all("cookie"))))
        assert got in [re.sub(r"; *", "; ", each) for each in ([kept] if isinstance(kept, str) else kept)], sent
        assert browser.token not in str(passed[0]), sent


def test_cookies_in_several_lines_are_taken_out_of_all(edge, browser):
    headers = [("Cookie", "a=1"), ("Cookie", f"token={browser.token}; b=2"), ("Cookie", "known_browser=zzz")]
    answer, passed = edge.passed(lambda: edge.send("/thing", headers=headers))
    assert answer.status == 200, answer
    got = "; ".join(filter(None, passed[0].all("cookie")))
    assert "a=1" in got and "b=2" in got
    assert "zzz" not in got and browser.token not in str(passed[0])


def test_authorization_is_the_applications(edge, browser):
    basic = ("Authorization", "Basic YTpi")
    (answer, passed), asked = edge.asked(lambda: edge.passed(lambda: edge.send("/thing", browser, headers=[basic])))
    assert answer.status == 200 and passed[0].header("authorization") == basic[1]
    assert [request.all("authorization") for request in asked] == [[]]

    bearer = ("Authorization", f"Bearer {browser.token}")
    answer, passed = edge.passed(lambda: edge.send("/thing", headers=[bearer]))
    assert answer.status == 401 and not passed


# Where a request came from


def test_the_session_list_shows_where_the_client_really_is(edge, browser):
    forged = [
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-For", "203.0.113.10, 127.0.0.1"),
        ("X-Real-IP", "203.0.113.11"),
        ("Forwarded", "for=203.0.113.12"),
        ("X_Forwarded_For", "203.0.113.13"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Uri", "/evil"),
        ("X-Forwarded-Method", "OPTIONS"),
    ]
    for headers in ([], *([each] for each in forged), forged):
        answer, passed = edge.passed(
            lambda headers=headers: edge.send("/thing", browser, headers=headers, source="127.0.0.77")
        )
        assert answer.status == 200
        assert passed[0].all("x-forwarded-for") == ["127.0.0.77"] and "203.0.113" not in str(passed[0])
        assert passed[0].all("x-forwarded-host") == [edge.host] and passed[0].all("x-forwarded-proto") == ["http"]
        assert not passed[0].all("x-forwarded-uri") and not passed[0].all("x-forwarded-method")
    # A page of the server's own, through the proxy: what it shows is this very request.
    answer = edge.send("/api/sessions", browser, headers=forged, source="127.0.0.78")
    assert [each["ipAddress"] for each in answer.json["sessions"]] == ["127.0.0.78"]


def test_a_check_through_the_proxy_notes_the_clients_address_and_browser(edge):
    person = edge.person()
    watched, watcher = edge.browser(person), person.login()
    headers = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    assert edge.send("/thing", watched, headers=headers, source="127.0.0.79").status == 200
    seen = next(each for each in watcher.sessions() if each["id"] == watched.session["id"])
    assert (seen["ipAddress"], seen["browser"]) == ("127.0.0.79", "Firefox")


# What is asked about is what is served

PATHS = [
    "//thing", "/./thing", "/a/../thing", "/login/../thing", "/login/..;/thing", "/login;/thing", "/login%2f..%2fthing", "/login/%2e%2e/thing",
    "/login/.%2e/thing", "/assets/..%2fthing", "/assets/..%5cthing", "/assets\\..\\thing", "/api/auth/../../thing", "/api/auth/..%2f..%2fthing",
    "/thing;/login", "/thing?/login", "/thing?x=/api/auth/verify", "/thing%3f/login", "/%74hing", "/thing%00/login", "/thing%0a", "/login%0a/../thing",
    "/settings/%2e%2e/thing", "/settings/%252e%252e/thing", "/LOGIN/thing", "/Login", "/loginx", "/login.php", "/help/../../thing", "/..", "/../login/../x",
    "//login/../thing", "/login//../thing", "/a//b/./c/../d?e=f//g", "/caf%c3%a9", "/%ff", "/a%20b+c", "/thing/", "/a;b=c/d", "/thing#/login", "/thing%23",
    "/session-check", "/session-check/x", "/@log-in", "/.well-known/session-policy/../x", "/.well-known/other", "/health", "/ready", "/metrics", "/api/other",
    "/favicon.ico", "/a|b", "/a[b]", "/a\"b", "/a^b`c{d}",
]  # fmt: skip

NOT_IN_URIS = str.maketrans("", "", ' "#<>\\^`{|}')


def test_no_path_reaches_the_application_without_a_session(edge):
    for path in PATHS:
        answer, passed = edge.passed(lambda path=path: edge.send(path))
        assert not passed, path
        assert answer is None or refused(answer) or 400 <= answer.status < 500, (path, answer)


def test_the_application_gets_the_path_that_was_sent(edge, browser):
    """And was asked about once. What a proxy refuses, or gives to the server, does not reach it at all."""
    reached = set()
    for path in PATHS:
        (answer, passed), asked = edge.asked(
            lambda path=path: edge.passed(lambda: edge.send(path, browser, headers=[("Accept", "*/*")]))
        )
        if passed:
            reached.add(path)
            assert answer.status == 200 and len(passed) == len(asked) == 1, (path, answer)
            # A fragment is no part of a request; what no URI may hold may come escaped.
            assert passed[0].target in (
                path,
                path.split("#")[0],
                quote(path, safe=string.printable.translate(NOT_IN_URIS)),
            ), path
        else:
            assert 300 <= answer.status < 500, (path, answer)
    assert {
        "/%74hing",
        "/a;b=c/d",
        "/caf%c3%a9",
        "/thing/",
        "/a//b/./c/../d?e=f//g",
        "/favicon.ico",
        "/health",
    } <= reached


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_an_absolute_target_is_its_path(edge, browser, method):
    target = f"http://{edge.host}/thing?x=1"
    answer, passed = edge.passed(lambda: edge.send(target, browser, method))
    assert answer.status in (200, 400), answer
    assert [request.target for request in passed] in (["/thing?x=1"], [])
    for target in (target, "http://evil.example/login", f"http://{edge.host}/login/../thing", "*", "thing", "", "?x"):
        _, passed = edge.passed(lambda target=target: edge.send(target, method=method))
        assert not passed, target


# The way back


NEXT = [
    "/", "/thing", "/thing?a=1&b=2", "/a%20b?c=%26&d=%2F", "/a?next=/b&reason=expired", "/a+b?c=d+e", "/caf%c3%a9", "/a;b=c", "/?q=//evil.example",
    "/%2f%2fevil.example", "/%5cevil.example", "/%0d%0aSet-Cookie:%20a=b", "/x?u=%0d%0aSet-Cookie:%20a=b", "/" + "a" * 1000, "/@evil.example",
    "/x?y=https://evil.example/",
]  # fmt: skip
NOWHERE = [
    "//evil.example", "//evil.example/%2e%2e", "///evil.example", "/\\evil.example", "/\\/evil.example", "/" + "a" * 1100, "/" + "a" * 4000,
    "http://evil.example/", "/\xe9vil",
]  # fmt: skip


def next_in(edge, answer):
    """Where the log-in page would lead to: a path, or None."""
    place = urlsplit(answer.location)
    assert f"{place.scheme}://{place.netloc}" in (edge.origin, "://"), answer
    assert place.path == "/login" and not place.fragment, answer
    query = parse_qs(place.query, keep_blank_values=True, strict_parsing=bool(place.query))
    assert set(query) <= {"next"}, answer
    return query["next"][0] if query else None


def test_the_log_in_leads_back_to_the_very_page(edge):
    for target in NEXT:
        answer, passed = edge.passed(lambda target=target: edge.send(target, headers=[HTML]))
        assert answer.status == 302 and not passed, (target, answer)
        assert next_in(edge, answer) == target
        assert not answer.all("set-cookie")


def test_the_way_back_never_leaves_the_site(edge):
    for target in NOWHERE:
        answer, passed = edge.passed(lambda target=target: edge.send(target, headers=[HTML]))
        assert not passed, target
        if answer is not None and answer.status == 200:
            assert (
                "evil.example" in target and answer.body == b"" and edge.name == "Caddy"
            )  # another site's: it has none
        elif answer is not None and answer.status not in (400, 403, 404, 414):
            assert answer.status == 302, (target, answer)
            back = next_in(edge, answer)
            assert back is None or re.match(r"/(?![/\\])", back), (target, answer)
    for header in CLIENT_HEADERS:
        answer = edge.send("/thing", headers=[HTML, header])
        assert answer.status == 302 and next_in(edge, answer) == "/thing", (header, answer)


def test_a_person_comes_back_after_the_log_in(edge):
    person, target = edge.person(), "/thing?a=1&b=%2F"
    visitor = Client(edge)
    redirection = visitor.get(target, headers={"Accept": "text/html"})
    page = visitor.page(redirection.location.removeprefix(edge.origin))
    form = page.form_to("/login")
    answer = visitor.submit(form, {"Email": person.email, "Password": person.password})
    assert answer.status == 303 and answer.location == target, answer
    _, passed = edge.passed(lambda: visitor.get(target))
    assert passed[0].target == target and passed[0].header("X-Auth-Username") == person.username


def test_only_who_opens_a_page_is_led_to_the_log_in(edge):
    assert edge.send("/x", headers=[HTML]).status == 302
    assert edge.send("/x", headers=[HTML], method="HEAD").status == 302
    assert edge.send("/x", headers=[HTML], method="POST", body=b"a=1").status == 401
    assert edge.send("/x", headers=[("Accept", "application/json")]).status == 401
    assert edge.send("/x", headers=[("Accept", "text/event-stream")]).status == 401


# Bodies


def test_a_big_upload_goes_to_the_application_alone(edge, browser):
    body = os.urandom(1 << 20) * 8
    before = edge.to_server.bytes_in
    (answer, passed), asked = edge.asked(
        lambda: edge.passed(lambda: edge.send("/upload", browser, method="POST", body=body))
    )
    assert answer.status == 200, answer
    assert answer.json["bodyBytes"] == len(body) and answer.json["sha256"] == hashlib.sha256(body).hexdigest()
    assert len(passed) == len(asked) == 1 and asked[0].method == "GET" and asked[0].body == b""
    assert not asked[0].all("transfer-encoding") and asked[0].header("content-length") in (None, "0")
    assert edge.to_server.bytes_in - before < 8192


def test_a_chunked_upload_goes_to_the_application_alone(edge, browser):
    lines = [("Host", edge.host), ("Cookie", cookie_line(browser)), ("Transfer-Encoding", "chunked")]
    body = (
        b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (b"a" * 70_000, b"b" * 7, b"c" * 30_000))
        + b"0\r\n\r\n"
    )
    (answer, passed), asked = edge.asked(
        lambda: edge.passed(lambda: edge.send(head=request_bytes("PUT", "/upload", lines, body)))
    )
    assert answer.status == 200 and answer.json["bodyBytes"] == 100_007, answer
    assert len(passed) == len(asked) == 1 and asked[0].body == b"" and not asked[0].all("transfer-encoding")


def test_an_upload_of_nobody_is_refused_before_the_application_sees_it(edge):
    before = edge.to_application.bytes_in
    head = request_bytes(
        "POST", "/upload", [("Host", edge.host), ("Content-Length", str(1 << 30)), ("Expect", "100-continue")]
    )
    with Connection(edge.port) as connection:
        connection.send(head)
        status, _ = connection.read_head()
        if status == 100:
            status, _ = connection.read_head()
        assert status == 401
    assert edge.to_application.bytes_in == before


# Endings

WITHOUT_SERVER = {"Nginx": 500, "Caddy": 502, "HAProxy": 503}
WHILE_IT_HANGS = {"Nginx": 500, "Caddy": 504, "HAProxy": 503}


def test_a_revoked_session_is_refused_on_its_next_request(edge):
    person = edge.person()
    watcher = person.login()
    for _ in range(5):
        browser = edge.browser(person)
        assert browser.get("/thing").status == 200
        assert browser.connection is not None  # the same connection goes on
        assert watcher.revoke(browser.session["id"]).status == 204
        answer, passed = edge.passed(lambda browser=browser: browser.get("/thing"))
        assert answer.status == 401 and not passed
        with WebSocket(edge, browser) as refusal:
            assert refusal.status == 401


def test_a_log_out_through_the_proxy_holds_at_once(edge):
    browser = edge.browser()
    token = browser.token
    assert browser.get("/thing").status == 200
    assert browser.logout().status == 204
    answer, passed = edge.passed(lambda: edge.send("/thing", f"token={token}"))
    assert answer.status == 401 and not passed


def test_without_sessiond_nobody_is_let_in(edge, browser):
    edge.server.kill()
    try:
        for headers, method in (([], "GET"), ([HTML], "GET"), ([], "HEAD"), ([], "POST"), (WebSocket.HANDSHAKE, "GET")):
            for cookies in (browser, None):
                answer, passed = edge.passed(
                    lambda h=headers, m=method, c=cookies: edge.send("/thing", c, method=m, headers=h)
                )
                assert answer.status == WITHOUT_SERVER[edge.name] and not passed, answer
    finally:
        edge.server.start()
    eventually(lambda: edge.send("/thing", browser).status == 200, what="access again")


def test_while_sessiond_hangs_nobody_is_let_in(edge, browser):
    edge.hold()
    try:
        started = time.monotonic()
        answer, passed = edge.passed(lambda: edge.send("/thing", browser))
        assert answer.status == WHILE_IT_HANGS[edge.name] and not passed, answer
        assert time.monotonic() - started < 6
    finally:
        edge.go_on()
    eventually(lambda: edge.send("/thing", browser).status == 200, what="access again")


def test_a_stranger_is_refused_whether_or_not_the_application_answers(edge, browser):
    edge.application.send_signal(signal.SIGSTOP)
    try:
        assert edge.send("/thing").status == 401
    finally:
        edge.application.send_signal(signal.SIGCONT)
    assert edge.send("/thing", browser).status == 200


# The server's own pages


def test_the_servers_pages_are_on_the_same_host(edge):
    for path, status in {
        "/login": 200, "/register": 200, "/help": 200, "/assets/style.css": 200, "/assets/script.js": 200, "/settings": 303,
        "/settings/security": 303, "/.well-known/session-policy": 200, "/api/auth/me": 401, "/api/sessions": 401,
        "/api/account/activity": 401, "/api/auth/verify": 401, "/login/x": 404, "/assets/../login": None,
    }.items():  # fmt: skip
        answer, passed = edge.passed(lambda path=path: edge.send(path))
        assert not passed, path
        assert status is None or answer.status == status, (path, answer)


def test_an_upgrade_at_the_servers_pages_keeps_nobody_waiting(edge):
    """A server reads nothing after an upgrade: a proxy must not give the connection to somebody else then."""
    for headers in (WebSocket.HANDSHAKE, [("Connection", "upgrade"), ("Upgrade", "h2c")]):
        assert edge.send("/login", headers=headers).status in (200, 400)
        for _ in range(8):
            started = time.monotonic()
            assert edge.send("/login").status == 200
            assert time.monotonic() - started < 5


def test_people_sign_up_log_in_and_end_sessions_through_the_proxy(edge):
    person = edge.person()
    laptop = Client(edge)
    assert laptop.login(person.email, person.password).status == 200
    phone = edge.browser(person)
    page = laptop.page("/settings/security")
    assert set(page.rows) == {laptop.session["id"], phone.session["id"]}
    assert laptop.revoke(phone.session["id"]).status == 204
    assert edge.send("/thing", phone).status == 401
    assert laptop.get("/thing").status == 200


def test_the_servers_event_stream_comes_through_at_once_and_ends(edge):
    person = edge.person()
    watcher, watched = person.login(), edge.browser(person)
    stream = EventStreamThrough(watched)
    try:
        assert stream.status == 200
        watcher.revoke(watched.session["id"])
        assert stream.wait_for(b"event: signed-out", 5)
        assert stream.end(5) is not None
    finally:
        stream.connection.close()


class EventStreamThrough:
    """A stream as it arrives, whatever framing the proxy gives it."""

    def __init__(self, browser, path="/api/sessions/events"):
        edge = browser.server
        self.connection = Connection(edge.port)
        headers = [("Host", edge.host), ("Cookie", cookie_line(browser)), ("Accept", "text/event-stream")]
        self.connection.send(request_bytes("GET", path, headers))
        self.status, _ = self.connection.read_head()

    @property
    def is_complete(self):
        return self.connection.buffer.endswith(b"0\r\n\r\n")

    def wait_for(self, text, seconds):
        deadline = time.monotonic() + seconds
        while text not in self.connection.buffer:
            self.connection.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                if not self.connection.receive():
                    return False
            except TimeoutError:
                return False
        return True

    def end(self, seconds):
        """Waits for the end; the seconds it took, or None."""
        started = time.monotonic()
        while not self.is_complete:
            left = started + seconds - time.monotonic()
            self.connection.socket.settimeout(max(left, 0.001))
            try:
                if not self.connection.receive():
                    break
            except TimeoutError:
                return None
        return time.monotonic() - started


# Streams of the application


def test_a_stream_of_the_application_outlives_its_session_by_no_more_than_it_says(edge):
    """The proxy asks when a stream opens and not again. The application ends it, and then the proxy asks."""
    person = edge.person()
    watcher, browser = person.login(), edge.browser(person)
    stream = EventStreamThrough(browser, "/events")
    with WebSocket(edge, browser) as socket_:
        assert stream.status == 200 and stream.wait_for(b"data: ", 5)
        assert socket_.echo("before") == "before"
        assert watcher.revoke(browser.session["id"]).status == 204
        assert socket_.echo("after") == "after"  # as docs/proxies.md says
        seconds = stream.end(STREAM_SECONDS + 3)
        assert seconds is not None and seconds < STREAM_SECONDS + 1
        assert socket_.connection.ends_within(STREAM_SECONDS)
    stream.connection.close()
    assert edge.send("/events", browser).status == 401
    with WebSocket(edge, browser) as refusal:
        assert refusal.status == 401


def test_operators_can_end_streams_at_the_proxy(own_edge):
    """By a reload with nginx and Caddy, by the runtime API with HAProxy."""
    edge = own_edge
    browser = edge.browser()
    stream = EventStreamThrough(browser, "/events")
    with WebSocket(edge, browser) as socket_:
        assert socket_.echo("before") == "before" and stream.wait_for(b"data: ", 5)
        cut(edge)
        assert socket_.connection.ends_within(15)
    assert stream.end(15) is not None
    stream.connection.close()
    eventually(lambda: edge.send("/thing", browser).status == 200, what="access again")


@pytest.fixture(params=NAMES)
def own_edge(request, monkeypatch):
    monkeypatch.setattr("edges.STREAM_SECONDS", 300)
    edge = Edge(request.param)
    yield edge
    edge.close()


def cut(edge):
    if edge.name == "HAProxy":
        with socket.socket(socket.AF_UNIX) as runtime:
            runtime.connect(str(edge.state / "admin.sock"))
            runtime.sendall(b"shutdown sessions server application/application\n")
            assert runtime.recv(4096).strip() == b""
    elif edge.name == "Caddy":
        code, said = edge.call("reload", "--force")
        assert code == 0, said
    else:
        code, said = edge.call("-s", "reload")
        assert code == 0, said
