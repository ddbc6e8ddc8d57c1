"""Bad input of every class at every door: refused in the documented way, and the next good request works."""

import json
import random
import secrets
import socket
import struct
import time

import pytest

from client import CHROME, Client, Person, new_address, new_name, new_password
from contract import judge
from server import in_parallel
from wire import Closed, Connection, raw, request_bytes

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
API = ["/api/auth/register", "/api/auth/login", "/api/auth/logout", "/api/sessions/revoke-others"]
FORMS = ["/login", "/register", "/logout", "/settings/security/revoke-others"]
REFUSED = {400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 503}


@pytest.fixture(scope="module")
def holder(server):
    return Person(server).sign_up().login()


@pytest.fixture(autouse=True)
def lives_on(server, holder):
    """After each test: the same process, and a good request on a new connection gets its answer."""
    yield
    assert server.is_alive(), server.log()[-2000:]
    holder.disconnect()
    assert holder.is_signed_in()


def assert_refused(response):
    """Judged, refused, within a second (measured by the caller's time-out), and no cookie given or taken."""
    judge(response)
    assert response.status in REFUSED, response
    assert response.all("set-cookie") == [], response
    return response


def send(server, method, path, lines=(), body=b"", cookie=None, length=True):
    fields = [("Host", server.host), ("Sec-Fetch-Site", "same-origin"), *lines]
    if not any(name in ("X-Forwarded-For", b"X-Forwarded-For") for name, _ in lines):
        # One network would soon have to wait.
        fields.append(("X-Forwarded-For", new_address()))
    if cookie:
        fields.append(("Cookie", f"token={cookie}"))
    if length:
        fields.append(("Content-Length", str(len(body))))
    return raw(server.port, request_bytes(method, path, fields, body), method)


def send_json(server, path, body, cookie=None):
    body = body.encode() if isinstance(body, str) else body
    return send(server, "POST", path, [("Content-Type", JSON)], body, cookie)


# 1: bodies that are no table


@pytest.mark.parametrize(
    "body", ["", "{}", "null", "[]", '"x"', "0", " \t\r\n ", "true", "{}{}", "{},", "{}\n{}", "undefined", "'{}'"]
)
@pytest.mark.parametrize("path", ["/api/auth/register", "/api/auth/login"])
def test_a_body_that_is_no_table_of_the_fields_is_refused(server, path, body):
    response = assert_refused(send_json(server, path, body))

    assert response.status in (400, 422), response


@pytest.mark.parametrize("body", ["null", "[]", '"x"', "0", "{}{}", "{", "x"])
@pytest.mark.parametrize("path", ["/api/auth/logout", "/api/sessions/revoke-others", "/api/sessions/revoke-all"])
def test_an_optional_body_is_a_table_too(server, person, path, body):
    client = person.login()
    response = send_json(server, path, body, client.token)

    assert response.status in (400, 422), response
    assert client.is_signed_in()


# 2 and 3: types and keys

VALUES = [1, -1, 1.5, True, False, None, [], {}, [["x"]], {"$gt": ""}, {"a": {"b": {}}}, ["a", "b"]]


@pytest.mark.parametrize("path, field", [("/api/auth/register", "email"), ("/api/auth/register", "username"), ("/api/auth/register", "password"),
                                         ("/api/auth/login", "identifier"), ("/api/auth/login", "password"), ("/api/auth/login", "rememberMe"),
                                         ("/api/auth/logout", "forgetBrowser")])  # fmt: skip
def test_a_value_of_another_type_is_refused_and_its_field_named(server, path, field):
    name = new_name()
    good = {"email": f"{name}@example.org", "username": name, "identifier": name, "password": new_password()}
    for value in VALUES:
        if (
            isinstance(value, bool)
            and field in ("rememberMe", "forgetBrowser")
            or value is None
            and field in ("rememberMe", "forgetBrowser")
        ):
            continue
        response = assert_refused(send_json(server, path, json.dumps(good | {field: value})))
        assert response.status == 422, (value, response)
        assert [error["field"] for error in response.json["errors"]] == [field]


@pytest.mark.parametrize(
    "body",
    [
        '{{"identifier":"{u}","identifier":"{u}","password":"{p}"}}',
        '{{"identifier":"{u}","\\u0069dentifier":"{u}","password":"{p}"}}',
        '{{"identifier":"{u}","password":"x","pass\\u0077ord":"{p}"}}',
        '{{"identifier":"{u}","password":"{p}","x":1,"x":2}}',
        '{{"identifier":"{u}","password":"{p}","x":{{"a":1,"a":2}}}}',
    ],
)
def test_a_key_given_twice_is_refused_however_it_is_spelled(server, person, body):
    response = assert_refused(send_json(server, "/api/auth/login", body.format(u=person.username, p=person.password)))

    assert (response.status, response.code) == (400, "malformed_body")


def test_keys_that_differ_in_case_are_other_keys(server, person):
    body = {"Identifier": person.username, "PASSWORD": person.password}

    assert assert_refused(send_json(server, "/api/auth/login", json.dumps(body))).status == 422


# 4: depth and size


@pytest.mark.parametrize("path", API)
@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
@pytest.mark.parametrize("depth", [100, 1_000, 10_000])
def test_deep_nesting_is_refused(server, holder, path, opening, closing, depth):
    whole = '{"x":' + opening * depth + "1" + closing * depth + "}"
    for body in (whole, opening * depth):
        response = send_json(server, path, body[:65_000], None)
        judge(response)
        assert response.status not in (200, 201), response


@pytest.mark.parametrize("path", API[:2])
def test_very_many_keys_are_refused_or_ignored(server, path):
    body = "{" + ",".join(f'"k{number}":1' for number in range(5_000)) + "}"

    assert assert_refused(send_json(server, path, body)).status in (400, 422)


@pytest.mark.parametrize("field", ["email", "username", "password"])
def test_a_very_long_value_is_refused(server, field):
    name = new_name()
    body = {"email": f"{name}@example.org", "username": name, "password": new_password()} | {field: "a" * 60_000}

    assert assert_refused(send_json(server, "/api/auth/register", json.dumps(body))).status == 422


def test_a_body_shorter_than_announced_gets_no_answer_but_a_refusal(server):
    head = [("Host", server.host), ("Content-Type", JSON), ("Sec-Fetch-Site", "same-origin"), ("Content-Length", "500")]
    with Connection(server.port) as connection:
        connection.send(request_bytes("POST", "/api/auth/login", head, b'{"identifier":"a"'))
        connection.socket.shutdown(socket.SHUT_WR)
        try:
            response = connection.read("POST", "/api/auth/login")
        except Closed:
            return
    assert_refused(response)


def test_a_body_longer_than_announced_is_not_read_on(server):
    body = json.dumps({"identifier": new_name(), "password": "nothing"}).encode()
    head = [
        ("Host", server.host),
        ("X-Forwarded-For", new_address()),
        ("Content-Type", JSON),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Length", str(len(body))),
    ]
    with Connection(server.port) as connection:
        connection.send(request_bytes("POST", "/api/auth/login", head, body + b"trailing garbage\r\n\r\n"))
        assert connection.read("POST", "/api/auth/login").status == 401
        try:
            assert connection.read().status == 400
        except Closed:
            pass


# 5: text that is none

BYTES = [
    b"\xff", b"\xc0\xaf", b"\xe0\x80\xaf", b"\x80", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x92", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe\xff",
]  # fmt: skip


@pytest.mark.parametrize("octets", BYTES, ids=repr)
@pytest.mark.parametrize(
    "path, field",
    [
        ("/api/auth/login", "identifier"),
        ("/api/auth/login", "password"),
        ("/api/auth/register", "password"),
        ("/api/auth/register", "email"),
    ],
)
def test_text_that_is_not_utf_8_is_refused(server, path, field, octets):
    name = new_name()
    good = {"email": f"{name}@example.org", "username": name, "identifier": name, "password": new_password()}
    body = json.dumps(good | {field: "@@"}).encode().replace(b"@@", b"x" * 10 + octets + b"y" * 10)

    assert assert_refused(send_json(server, path, body)).status == 400


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_body_in_another_encoding_is_refused(server, encoding):
    body = '{"identifier":"nobody","password":"nothing"}'.encode(encoding)

    assert assert_refused(send_json(server, "/api/auth/login", body)).status == 400


@pytest.mark.parametrize(
    "escape",
    ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\udfff\\ud800", "\\u00", "\\x41", "\\", "\\u{1F600}", "\\ud83d\\u0041"],
)
@pytest.mark.parametrize("field", ["identifier", "password"])
def test_a_broken_escape_is_refused(server, field, escape):
    body = json.dumps({"identifier": "nobody", "password": "nothing"} | {field: "@@"}).replace("@@", escape)

    assert assert_refused(send_json(server, "/api/auth/login", body)).status == 400


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a\x00b",
        "\uffff",
        "\ufeff",
        "\u202e",
        "🦊" * 100,
        "\u0301" * 200,
        "\x1b[31m",
        "\r\n",
        "\u2028",
        "' OR 1=1 --",
        "%s%n",
        "${jndi:ldap://x}",
        "../../etc/passwd",
    ],
)
@pytest.mark.parametrize("field", ["identifier", "password"])
def test_odd_text_in_a_login_is_a_wrong_login(server, field, text):
    body = json.dumps({"identifier": new_name(), "password": "nothing"} | {field: text})

    assert assert_refused(send_json(server, "/api/auth/login", body)).status in (401, 422)


@pytest.mark.parametrize("control", ["\n", "\t", "\x01", "\x1f", "\x00"])
def test_a_bare_control_character_in_a_string_is_malformed(server, control):
    body = '{"identifier":"a' + control + 'b","password":"nothing"}'

    assert assert_refused(send_json(server, "/api/auth/login", body)).status == 400


# 6: numbers


@pytest.mark.parametrize("number", ["1e999", "-1e999", "-0", "1e-999", "NaN", "Infinity", "-Infinity", "9007199254740993", "9223372036854775808", "18446744073709551616",
                                    "9" * 400, "01", "-", "1.", ".5", "1e", "0x10", "1_000", "+1", "٣", "1e400", "-9223372036854775809", "0" * 400])  # fmt: skip
@pytest.mark.parametrize(
    "template",
    [
        '{{"identifier":{n},"password":"x"}}',
        '{{"identifier":"{name}","password":"nothing","rememberMe":{n}}}',
        '{{"identifier":"{name}","password":"nothing","unknown":{n}}}',
    ],
)
def test_no_number_harms_the_server(server, template, number):
    assert_refused(send_json(server, "/api/auth/login", template.format(n=number, name=new_name())))


@pytest.mark.parametrize(
    "text",
    [
        "tru",
        "True",
        "nul",
        "None",
        "[1,]",
        '{"a":1,}',
        "{'a':1}",
        "{a:1}",
        "/**/{}",
        "{} // x",
        '{"a" 1}',
        '{"a":}',
        "[1 2]",
        '"unterminated',
        "\\",
    ],
)
def test_what_is_almost_json_is_malformed(server, text):
    response = assert_refused(send_json(server, "/api/auth/login", text))

    assert (response.status, response.code) == (400, "malformed_body")


# 7 is test_cross_site.py. 8: content encodings


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "compress", "gzip, gzip", "x-unknown"])
@pytest.mark.parametrize("path, kind", [("/api/auth/login", JSON), ("/login", FORM)])
def test_an_encoded_body_is_not_unpacked(server, path, kind, encoding):
    body = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"\x00" * 100
    response = assert_refused(
        send(server, "POST", path, [("Content-Type", kind), ("Content-Encoding", encoding)], body)
    )

    assert response.status == 415, response


# 9 and 10, methods and paths, and 11 and 12, Host and framing, are test_traps.py


@pytest.mark.parametrize("path", ["/" + "a" * 7000, "/%00", "/%ff", "/\xff", "/" + "%2e" * 1000, "/login?" + "a=b&" * 3000, "/?" + "%" * 500, "/login?next=" + "%0d%0a" * 50,
                                  "/api/sessions?" + "&".join(f"p{n}=1" for n in range(1500)), "/login?reason=<script>", "/login?%=%&&==&"])  # fmt: skip
def test_no_path_harms_the_server(server, holder, path):
    for cookie in (None, holder.token):
        response = send(server, "GET", path, cookie=cookie, length=False)
        assert response is not None
        judge(response)
        assert "<script>" not in response.body.decode("utf-8", "replace")


# 13: connections


def test_connections_that_break_off_leave_no_trace(server):
    whole = request_bytes(
        "POST",
        "/api/auth/login",
        [("Host", server.host), ("Content-Type", JSON), ("Content-Length", "44")],
        b'{"identifier":"nobody","password":"nothing"}',
    )
    for length in range(1, len(whole), 7):
        connection = Connection(server.port)
        connection.send(whole[:length])
        # SO_LINGER 0: closing resets the connection
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def test_an_answer_that_nobody_reads_holds_up_nobody(server):
    connections = []
    try:
        for _ in range(20):
            connection = Connection(server.port, timeout=1)
            connections.append(connection)
            try:
                connection.send(request_bytes("GET", "/openapi.yaml", [("Host", server.host)]) * 100)
            except TimeoutError:
                pass
        start = time.monotonic()
        assert Client(server).get("/health").status == 200
        assert time.monotonic() - start < 2
    finally:
        for connection in connections:
            connection.close()


def test_a_thousand_pipelined_requests_are_answered(server):
    with Connection(server.port) as connection:
        data = request_bytes("GET", "/health", [("Host", server.host)])
        for _ in range(10):
            connection.send(data * 100)
            assert [connection.read().status for _ in range(100)] == [200] * 100


def test_half_closed_connections_get_their_answer_or_an_end(server):
    with Connection(server.port) as connection:
        connection.send(request_bytes("GET", "/health", [("Host", server.host)]))
        connection.socket.shutdown(socket.SHUT_WR)
        try:
            assert connection.read().status == 200
        except Closed:
            pass


def test_a_thousand_idle_connections_hold_up_nobody(server):
    connections = [Connection(server.port) for _ in range(500)]
    try:
        assert Client(server).get("/health").status == 200
    finally:
        for connection in connections:
            connection.close()


# 14: header values


@pytest.mark.parametrize(
    "value",
    [
        b"\xff\xfe",
        b"\x80" * 100,
        "🦊".encode(),
        b"\x7f",
        b"\x01",
        b"a\x00b",
        b"a\x1b[2Jb",
        b"%0d%0aX: y",
        b"x" * 8000,
        b"'\"<script>alert(1)</script>",
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "name",
    [
        "X-Unknown",
        "Accept",
        "Accept-Language",
        "Referer",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
        "Cookie",
        "Authorization",
        "User-Agent",
        "Sec-CH-UA",
        "Sec-CH-UA-Platform",
    ],
)
def test_no_header_value_harms_the_server(server, holder, name, value):
    for path in ("/api/auth/me", "/login", "/assets/style.css"):
        response = send(server, "GET", path, [(name, value)], length=False)
        assert response is not None
        judge(response)


# 15: expectations, upgrades, ranges


def test_expect_100_continue_is_answered(server):
    body = json.dumps({"identifier": new_name(), "password": "nothing"}).encode()
    head = [
        ("Host", server.host),
        ("Content-Type", JSON),
        ("Sec-Fetch-Site", "same-origin"),
        ("Expect", "100-continue"),
        ("X-Forwarded-For", new_address()),
        ("Content-Length", str(len(body))),
    ]
    with Connection(server.port) as connection:
        connection.send(request_bytes("POST", "/api/auth/login", head))
        try:
            status, _ = connection.read_head()
        except TimeoutError:
            status = 100  # a client that hears nothing sends after a while
        if status == 100:
            connection.send(body)
            status = connection.read("POST", "/api/auth/login").status
    assert status in (401, 417)


@pytest.mark.parametrize("lines", [[("Upgrade", "h2c"), ("Connection", "Upgrade, HTTP2-Settings"), ("HTTP2-Settings", "AAMAAABkAAQAAP__")],
                                   [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13")],
                                   [("Upgrade", "TLS/1.0"), ("Connection", "Upgrade")], [("Connection", "close, keep-alive, Cookie")], [("Expect", "nonsense")]])  # fmt: skip
def test_no_upgrade_is_taken(server, holder, lines):
    response = send(server, "GET", "/api/auth/me", lines, length=False)

    assert response is not None and response.status in (401, 417, 400), response


@pytest.mark.parametrize(
    "value",
    [
        "bytes=10-5",
        "bytes=0-99999999999999999999",
        "bytes=-0",
        "bytes=--1",
        "bytes=0-0,0-0,0-0",
        "bytes=" + "0-1," * 500,
        "bytes=18446744073709551615-",
        "lines=1-2",
        "bytes=a-b",
        "bytes=",
    ],
)
@pytest.mark.parametrize("path", ["/assets/style.css", "/openapi.yaml", "/login"])
def test_no_range_harms_the_server(server, path, value):
    response = send(server, "GET", path, [("Range", value)], length=False)

    assert response is not None and response.status in (200, 206, 400, 416, 431), response


# 16 to 20, cookies and tokens, are test_traps.py and test_token.py. 21: ids in paths


@pytest.mark.parametrize(
    "identity",
    [
        "{kept}",
        "{kept}/",
        "{kept}//revoke",
        "%7B{kept}%7D",
        "{kept}?x",
        "urn:uuid:{kept}",
        "{KEPT}",
        "0",
        "-1",
        "9223372036854775808",
        "x" * 7000,
        "%00",
        "%ff",
        "\xff",
        "{kept}%0a",
        "1;DROP TABLE session",
    ],
)
def test_no_id_in_a_page_path_harms_the_server(server, holder, identity):
    kept = Person(server).sign_up().login()
    target = identity.replace("{kept}", kept.session["id"]).replace("{KEPT}", kept.session["id"].upper())

    for method in ("GET", "POST"):
        response = send(
            server,
            method,
            f"/settings/security/sessions/{target}/revoke".replace(" ", "%20"),
            [("Content-Type", FORM)],
            cookie=holder.token,
        )
        assert response is not None and response.status in (400, 404, 405, 422), response
    assert kept.is_signed_in()


# 22 and 23, credentials, are test_accounts.py. 27: user agents

HOSTILE_AGENTS = [
    "", " ", "x" * 8000, "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "iPad Mobile Android Edg OPR Firefox Safari Chrome Tablet iPhone",
    "\x1b[31mred", "(" * 5000, "Mozilla/" * 900, "Chrome/" + "9" * 400, "Chrome/-1", "Chrome/1e999", "Firefox/99999999999999999999.99999999999999999999",
    "Version/ Safari/", "%s%s%n", "${jndi:ldap://127.0.0.1/a}", "' OR 1=1 --", "a" * 100 + "!", "Mozilla/5.0 (" + ";" * 3000, "Edg/", "CriOS", "OPR/\t/", "Mobile" * 1000,
]  # fmt: skip


@pytest.mark.parametrize("agent", HOSTILE_AGENTS, ids=lambda agent: repr(agent[:24]))
def test_any_user_agent_may_log_in_and_is_shown_harmlessly(server, holder, agent):
    person = Person(server).sign_up()
    start = time.monotonic()
    client = Client(server)
    response = client.post(
        "/api/auth/login", {"identifier": person.email, "password": person.password}, headers={"User-Agent": agent}
    )

    if response.status == 400 and "\x1b" in agent:
        return  # refused as framing
    assert response.status == 200, response
    assert time.monotonic() - start < 2
    session = response.json["session"]
    for field in ("userAgent", "browserName", "browserVersion", "os"):
        assert session[field] is None or len(session[field]) <= 1024, field
    client.user_agent = CHROME
    page = client.open("/settings/security").text
    assert "<script>alert" not in page and "<img" not in page


@pytest.mark.parametrize(
    "octets",
    [b"\xff\xfe\xfd", b"caf\xe9", "🦊".encode(), b"\xc3\x28", b"\xed\xa0\x80", b"\xe2\x80\xae", b"a\xcc\x81\xcc\x81"],
    ids=repr,
)
def test_a_user_agent_in_any_bytes_may_log_in(server, octets):
    person = Person(server).sign_up()
    body = json.dumps({"identifier": person.email, "password": person.password}).encode()

    response = send(server, "POST", "/api/auth/login", [("Content-Type", JSON), ("User-Agent", octets)], body)

    assert response.status in (200, 400), response
    if response.status == 200:
        assert isinstance(response.json["session"]["userAgent"], str)


@pytest.mark.parametrize("lines", [[("User-Agent", "a"), ("User-Agent", "b")], [("Sec-CH-UA", '"'), ("Sec-CH-UA-Mobile", "?2"), ("Sec-CH-UA-Platform", "Android")],
                                   [("Sec-CH-UA", '"a";v="' + "9" * 7000 + '"')], [("Sec-CH-UA", ",,,;;;===")], [("Sec-CH-UA", "\x80")], [("Sec-CH-UA-Mobile", "1" * 5000)]])  # fmt: skip
def test_odd_client_hints_may_log_in(server, lines):
    person = Person(server).sign_up()
    body = json.dumps({"identifier": person.email, "password": person.password}).encode()

    response = send(server, "POST", "/api/auth/login", [("Content-Type", JSON), *lines], body)

    assert response.status == 200, response


# 29: queries


@pytest.mark.parametrize("query", ["limit=-1", "limit=0", "limit=1e9", "limit=NaN", "limit[]=1", "limit=1&limit=2", "cursor=%ff", "cursor=%00", "cursor=" + "A" * 5000, "attention=maybe", "attention=" + "x" * 3000,
                                   "&" * 3000, "=" * 3000, "limit=%31%30%31", "limit=+1", "limit=1%20", "limit=%ff"])  # fmt: skip
def test_no_query_harms_the_list(server, holder, query):
    response = send(server, "GET", f"/api/sessions?{query}", cookie=holder.token, length=False)

    judge(response)
    assert response.status in (200, 400, 422), response
    assert response.status != 200 or not query.startswith(("limit=-", "limit=0", "limit=1e9", "limit=N", "cursor"))


# Forms


@pytest.mark.parametrize("body", [b"", b"&", b"=", b"&&&===", b"%", b"%zz=1", b"identifier=%ff&password=%ff", b"identifier=%00&password=%00", b"identifier=a&identifier=b&password=c", b"a=b&" * 3000, b"[" * 5000 + b"=1",
                                  b"a[b][c][d]" * 500 + b"=1", b"\xff\xfe=\xff", b"identifier=" + b"+" * 5000, b"{}", b"password=x", b"next=//evil.example&identifier=a&password=b", b"+", b"identifier=%C3%28"])  # fmt: skip
@pytest.mark.parametrize("path", ["/login", "/register"])
def test_no_form_harms_the_server(server, path, body):
    response = send(server, "POST", path, [("Content-Type", FORM)], body)

    judge(response)
    assert response.status in (400, 413, 422), response
    assert response.cookies("token") == []


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("body", [secrets.token_bytes(3000), b"\x00" * 3000], ids=["random", "zero"])
def test_bytes_in_a_form_are_no_form(server, path, body):
    response = send(server, "POST", path, [("Content-Type", FORM)], body)

    judge(response)
    assert response.status in (303, 400, 422), response


# 30: at once


def test_many_of_everything_at_once(server, person):
    def work(number):
        client = Client(server)
        kind = number % 5
        if kind == 0:
            return client.login(person.email, person.password).status
        if kind == 1:
            return client.login(person.email + "x", new_password()).status
        if kind == 2:
            return send_json(server, "/api/auth/login", "{" * 1000).status
        if kind == 3:
            return client.get("/api/sessions").status
        return client.post("/api/auth/logout").status

    statuses = in_parallel(work, range(100))

    assert set(statuses) <= {200, 204, 400, 401, 429, 503}, statuses


def test_connections_that_come_and_go_are_served(server):
    start = time.monotonic()
    for _ in range(500):
        with Connection(server.port) as connection:
            connection.send(request_bytes("GET", "/health", [("Host", server.host), ("Connection", "close")]))
            assert connection.read().status == 200
    assert time.monotonic() - start < 20


def test_random_bytes_end_nothing(server):
    for _ in range(200):
        with Connection(server.port, timeout=0.2) as connection:
            try:
                connection.send(secrets.token_bytes(200) + b"\r\n\r\n")
                status = connection.read().status
                assert 400 <= status < 500
            except (Closed, TimeoutError, ConnectionError):
                pass


@pytest.mark.parametrize("seed", range(5))
def test_requests_with_a_few_bytes_changed_are_answered(server, holder, seed):
    """A good request with some bytes changed: answered or closed, never more let in than before."""
    generator = random.Random(f"bytes {seed}")
    good = request_bytes(
        "POST",
        "/api/auth/logout",
        [("Host", server.host), ("Sec-Fetch-Site", "same-origin"), ("Content-Type", JSON), ("Content-Length", "2")],
        b"{}",
    )
    for _ in range(150):
        changed = bytearray(good)
        for _ in range(generator.randint(1, 4)):
            changed[generator.randrange(len(changed))] = generator.randrange(256)
        with Connection(server.port, timeout=0.3) as connection:
            try:
                connection.send(bytes(changed))
                response = connection.read("POST")
            except (Closed, TimeoutError, ConnectionError):
                continue
        assert response.status < 500 or response.status in (501, 503, 505), (bytes(changed), response)
