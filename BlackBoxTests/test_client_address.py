"""The address of the client: believed only from trusted proxies, and read from the right."""

import pytest

from client import Client, Person
from server import start_fails
from wire import raw, request_bytes

TRUSTED, STRANGER = "127.0.0.2", "127.0.0.1"  # loopback addresses to connect from


def address_seen(server, token, lines=(), source=None):
    """The address the server notes for a request with these header lines from this peer."""
    fields = [("Host", server.host), ("Cookie", f"token={token}"), *lines]
    response = raw(server.port, request_bytes("GET", "/api/auth/me", fields), source=source)
    assert response.status == 200, response
    return response.json["session"]["ipAddress"]


@pytest.fixture(scope="module")
def behind_proxies(module_server):
    """A server behind 127.0.0.2 and a network of proxies, with somebody signed in."""
    server = module_server({"TRUSTED_PROXIES": "127.0.0.2/32, 10.0.0.0/8, 2001:db8:ffff::/48"})
    return server, Person(server).sign_up().login().token


LAST_HOP = TRUSTED
XFF = "X-Forwarded-For"


@pytest.mark.parametrize(
    "lines, expected",
    [
        ([], TRUSTED),
        ([(XFF, "203.0.113.9")], "203.0.113.9"),
        ([(XFF, "203.0.113.9, 10.1.2.3")], "203.0.113.9"),
        ([(XFF, "203.0.113.9,10.1.2.3")], "203.0.113.9"),
        ([(XFF, "203.0.113.9 ,\t10.1.2.3")], "203.0.113.9"),
        ([(XFF, "6.6.6.6, 203.0.113.9, 10.1.2.3")], "203.0.113.9"),
        ([(XFF, "10.9.9.9, 203.0.113.9")], "203.0.113.9"),
        ([(XFF, "127.0.0.1, 203.0.113.9, 10.1.2.3, 10.4.5.6")], "203.0.113.9"),
        ([(XFF, "10.1.1.1, 10.2.2.2")], "10.1.1.1"),
        ([(XFF, "6.6.6.6"), (XFF, "203.0.113.9")], "203.0.113.9"),
        ([(XFF, "203.0.113.9"), (XFF, "10.1.2.3")], "203.0.113.9"),
        ([(XFF, "6.6.6.6, 203.0.113.9"), (XFF, "10.1.2.3, 10.1.2.4")], "203.0.113.9"),
        ([(XFF, "203.0.113.9"), ("Via", "x"), (XFF.lower(), "10.1.2.3")], "203.0.113.9"),
        ([(XFF, ", ".join(["1.1.1.1"] * 1000))], "1.1.1.1"),
        ([(XFF, ", ".join(["203.0.113.9"] + ["10.1.1.1"] * 800))], "203.0.113.9"),
    ],
)
def test_the_list_is_walked_from_the_right_past_trusted_proxies(behind_proxies, lines, expected):
    assert address_seen(*behind_proxies, lines, TRUSTED) == expected


@pytest.mark.parametrize(
    "written, expected",
    [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:cb00:7109", "203.0.113.9"),
        ("203.0.113.9, ::ffff:10.1.2.3", "203.0.113.9"),
        ("203.0.113.9, 2001:db8:ffff::7", "203.0.113.9"),
        ("203.0.113.9, [2001:db8:ffff::7]:8080", "203.0.113.9"),
        ("::1", "::1"),
        ("255.255.255.255", "255.255.255.255"),
    ],
)
def test_addresses_are_read_in_every_usual_spelling(behind_proxies, written, expected):
    assert address_seen(*behind_proxies, [(XFF, written)], TRUSTED) == expected


@pytest.mark.parametrize(
    "written",
    [
        "a", "unknown", "_obf", "_hidden", "localhost", "1.2.3.4.5", "999.1.1.1", "1.2.3", "127.1", "0x7f.0.0.1", "01.02.03.04",
        "2130706433", "1.2.3.4/24", "1.2.3.4 5.6.7.8", "1.2.3.-4", "1.2.3.4:", "1.2.3.4:port", "1.2.3.4:99999", "::1::", ":::",
        "2001:db8", "2001:db8::g", "1:2:3:4:5:6:7:8:9", "[::1", "::1]", "[203.0.113.9", "for=203.0.113.9", '"203.0.113.9"',
        "203.0.113.9;", "<script>", "' OR 1=1", "%32%30%33", "١.٢.٣.٤", "x" * 8000, "1.1.1.1;2.2.2.2", "\x80\xff", "::ffff:999.1.1.1",
    ],
)  # fmt: skip
def test_what_cannot_be_read_ends_the_walk_at_the_last_trusted_hop(behind_proxies, written):
    written = written if written.isascii() or max(written) <= "\xff" else written.encode()
    text = written if isinstance(written, bytes) else written.encode("latin-1")

    assert address_seen(*behind_proxies, [(XFF, text)], TRUSTED) == TRUSTED
    assert address_seen(*behind_proxies, [(XFF, b"203.0.113.9, " + text)], TRUSTED) == TRUSTED
    assert address_seen(*behind_proxies, [(XFF, b"203.0.113.9, " + text + b", 10.1.2.3")], TRUSTED) == "10.1.2.3"


@pytest.mark.parametrize("written", ["", ",", " , ,", "203.0.113.9,", ",203.0.113.9", "203.0.113.9, , 10.1.2.3"])
def test_empty_elements_are_no_error(behind_proxies, written):
    assert address_seen(*behind_proxies, [(XFF, written)], TRUSTED) in (TRUSTED, "203.0.113.9", "10.1.2.3")


@pytest.mark.parametrize("written", ["fe80::1%eth0", "[fe80::1%25eth0]:443", "fe80::1%"])
def test_a_zone_is_never_part_of_the_address(behind_proxies, written):
    assert address_seen(*behind_proxies, [(XFF, written)], TRUSTED) in (TRUSTED, "fe80::1")


def test_x_real_ip_counts_when_there_is_no_forwarded_for(behind_proxies):
    assert address_seen(*behind_proxies, [("X-Real-IP", "203.0.113.5")], TRUSTED) == "203.0.113.5"


@pytest.mark.parametrize(
    "forwarded, expected", [("203.0.113.9", "203.0.113.9"), ("garbage", TRUSTED), ("10.1.1.1", "10.1.1.1")]
)
def test_x_real_ip_is_not_asked_when_there_is_a_forwarded_for(behind_proxies, forwarded, expected):
    lines = [("X-Real-IP", "203.0.113.5"), (XFF, forwarded)]

    assert address_seen(*behind_proxies, lines, TRUSTED) == expected


@pytest.mark.parametrize("written", ["garbage", "", "1.2.3.4, 5.6.7.8", "unknown"])
def test_an_x_real_ip_that_cannot_be_read_leaves_the_peer(behind_proxies, written):
    assert address_seen(*behind_proxies, [("X-Real-IP", written)], TRUSTED) == TRUSTED


FORGED = [
    (XFF, "203.0.113.9"),
    ("X-Real-IP", "203.0.113.9"),
    ("Forwarded", 'for=203.0.113.9;proto=https;by="[2001:db8::1]"'),
    ("True-Client-IP", "203.0.113.9"),
    ("CF-Connecting-IP", "203.0.113.9"),
    ("X-Client-IP", "203.0.113.9"),
    ("X-Cluster-Client-IP", "203.0.113.9"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "https"),
]


def test_a_stranger_cannot_choose_an_address(behind_proxies):
    for line in FORGED:
        assert address_seen(*behind_proxies, [line], STRANGER) == STRANGER, line
    assert address_seen(*behind_proxies, FORGED, STRANGER) == STRANGER


@pytest.mark.parametrize("line", FORGED[2:], ids=lambda line: line[0])
def test_other_headers_are_not_heard_from_a_trusted_proxy_either(behind_proxies, line):
    assert address_seen(*behind_proxies, [line], TRUSTED) == TRUSTED


def test_forwarding_headers_of_a_stranger_change_no_redirect_and_no_cookie(behind_proxies):
    server, _ = behind_proxies
    person = Person(server).sign_up()
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}

    login = Client(server).post(
        "/api/auth/login", {"identifier": person.email, "password": person.password}, headers=headers
    )
    page = Client(server).open("/settings/security", headers=headers)

    assert "Secure" not in login.cookie("token").attributes
    assert "evil.example" not in page.location


@pytest.mark.parametrize(
    "source, line, expected",
    [
        (TRUSTED, ("X-Real-IP", "203.0.113.5"), "203.0.113.5"),
        (TRUSTED, (XFF, "203.0.113.9"), TRUSTED),
        (STRANGER, ("X-Real-IP", "203.0.113.5"), STRANGER),
    ],
)
def test_client_address_header_can_pick_x_real_ip_alone(own_server, source, line, expected):
    server = own_server({"TRUSTED_PROXIES": "127.0.0.2/32", "CLIENT_ADDRESS_HEADER": "x-real-ip"})
    token = Person(server).sign_up().login().token

    assert address_seen(server, token, [line], source) == expected
    assert address_seen(server, token, [line, (XFF, "6.6.6.6")], source) == expected


def test_loopback_is_trusted_in_development(own_server):
    server = own_server()
    token = Person(server).sign_up().login().token

    assert address_seen(server, token, [(XFF, "203.0.113.9")], "127.0.0.1") == "203.0.113.9"


def test_nobody_is_trusted_in_production(own_server):
    server = own_server({"APP_ENV": "production", "REGISTRATION": "open"})
    token = Person(server).sign_up().login().token

    assert address_seen(server, token, [(XFF, "203.0.113.9"), ("X-Real-IP", "203.0.113.9")], "127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    "value",
    ["0.0.0.0/0", "::/0", "10.0.0.0/8,0.0.0.0/0", "10.0.0.0/33", "::1/129", "10.0.0.0/-1", "10.0.0/8", "proxy.example", "10.0.0.0/8;x", "*", "/8"],
)  # fmt: skip
def test_an_impossible_list_of_proxies_stops_the_start(value):
    code, said = start_fails({"TRUSTED_PROXIES": value})

    assert code == 78
    assert "TRUSTED_PROXIES" in said


@pytest.mark.parametrize("value", ["forwarded", "x-client-ip", "X Real IP", "both"])
def test_an_unknown_client_address_header_stops_the_start(value):
    code, said = start_fails({"CLIENT_ADDRESS_HEADER": value})

    assert code == 78
    assert "CLIENT_ADDRESS_HEADER" in said
