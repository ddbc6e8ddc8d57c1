"""As Traefik asks: its requests and what it makes of the answers (forwardAuth), with the lists of Examples/Traefik.

Traefik itself is not here: Debian has no package of it.
"""

import itertools
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from client import Person
from edges import EXAMPLES
from test_proxies import GARBAGE, IDENTITY, NEXT, NOWHERE
from wire import raw, request_bytes

PUBLIC = "http://app.example.org:8080"
TRUSTED, STRANGER = "127.0.0.2", "127.0.0.1"
MIDDLEWARES = yaml.safe_load((EXAMPLES / "Traefik/dynamic.yml").read_text())["http"]["middlewares"]


class Direct:
    """The server, for what tests prepare, under the host that it answers to."""

    is_judged = False

    def __init__(self, server):
        self.port, self.host, self.remember = server.port, urlsplit(PUBLIC).netloc, server.remember


@pytest.fixture(scope="module")
def behind_traefik(module_server):
    server = module_server({"PUBLIC_URL": PUBLIC, "TRUSTED_PROXIES": TRUSTED})
    server.direct = Direct(server)
    return server


@pytest.fixture(scope="module")
def browser(behind_traefik):
    return Person(behind_traefik.direct).sign_up().login()


def ask(
    server,
    target="/thing",
    method="GET",
    headers=(),
    middleware="check-session-of-page",
    address="203.0.113.5",
    **options,
):
    """What Traefik sends for a request: GET without a body to its address, the headers that are listed, and its own."""
    settings = MIDDLEWARES[middleware]["forwardAuth"]
    path = urlsplit(settings["address"])
    wanted = [name.lower() for name in settings["authRequestHeaders"]]
    lines = [("Host", f"127.0.0.1:{server.port}"), ("User-Agent", "Go-http-client/1.1")]
    lines += [line for line in headers if line[0].lower() in wanted]
    lines += [("X-Forwarded-For", address), ("X-Forwarded-Host", options.pop("host", urlsplit(PUBLIC).netloc))]
    lines += [("X-Forwarded-Method", method), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Uri", target)]
    lines += [("Accept-Encoding", "gzip")]
    names = [name.lower() for name, _ in headers]
    if "user-agent" in names:
        lines.remove(("User-Agent", "Go-http-client/1.1"))
    return raw(
        server.port,
        request_bytes("GET", f"{path.path}?{path.query}".rstrip("?"), lines),
        source=options.pop("source", TRUSTED),
    )


def cookie(client):
    return ("Cookie", f"token={client.token}")


def next_in(answer):
    """The way back in a redirection to the log-in page.

    It must name the public host: Traefik makes a relative one absolute with the server's own.
    """
    place = urlsplit(answer.location)
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{PUBLIC}/login", answer
    return parse_qs(place.query).get("next", [None])[0]


def test_a_session_passes_with_the_five_headers_that_are_listed(behind_traefik, browser):
    for middleware in ("check-session", "check-session-of-page"):
        answer = ask(behind_traefik, headers=[cookie(browser)], middleware=middleware)
        assert answer.status == 204 and answer.body == b""
        for name in MIDDLEWARES[middleware]["forwardAuth"]["authResponseHeaders"]:
            assert answer.header(name), name
        assert answer.header("X-Auth-Session-Id") == browser.session["id"]


def test_the_lists_of_the_example_are_complete():
    for middleware in ("check-session", "check-session-of-page"):
        settings = MIDDLEWARES[middleware]["forwardAuth"]
        assert set(settings["authResponseHeaders"]) == set(IDENTITY)
        assert settings["trustForwardHeader"] is False and "Authorization" not in settings["authRequestHeaders"]
    removed = MIDDLEWARES["without-client-identity"]["headers"]["customRequestHeaders"]
    for name in IDENTITY:
        first, *parts = name.split("-")
        for marks in itertools.product("-_", repeat=len(parts)):
            if "_" in marks:
                assert removed[first + "".join(mark + part for mark, part in zip(marks, parts))] == ""


def test_nobody_passes_without_a_session(behind_traefik):
    for cookies in (None, *GARBAGE):
        headers = [("Cookie", cookies)] if cookies else []
        for middleware, status in (("check-session", 401), ("check-session-of-page", 302)):
            answer = ask(behind_traefik, headers=headers, middleware=middleware)
            assert answer.status == status, (cookies, answer)
            assert not any(answer.all(name) for name in IDENTITY)


def test_what_the_request_is_changes_no_verdict(behind_traefik, browser):
    for target, method in itertools.product(
        ("/login", "/api/auth/verify", "//login", "", "*", "/%2e%2e/login", "a" * 5000), ("GET", "OPTIONS", "X")
    ):
        assert ask(behind_traefik, target, method, middleware="check-session").status == 401
        assert ask(behind_traefik, target, method, [cookie(browser)]).status == 204


def test_a_revoked_session_is_refused_on_the_next_question(behind_traefik):
    person = Person(behind_traefik.direct).sign_up()
    watcher, browser = person.login(), person.login()
    assert ask(behind_traefik, headers=[cookie(browser)]).status == 204
    assert watcher.revoke(browser.session["id"]).status == 204
    assert ask(behind_traefik, headers=[cookie(browser)]).status == 302


def test_the_address_that_traefik_tells_is_the_sessions(behind_traefik):
    person = Person(behind_traefik.direct).sign_up()
    watcher, browser = person.login(), person.login()
    ask(behind_traefik, headers=[cookie(browser), ("User-Agent", "curl/8.0")], address="203.0.113.77")
    seen = next(each for each in watcher.sessions() if each["id"] == browser.session["id"])
    assert (seen["ipAddress"], seen["userAgent"]) == ("203.0.113.77", "curl/8.0")


def test_the_log_in_leads_back_to_the_page_that_was_asked_about(behind_traefik):
    for target in NEXT:
        for method in ("GET", "HEAD"):
            answer = ask(behind_traefik, target, method)
            assert answer.status == 302 and next_in(answer) == target
    assert next_in(ask(behind_traefik, "/thing", "POST")) is None


def test_the_way_back_never_leaves_the_site(behind_traefik):
    odd = [
        *NOWHERE,
        "",
        "thing",
        "/a b",
        "/a\tb",
        "https://app.example.org:8080/",
        "javascript:alert(1)",
        "/, /b",
        "/\xff",
    ]
    for target in odd:
        answer = ask(behind_traefik, target)
        assert answer.status == 302 and next_in(answer) is None, target


def test_only_a_trusted_proxy_says_where_the_way_back_leads(behind_traefik):
    assert next_in(ask(behind_traefik, "/thing", source=TRUSTED)) == "/thing"
    assert next_in(ask(behind_traefik, "/thing", source=STRANGER)) is None


def test_another_host_is_led_back_to_only_within_the_cookies_domain(behind_traefik, module_server):
    assert next_in(ask(behind_traefik, "/thing", host="other.example.org")) is None

    shared = module_server({"PUBLIC_URL": PUBLIC, "TRUSTED_PROXIES": TRUSTED, "COOKIE_DOMAIN": "example.org"})
    assert next_in(ask(shared, "/thing?a=b")) == "/thing?a=b"
    assert next_in(ask(shared, "/thing?a=b", host="wiki.example.org")) == "https://wiki.example.org/thing?a=b"
    for host in (
        "evil.example",
        "example.org.evil.example",
        "evilexample.org",
        "wiki.example.org@evil.example",
        "wiki.example.org/x",
        "",
        "a b",
    ):
        assert next_in(ask(shared, "/thing", host=host)) is None, host
    for target in NOWHERE:
        assert next_in(ask(shared, target, host="wiki.example.org")) is None, target
