"""The headers that protect a reader, on every kind of answer."""

import pytest

from client import Client, Person
from contract import assert_problem, assert_security_headers, policy
from wire import raw, request_bytes


@pytest.fixture(scope="module")
def signed_in(server):
    return Person(server).sign_up().login()


def get(path, *lines):
    return lambda server: request_bytes("GET", path, [("Host", server.host), *lines])


def post(path, body=b"{}", *lines):
    return lambda server: request_bytes(
        "POST", path, [("Host", server.host), ("Content-Length", str(len(body))), *lines], body
    )


OWN = ("Sec-Fetch-Site", "same-origin")
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
KINDS = {
    "200 page": (200, get("/login")),
    "200 JSON": (200, get("/health")),
    "200 ready": (200, get("/ready")),
    "200 openapi": (200, get("/openapi.yaml")),
    "200 help": (200, get("/help")),
    "204": (204, post("/api/auth/logout", b"", OWN)),
    "302": (302, get("/api/auth/verify?redirect=1")),
    "303 root": (303, get("/")),
    "303 settings": (303, get("/settings")),
    "303 login": (303, get("/settings/security")),
    "303 form": (303, post("/logout", b"", OWN, FORM)),
    "400 body": (400, post("/api/auth/login", b"{", OWN, JSON)),
    "400 cookies": (400, get("/api/auth/me", ("Cookie", "token=a; token=b"))),
    "400 no host": (400, lambda server: b"GET /health HTTP/1.1\r\n\r\n"),
    "400 framing": (400, lambda server: b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n"),
    "400 no HTTP": (400, lambda server: b"hello there\r\n\r\n"),
    "401": (401, get("/api/auth/me")),
    "401 login": (401, post("/api/auth/login", b'{"identifier":"nobody","password":"nothing"}', OWN, JSON)),
    "403": (403, post("/api/auth/login", b"{}", JSON, ("Sec-Fetch-Site", "cross-site"))),
    "403 page": (403, post("/login", b"", FORM, ("Sec-Fetch-Site", "cross-site"))),
    "404": (404, get("/no/such/path")),
    "404 API": (404, get("/api/no/such/path")),
    "404 asset": (404, get("/assets/none.css")),
    "405": (405, get("/api/auth/login")),
    "405 page": (405, post("/settings/security", b"", OWN, FORM)),
    "413": (413, post("/api/auth/login", b"x" * 70_000, OWN, JSON)),
    "415": (415, post("/api/auth/login", b"a=b", OWN, FORM)),
    "415 page": (415, post("/login", b"{}", OWN, JSON)),
    "422": (422, post("/api/auth/login", b"{}", OWN, JSON)),
    "422 page": (422, post("/login", b"", OWN, FORM)),
    "431": (431, get("/health", ("X-Filler", "x" * 20_000))),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_carries_the_security_headers(server, kind):
    status, request = KINDS[kind]

    response = raw(server.port, request(server))

    assert response is not None and response.status == status, response
    assert_security_headers(response)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind[0] == "4" and "page" not in kind and kind not in ("404", "404 asset")]
)
def test_every_refusal_is_a_problem_with_a_code(server, kind):
    status, request = KINDS[kind]

    response = raw(server.port, request(server))

    assert_problem(response, status=status)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind][0] not in (204, 302, 303)])
def test_every_answer_with_a_body_says_its_type_and_charset(server, kind):
    response = raw(server.port, KINDS[kind][1](server))

    if response.body:
        assert response.header("content-type").split(";")[0] in (
            "application/json", "application/problem+json", "text/html", "text/plain", "application/yaml", "text/yaml",
        ), response  # fmt: skip
    if response.media_type in ("application/json", "text/html"):
        assert response.header("content-type").endswith("; charset=utf-8"), response


PRIVATE = ["/api/auth/me", "/api/sessions", "/api/auth/verify", "/settings/security", "/settings/profile", "/settings", "/",
           "/settings/security/revoke-all", "/settings/security/revoke-others"]  # fmt: skip


@pytest.mark.parametrize("path", PRIVATE)
def test_nothing_about_a_person_is_kept_in_a_cache(signed_in, path):
    response = signed_in.get(path)

    assert response.status in (200, 204, 303)
    assert response.header("cache-control") == "no-store", response


def test_answers_that_set_or_clear_the_cookie_are_not_cached(server, person):
    client = Client(server)

    assert client.login(person.email, person.password).header("cache-control") == "no-store"
    assert client.logout().header("cache-control") == "no-store"


def test_refusals_are_not_cached(client):
    for path in ("/api/auth/me", "/api/sessions", "/settings/security"):
        assert client.get(path).header("cache-control") == "no-store", path


@pytest.mark.parametrize(
    "path", ["/login", "/register", "/settings/security", "/settings/profile", "/help", "/settings/security/revoke-all"]
)
def test_pages_allow_only_own_files_and_own_forms(server, signed_in, path):
    browser = Client(server) if path in ("/login", "/register") else signed_in
    response = browser.open(path)

    assert response.status == 200, response
    directives = policy(response)
    assert directives["script-src"] == ["'self'"]
    assert directives["style-src"] == ["'self'"]
    assert directives["connect-src"] == ["'self'"]
    assert directives["form-action"] == ["'self'"]
    assert set(directives.get("img-src", [])) <= {"'self'", "data:"}


def test_pages_hold_nothing_inline(server, signed_in):
    for path, browser in (("/login", Client(server)), ("/settings/security", signed_in), ("/help", signed_in)):
        page = browser.page(path)
        for tag, attributes in page.elements:
            assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
            assert tag != "style"
            assert tag != "script" or attributes.get("src", "").startswith("/"), attributes


def test_the_script_is_the_same_with_and_without_a_session(server, signed_in):
    page = signed_in.page("/settings/security")
    [script] = [found["src"] for found in page.find("script")]

    assert signed_in.get(script).body == Client(server).get(script).body


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example", "HTTP://127.0.0.1"])
@pytest.mark.parametrize("path", ["/api/auth/me", "/api/sessions", "/login", "/health", "/openapi.yaml"])
def test_no_other_origin_is_let_in(signed_in, origin, path):
    response = signed_in.get(path, headers={"Origin": origin})

    assert not [name for name, _ in response.headers if name.lower().startswith("access-control-")]


def test_a_preflight_allows_nothing(server):
    response = Client(server).request(
        "OPTIONS",
        "/api/sessions/revoke-all",
        headers={
            "Origin": "http://evil.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )

    assert not [name for name, _ in response.headers if name.lower().startswith("access-control-")]


def test_metrics_are_served_in_development_to_the_own_machine_only(server):
    lines = [("Host", server.host)]

    assert raw(server.port, request_bytes("GET", "/metrics", lines)).status == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert raw(server.port, request_bytes("GET", "/metrics", [*lines, (header, "203.0.113.9")])).status == 404


def test_metrics_are_not_served_in_production(own_server):
    server = own_server({"APP_ENV": "production"})

    assert raw(server.port, request_bytes("GET", "/metrics", [("Host", server.host)])).status == 404
