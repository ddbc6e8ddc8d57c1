"""Traps of the libraries beneath: each was once seen to let something through, and must not again."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from client import Client, Person, new_address, new_name
from contract import assert_problem, assert_security_headers, judge
from server import compiled, start_fails
from tokens import decode, sign, spellings
from wire import Closed, Connection, raw, request_bytes


@pytest.fixture(scope="module")
def owner(server):
    return Person(server).sign_up()


@pytest.fixture(scope="module")
def holder(owner):
    return owner.login()


def me(server, *lines):
    return raw(server.port, request_bytes("GET", "/api/auth/me", [("Host", server.host), *lines]))


# T-01: the name of the cookie is compared byte by byte


@pytest.mark.parametrize(
    "prefix",
    [
        b"\xe2\x80\x80",
        b"\xc2\x85",
        b"\xc2\xa0",
        b"\xe3\x80\x80",
        b"\xef\xbb\xbf",
        b"\xa0",
        b"\x85",
        b"\xe2\x80\x8b",
        b"\x0b",
        b"\x0c",
    ],
    ids=repr,
)
def test_white_space_that_is_not_ascii_belongs_to_the_name(server, holder, prefix):
    token = holder.token.encode()

    for cookie in (prefix + b"token=" + token, b"a=b; " + prefix + b"token=" + token):
        response = me(server, ("Cookie", cookie))
        assert response.status in (400, 401), response
        assert response.json["code"] != "ambiguous_credentials"
        assert response.status == 400 or response.json["code"] == "session_missing", response


@pytest.mark.parametrize(
    "cookie",
    [
        "Token={t}", "TOKEN={t}", "toke={t}", "tokens={t}", "__Host-token={t}", "%74oken={t}", "=token={t}", '"token"={t}',
        "a=b,token={t}", "token", "x=token={t}", "token[]={t}", "token.x={t}", "$token={t}", "token:{t}", "",
    ],
)  # fmt: skip
def test_a_cookie_of_another_name_is_no_cookie(server, holder, cookie):
    response = me(server, ("Cookie", cookie.format(t=holder.token)))

    assert_problem(response, "session_missing", 401)


@pytest.mark.parametrize(
    "cookie",
    ["token={t}", "a=b; token={t}", "a=b;token={t}", "a=b;\ttoken={t}", " token={t}", "token={t};", "token={t}; a=b", "token={t} ;a=b",
     "; token={t}", ";;token={t}", "a; token={t}", "$Version=1; token={t}", "Token=x; token={t}", "%74oken=x; token={t}", "=x; token={t}"],
)  # fmt: skip
def test_the_cookie_is_found_among_others(server, holder, cookie):
    response = me(server, ("Cookie", cookie.format(t=holder.token)))

    assert response.status == 200, response


def test_the_cookie_is_found_among_300(server, holder):
    others = "; ".join(f"c{number}=value{number}" for number in range(300))

    assert me(server, ("Cookie", f"{others}; token={holder.token}")).status == 200


@pytest.mark.parametrize("value", ['"{t}"', "{t}%20", "{t}{t}", "{t},", "%65{t}", "{t}=", "'{t}'"])
def test_the_value_of_the_cookie_is_taken_as_it_is(server, holder, value):
    response = me(server, ("Cookie", "token=" + value.format(t=holder.token)))

    assert_problem(response, "token_invalid", 401)


# T-02: two cookies of the name


@pytest.mark.parametrize("second", ["{t}", "x", "", "a.b.c"])
@pytest.mark.parametrize("path", ["/api/auth/me", "/api/sessions", "/api/sessions/events"])
def test_two_cookies_of_the_name_are_ambiguous(server, holder, second, path):
    other = second.format(t=holder.token)
    for lines in (
        [("Cookie", f"token={holder.token}; token={other}")],
        [("Cookie", f"token={other}; a=b; token={holder.token}")],
        [("Cookie", f"token={holder.token}"), ("Cookie", f"token={other}")],
        [("Cookie", f"token={other}"), ("Cookie", f"a=b; token={holder.token}")],
    ):
        response = raw(server.port, request_bytes("GET", path, [("Host", server.host), *lines]))
        assert_problem(response, "ambiguous_credentials", 400)
        assert response.all("set-cookie") == []


def test_two_cookies_of_the_name_change_nothing(server, holder):
    lines = [("Host", server.host), ("Cookie", f"token={holder.token}; token=x"), ("Sec-Fetch-Site", "same-origin")]
    lines += [("Content-Type", "application/json"), ("Content-Length", "2")]

    for path in ("/api/sessions/revoke-all", "/api/sessions/revoke-others"):
        response = raw(server.port, request_bytes("POST", path, lines, b"{}"))
        assert_problem(response, "ambiguous_credentials", 400)
    assert holder.is_signed_in()


# T-03: secrets


@pytest.mark.parametrize(
    "secret", ["", "x", "0123456789abcdefghijklmnopqrstu", "a" * 32, "a" * 64, " " * 40, "abab" * 8]
)
def test_a_weak_secret_stops_the_start(secret):
    code, said = start_fails({"JWT_SECRET": secret})

    assert code == 78
    assert "JWT_SECRET" in said
    assert len(secret) < 2 or secret not in said


@pytest.mark.parametrize("secret", ["short", "a" * 32, "0123456789-abcdefghijklmnopqrstuv,x"])
def test_a_weak_previous_secret_stops_the_start(secret):
    code, said = start_fails({"JWT_SECRET_PREVIOUS": secret})

    assert code == 78
    assert "JWT_SECRET_PREVIOUS" in said


def test_production_without_a_secret_does_not_start():
    code, said = start_fails({"APP_ENV": "production", "JWT_SECRET": None})

    assert code == 78
    assert "JWT_SECRET" in said


def test_development_without_a_secret_makes_one_and_keeps_it(own_server):
    server = own_server({"JWT_SECRET": None})
    client = Person(server).sign_up().login()

    server.restart()

    assert client.is_signed_in()
    for path in server.data.rglob("*"):
        assert path.is_dir() or path.stat().st_mode & 0o077 == 0, f"others can read {path.name}"


def test_a_secret_of_32_different_characters_is_enough(own_server):
    server = own_server({"JWT_SECRET": "0123456789abcdefghijklmnopqrstuv"})

    assert Person(server).sign_up().login().is_signed_in()


# T-04 and T-05, header and claims, are all of test_token.py; here only what once ended the process


@pytest.mark.parametrize("exp", [b"1e300", b"-1e300", b"1e999", b"9223372036854775808", b"NaN"])
def test_no_expiry_ends_the_process(server, holder, exp):
    header, payload, _ = holder.token.split(".")
    claims = re.sub(rb'"exp":\d+', b'"exp":' + exp, decode(payload))

    response = Client(server).me(bearer=sign(header, claims, server.secret))

    assert response.status == 401


# T-06: one token, one spelling


def test_no_other_last_character_spells_the_same_token(server, owner, holder):
    ended = owner.login()
    variants = [ended.token.rpartition(".")[0] + "." + each for each in spellings(ended.token.rpartition(".")[2])]
    assert len(variants) == 3

    for when in ("before", "after"):
        for variant in variants + [ended.token + "="]:
            assert_problem(Client(server).me(bearer=variant), "token_invalid", 401)
        if when == "before":
            assert holder.revoke(ended.session["id"]).status == 204
    assert_problem(ended.me(), "session_revoked", 401)


# T-07 is test_cross_site.py. T-08: Host and path


@pytest.mark.parametrize(
    "lines",
    [
        [], [("Host", "{h}"), ("Host", "{h}")], [("Host", "{h}"), ("Host", "evil.example")], [("Host", "")], [("Host", " ")],
        [("Host", "{h}, {h}")], [("Host", "user@{h}")], [("Host", "127.0.0.1:99999")], [("Host", "127.0.0.1:port")], [("Host", "[::1")],
        [("Host", "a b")], [("Host", "evil.example/")], [("Host", "evil.example\\x")], [("Host", "<script>")], [("Host", "x" * 8000)],
        [("Host", "127.0.0.1:-1")], [("Host", "http://{h}")], [("Host", "{h}#")], [("Host", "{h}?x")], [("Host", "\x80")], [("Host", ":80")],
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/auth/me", "/login"])
def test_exactly_one_valid_host_is_needed(server, holder, lines, path):
    filled = [(name, value.format(h=server.host)) for name, value in lines]

    response = raw(server.port, request_bytes("GET", path, [*filled, ("Cookie", f"token={holder.token}")]))

    assert response is not None and response.status == 400, response
    assert_security_headers(response)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "attacker.test:8080"])
@pytest.mark.parametrize("path", ["/api/auth/me", "/api/sessions", "/login", "/settings/security"])
def test_a_foreign_host_is_refused_but_where_proxies_ask(server, holder, host, path):
    response = holder.get(path, headers={"Host": host})

    assert response.status == 400, response
    assert host not in response.text


@pytest.mark.parametrize("path", ["/health", "/ready", "/api/auth/verify"])
@pytest.mark.parametrize("lines", [[], [("Host", "a"), ("Host", "b")], [("Host", "a b")], [("Host", "")]])
def test_a_malformed_host_is_refused_everywhere(server, holder, path, lines):
    response = raw(server.port, request_bytes("GET", path, [*lines, ("Cookie", f"token={holder.token}")]))

    assert response.status in ((400, 401) if path.endswith("verify") else (400,)), response


@pytest.mark.parametrize(
    "path",
    [
        "//api/auth/me", "/api//auth/me", "/api/auth/me/", "/api/auth/me//", "/./api/auth/me", "/api/./auth/me", "/x/../api/auth/me",
        "/api/auth/../auth/me", "/%61pi/auth/me", "/api/auth/%6de", "/api%2fauth/me", "/api/auth/me%00", "/api/auth/me%20", "/api/auth/me;x=1",
        "/api/auth/me;jsessionid=1", "/API/auth/me", "/api/auth/ME", "/api/auth/me.", "/api/auth/me.json", "/%2e/api/auth/me", "\\api\\auth\\me",
        "/api/auth/me%", "/api/auth/me%zz", "/login/", "//login", "/settings//security", "/Settings/security", "/assets/../login",
        "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../../etc/passwd", "/api/sessions/", "/api/sessions/.", "//",
    ],
)  # fmt: skip
def test_only_the_canonical_path_is_found(server, holder, path):
    lines = [("Host", server.host), ("Cookie", f"token={holder.token}")]

    response = raw(server.port, request_bytes("GET", path, lines))

    assert response is not None and response.status in (400, 404), response
    judge(response)


def test_the_query_does_not_change_the_route(server, holder):
    for path in ("/login?x=/api/auth/me", "/health?/api/auth/me", "/health#/api/auth/me"):
        response = raw(
            server.port, request_bytes("GET", path, [("Host", server.host), ("Cookie", f"token={holder.token}")])
        )
        assert holder.session["id"] not in response.body.decode(), path


@pytest.mark.parametrize(
    "target", ["http://{h}/health", "http://evil.example/health", "evil.example:443", "*", "health", ""]
)
@pytest.mark.parametrize("method", ["GET", "CONNECT", "OPTIONS"])
def test_other_forms_of_the_target_open_nothing(server, method, target):
    response = raw(server.port, request_bytes(method, target.format(h=server.host), [("Host", server.host)]), method)

    assert response is None or response.status in (
        {200, 204, 400, 404, 405} if "{h}" in target or target == "*" else {400, 404, 405}
    ), response


@pytest.mark.parametrize(
    "method, headers",
    [
        ("CONNECT", []),
        ("GET", [("Connection", "upgrade"), ("Upgrade", "h2c")]),
        ("POST", [("Connection", "upgrade"), ("Upgrade", "x")]),
    ],
)
def test_a_connection_ends_with_what_nothing_can_be_read_after(server, method, headers):
    """The parser takes what follows for another protocol. A proxy would give the connection to somebody else, who waits in vain."""
    with Connection(server.port) as connection:
        connection.send(request_bytes(method, "/login", [("Host", server.host), *headers]))
        response = connection.read(method)
        assert response.status in (200, 403, 405) and response.header("connection") == "close", response
        assert connection.ends_within(5)

    pipelined = request_bytes("GET", "/health", [("Host", server.host)])
    with Connection(server.port) as connection:
        connection.send(pipelined + request_bytes(method, "/login", [("Host", server.host), *headers]))
        assert connection.read().header("connection") is None
        assert connection.read(method).header("connection") == "close"
        assert connection.ends_within(5)


# T-09: what an error says


@pytest.mark.parametrize(
    "body",
    [
        '{"identifier": 1}',
        '{"identifier": {"a": 1}}',
        "[1]",
        '"x"',
        "{",
        '{"identifier": "x", "password": null}',
        '{"a":',
        "\x00",
        "nul",
        "1e999",
    ],
)
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/register", "/api/auth/logout"])
def test_an_error_tells_nothing_of_the_insides(server, path, body):
    response = Client(server).request("POST", path, body=body, headers={"Content-Type": "application/json"})

    if response.status >= 400:
        problem = assert_problem(response)
        said = " ".join(
            [problem["title"], problem["detail"], *(error["message"] for error in problem.get("errors", []))]
        )
        assert not re.search(
            r"mismatch|Swift|Codable|nil\b|null pointer|index \d+|dictionary|coding|line \d+", said, re.I
        ), said
    else:
        assert path.endswith("logout")


# T-10: slow senders. All of them at once, since each takes its time.


def drip(server, head, piece, limit):
    """Sends a head, then a piece of more every second; seconds until the other side ends it, and all it said."""
    with Connection(server.port) as connection:
        connection.send(head)
        start = time.monotonic()
        while time.monotonic() - start < limit:
            if connection.ends_within(1):
                return time.monotonic() - start, connection.buffer
            try:
                connection.send(piece)
            except OSError:
                return time.monotonic() - start, connection.buffer
    return None, connection.buffer


@pytest.fixture(scope="module")
def slow_senders(server):
    host = f"Host: {server.host}\r\n".encode()
    body_head = b"POST /api/auth/login HTTP/1.1\r\n" + host
    body_head += b"Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 60000\r\n\r\n"
    waits = {
        "request line": (b"GET /he", b"a", 14),
        "headers": (b"GET /health HTTP/1.1\r\n" + host, b"X-Slow: 1\r\n", 14),
        "one header": (b"GET /health HTTP/1.1\r\n" + host + b"X-Slow: ", b"1", 14),
        "silence": (b"", b"", 35),
        "body": (body_head, b" ", 40),
        "after an answer": (b"GET /health HTTP/1.1\r\n" + host + b"\r\n", b"", 40),
    }
    with ThreadPoolExecutor(len(waits)) as pool:
        yield {name: pool.submit(drip, server, *arguments) for name, arguments in waits.items()}


@pytest.mark.parametrize(
    "what, limit",
    [("request line", 12), ("headers", 12), ("one header", 12), ("silence", 32), ("body", 35), ("after an answer", 35)],
)
def test_a_slow_sender_is_cut_off(slow_senders, what, limit):
    seconds, said = slow_senders[what].result(60)

    assert seconds is not None, f"still open: {what}"
    assert seconds <= limit
    if said and what != "after an answer":
        assert re.match(rb"HTTP/1\.1 (408|400) ", said), said


def test_slow_senders_hold_up_nobody(server):
    connections = [Connection(server.port) for _ in range(200)]
    try:
        for connection in connections:
            connection.send(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")

        start = time.monotonic()
        assert all(Client(server).get("/health").status == 200 for _ in range(10))
        assert time.monotonic() - start < 5
    finally:
        for connection in connections:
            connection.close()


# T-11: limits


def header_block(server, size):
    """A request whose header block (request line to empty line) has exactly so many bytes."""
    empty = request_bytes("GET", "/health", [("Host", server.host), ("X-Filler", "")])
    return request_bytes("GET", "/health", [("Host", server.host), ("X-Filler", "x" * (size - len(empty)))])


def test_a_header_block_of_15_kib_is_read_and_one_of_17_kib_is_not(server):
    assert raw(server.port, header_block(server, 15 * 1024)).status == 200
    response = raw(server.port, header_block(server, 17 * 1024))

    assert_problem(response, status=431)
    assert_security_headers(response)


@pytest.mark.parametrize("size", [20_000, 80_000, 1_000_000])
def test_a_huge_header_is_refused(server, size):
    response = raw(server.port, header_block(server, size))

    assert response is None or response.status == 431, response


@pytest.mark.parametrize("count", [1_000, 20_000, 100_000])
def test_very_many_headers_are_refused(server, count):
    head = b"GET /health HTTP/1.1\r\nHost: " + server.host.encode() + b"\r\n" + b"a:1\r\n" * count + b"\r\n"

    response = raw(server.port, head)

    assert response is None or response.status in (400, 431), response
    assert count > 1_000 or response is not None


def test_a_long_path_is_refused(server):
    for length in (17_000, 80_000):
        response = raw(server.port, request_bytes("GET", "/" + "x" * length, [("Host", server.host)]))
        assert response is None or response.status in (400, 404, 414, 431), response


def login_with_body_of(server, size, chunked=False):
    body = json.dumps({"identifier": new_name(), "password": "nothing"}).encode()
    body += b" " * (size - len(body))
    lines = [
        ("Host", server.host),
        ("Content-Type", "application/json"),
        ("Sec-Fetch-Site", "same-origin"),
        ("X-Forwarded-For", new_address()),
    ]
    if chunked:
        lines += [("Transfer-Encoding", "chunked")]
        body = (
            b"".join(b"%x\r\n%s\r\n" % (len(body[i : i + 4096]), body[i : i + 4096]) for i in range(0, len(body), 4096))
            + b"0\r\n\r\n"
        )
    else:
        lines += [("Content-Length", str(size))]
    return raw(server.port, request_bytes("POST", "/api/auth/login", lines, body))


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_body_of_64_kib_is_read_and_one_byte_more_is_not(server, chunked):
    assert_problem(login_with_body_of(server, 65_536, chunked), "invalid_credentials", 401)
    assert_problem(login_with_body_of(server, 65_537, chunked), status=413)


@pytest.mark.parametrize("size", [1_000_000, 2_097_151, 2_097_152, 2_097_153, 10_000_000])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_huge_body_is_refused(server, size, chunked):
    response = login_with_body_of(server, size, chunked)

    assert response is None or response.status == 413, response


def test_a_body_announced_too_large_is_refused_before_it_is_sent(server):
    lines = [("Host", server.host), ("Content-Type", "application/json"), ("Sec-Fetch-Site", "same-origin")]
    with Connection(server.port, timeout=3) as connection:
        connection.send(request_bytes("POST", "/api/auth/login", [*lines, ("Content-Length", "999999999")]))
        response = connection.read("POST", "/api/auth/login")

    assert_problem(response, status=413)


@pytest.mark.parametrize("path", ["/login", "/register", "/logout", "/settings/security/revoke-all"])
def test_pages_have_the_same_limit(server, path):
    lines = [
        ("Host", server.host),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Sec-Fetch-Site", "same-origin"),
    ]
    response = raw(server.port, request_bytes("POST", path, [*lines, ("Content-Length", "70000")], b"a" * 70_000))

    assert response.status == 413, response


# T-12, the process lives through everything, is judged after each file. T-13: flushed before it is answered

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
static volatile long *count;
__attribute__((constructor)) static void begin(void) {
  int file = open(getenv("FLUSH_COUNT_FILE"), O_RDWR);
  if (file < 0) _exit(97);
  count = mmap(0, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}
int fsync(int file) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  int result = real(file); __sync_fetch_and_add(count, 1); return result;
}
int fdatasync(int file) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  int result = real(file); __sync_fetch_and_add(count, 1); return result;
}
"""


@pytest.fixture
def flush_counter(tmp_path):
    """A library that counts how often a process flushes a file to disk, and the count."""
    counter = tmp_path / "count"
    counter.write_bytes(bytes(8))
    environment = {"LD_PRELOAD": str(compiled(SHIM, tmp_path / "flush.so")), "FLUSH_COUNT_FILE": str(counter)}
    return environment, lambda: int.from_bytes(Path(counter).read_bytes(), "little")


def test_what_is_acknowledged_was_flushed_to_disk(own_server, flush_counter):
    environment, flushes = flush_counter
    server = own_server(environment)
    person = Person(server).sign_up()
    client = person.login()

    for _ in range(5):
        before = flushes()
        second = person.login()
        assert flushes() > before, "a log-in was answered before it was on disk"
        before = flushes()
        assert client.revoke(second.session["id"]).status == 204
        assert flushes() > before, "a revocation was answered before it was on disk"
        third = person.login()
        before = flushes()
        assert third.logout().status == 204
        assert flushes() > before, "a log-out was answered before it was on disk"


# T-14, expiry by the wall clock while the monotonic one stands, is test_expiry.py. T-15: framing

FRAMING = {
    "CL and TE": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "TE and CL": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "TE xchunked": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "TE chunked, identity": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "TE identity": b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "TE vertical tab": b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "TE folded": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "TE space before colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "two TE": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "CL +5": b"Content-Length: +5\r\n\r\n12345",
    "CL 5,5": b"Content-Length: 5,5\r\n\r\n12345",
    "CL 5, 6": b"Content-Length: 5, 6\r\n\r\n12345",
    "CL 0x5": b"Content-Length: 0x5\r\n\r\n12345",
    "CL -1": b"Content-Length: -1\r\n\r\n",
    "CL 2^64": b"Content-Length: 18446744073709551616\r\n\r\n12345",
    "CL 2^64+5": b"Content-Length: 18446744073709551621\r\n\r\n12345",
    "CL 5 5": b"Content-Length: 5 5\r\n\r\n12345",
    "CL empty": b"Content-Length: \r\n\r\n",
    "two CL": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
    "chunk overflow": b"Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\n12345\r\n0\r\n\r\n",
    "chunk 0x": b"Transfer-Encoding: chunked\r\n\r\n0x5\r\n12345\r\n0\r\n\r\n",
    "chunk negative": b"Transfer-Encoding: chunked\r\n\r\n-5\r\n12345\r\n0\r\n\r\n",
    "chunk garbage": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n12345\r\n0\r\n\r\n",
    "chunk too long": b"Transfer-Encoding: chunked\r\n\r\n2\r\n12345\r\n0\r\n\r\n",
    "obs-fold": b"X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "space before colon": b"X-Odd : a\r\nContent-Length: 0\r\n\r\n",
    "no colon": b"Nonsense\r\nContent-Length: 0\r\n\r\n",
    "empty name": b": a\r\nContent-Length: 0\r\n\r\n",
    "NUL in value": b"X-Odd: a\x00b\r\nContent-Length: 0\r\n\r\n",
    "NUL in name": b"X-O\x00dd: a\r\nContent-Length: 0\r\n\r\n",
    "bare CR": b"X-Odd: a\rb\r\nContent-Length: 0\r\n\r\n",
    "control in value": b"X-Odd: a\x1b[31mb\r\nContent-Length: 0\r\n\r\n",
}
PREFIX = (
    b"POST /api/auth/logout HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n"
)


@pytest.mark.parametrize("kind", FRAMING)
def test_doubtful_framing_is_refused_and_the_connection_closed(server, kind):
    with Connection(server.port) as connection:
        connection.send(PREFIX % server.host.encode() + FRAMING[kind])
        try:
            response = connection.read("POST", "/api/auth/logout")
        except Closed:
            return  # closed without a word is a refusal too
        assert response.status in (400, 501), response
        assert_security_headers(response)
        assert connection.ends_within(2)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/0.9\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", b"GET / http/1.1\r\nHost: x\r\n\r\n", b"get / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x00\xa5\x01\x00",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", b"G" * 9000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n", b"\r\n" * 2000 + b"x\r\n\r\n", b"GE\rT / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    ],
    ids=lambda head: repr(head[:24]),
)  # fmt: skip
def test_what_is_no_request_is_refused(server, head):
    response = raw(server.port, head, timeout=15)

    assert response is None or 400 <= response.status < 500 or response.status in (501, 505), response


def test_http_1_0_is_no_way_around(server, holder):
    with_chunks = (
        b"POST /api/auth/logout HTTP/1.0\r\nHost: "
        + server.host.encode()
        + b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    without_host = b"GET /api/auth/me HTTP/1.0\r\nCookie: token=" + holder.token.encode() + b"\r\n\r\n"

    for data in (with_chunks, without_host):
        response = raw(server.port, data)
        assert response is None or response.status in (400, 403), response


def test_a_smuggled_second_request_is_not_answered(server, holder):
    smuggled = (
        b"GET /api/auth/me HTTP/1.1\r\nHost: "
        + server.host.encode()
        + b"\r\nCookie: token="
        + holder.token.encode()
        + b"\r\n\r\n"
    )
    for framing in (
        b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    ):
        with Connection(server.port) as connection:
            connection.send(PREFIX % server.host.encode() + framing + smuggled)
            connection.ends_within(3)
            assert connection.buffer.count(b"HTTP/1.1 ") <= 1, connection.buffer
            assert holder.session["id"].encode() not in connection.buffer


def test_pipelined_requests_are_answered_in_order(server):
    requests = [f"/health?{number}" if number % 2 else f"/no/such/{number}" for number in range(100)]
    with Connection(server.port) as connection:
        connection.send(b"".join(request_bytes("GET", path, [("Host", server.host)]) for path in requests))
        statuses = [connection.read().status for _ in requests]

    assert statuses == [404, 200] * 50


# Methods


@pytest.mark.parametrize(
    "method", ["TRACE", "TRACK", "PROPFIND", "CONNECT", "DEBUG", "X" * 200, "DELETE", "PUT", "PATCH"]
)
@pytest.mark.parametrize("path", ["/health", "/login", "/api/auth/me", "/api/sessions", "/settings/security"])
def test_other_methods_are_refused_and_echo_nothing(server, holder, method, path):
    lines = [("Host", server.host), ("Cookie", f"token={holder.token}"), ("Sec-Fetch-Site", "same-origin")]
    lines += [("X-Echo", "zirconium"), ("Content-Length", "0")]

    response = raw(server.port, request_bytes(method, path, lines), method if method == "CONNECT" else "GET")

    assert response.status in (400, 404, 405, 501), response
    assert b"zirconium" not in response.body and holder.token.encode() not in response.body


POST_ROUTES = [
    "/api/auth/login",
    "/api/auth/register",
    "/api/auth/logout",
    "/api/sessions/revoke-others",
    "/api/sessions/revoke-all",
    "/logout",
]


@pytest.mark.parametrize("path", POST_ROUTES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_changes_something_is_no_get(server, holder, method, path):
    response = holder.request(method, path)

    assert response.status == 405, response
    assert "POST" in response.header("allow")
    assert holder.is_signed_in()


@pytest.mark.parametrize(
    "path",
    ["/health", "/ready", "/login", "/api/auth/me", "/api/sessions", "/settings/security", "/openapi.yaml", "/help"],
)
def test_head_answers_like_get_without_a_body(server, holder, path):
    browser = holder if path != "/login" else Client(server)
    get, head = browser.get(path), browser.request("HEAD", path)

    assert head.status == get.status == 200
    assert head.body == b""
    assert (head.header("content-type"), head.header("cache-control")) == (
        get.header("content-type"),
        get.header("cache-control"),
    )
