"""Requests from other sites: every combination of headers, judged before the body is read."""

import itertools
import uuid

import pytest

from client import Client, Person
from contract import assert_problem, judge
from wire import Connection, raw, request_bytes

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
CONTENT_TYPES = [
    JSON,
    "application/json; charset=utf-8",
    FORM,
    "text/plain",
    "multipart/form-data; boundary=x",
    "text/plain; application/json",
    None,
]
SITES = ["same-origin", "none", "same-site", "cross-site", "garbage", None]
ORIGINS = ["own", "null", "http://evil.example", "https://own", "own.evil.example", None]


@pytest.fixture(scope="module")
def signed_in(server):
    return Person(server).sign_up().login()


def origin_value(origin, server):
    """`own` stands for the server's origin; variants of it are put together from that."""
    if origin is None or origin in ("null", "http://evil.example"):
        return origin
    return {
        "own": server.origin,
        "https://own": server.origin.replace("http:", "https:"),
        "own.evil.example": server.origin + ".evil.example",
    }.get(origin, origin)


def passes(content_type, site, origin):
    """The rule, as documented. Gives whether the request is taken for one of our own."""
    is_json = content_type is not None and content_type.split(";")[0] == JSON
    if site is not None:
        return site == "same-origin" or (site == "none" and is_json)
    if origin is not None:
        return origin == "own"
    return is_json


def headers_of(server, content_type, site, origin):
    return {
        "Content-Type": content_type,
        "Sec-Fetch-Site": site,
        "Origin": origin_value(origin, server),
    }


COMBINATIONS = list(itertools.product(CONTENT_TYPES, SITES, ORIGINS))


@pytest.mark.parametrize("content_type, site, origin", COMBINATIONS)
def test_a_call_with_a_body_passes_as_documented(server, signed_in, content_type, site, origin):
    body = b"{}" if content_type and content_type.startswith(JSON) else b"a=b"

    response = signed_in.request(
        "POST", "/api/sessions/revoke-others", body=body, headers=headers_of(server, content_type, site, origin)
    )

    if not passes(content_type, site, origin):
        assert_problem(response, "cross_site_request", 403)
    elif content_type and content_type.split(";")[0] == JSON:
        assert response.status == 200, response
    else:
        assert_problem(response, status=415)
    assert response.all("set-cookie") == []


@pytest.mark.parametrize("content_type, site, origin", [each for each in COMBINATIONS if each[0] in (None, JSON)])
def test_a_call_without_a_body_passes_as_documented(server, signed_in, content_type, site, origin):
    headers = headers_of(server, content_type, site, origin)

    for method, path, success in (
        ("DELETE", f"/api/sessions/{uuid.uuid4()}", 404),
        ("POST", "/api/sessions/revoke-others", 200),
    ):
        response = signed_in.request(method, path, headers=headers)
        if passes(content_type, site, origin):
            assert response.status == success, response
        else:
            assert_problem(response, "cross_site_request", 403)


@pytest.mark.parametrize("content_type, site, origin", [each for each in COMBINATIONS if not passes(*each)][::3])
def test_logging_in_from_another_site_is_refused(server, content_type, site, origin):
    response = Client(server).request(
        "POST",
        "/api/auth/login",
        body=b'{"identifier":"a","password":"b"}',
        headers=headers_of(server, content_type, site, origin),
    )

    assert_problem(response, "cross_site_request", 403)


@pytest.mark.parametrize("content_type, site, origin", [each for each in COMBINATIONS if not passes(*each)][::3])
def test_logging_out_from_another_site_is_refused(server, signed_in, content_type, site, origin):
    response = signed_in.request(
        "POST", "/api/auth/logout", body=b"", headers=headers_of(server, content_type, site, origin)
    )

    assert_problem(response, "cross_site_request", 403)
    assert response.all("set-cookie") == []
    assert signed_in.is_signed_in()


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/register", "/settings/security/revoke-others", "/settings/security/revoke-all"]
)
@pytest.mark.parametrize("site, origin", list(itertools.product(SITES, ORIGINS)))
def test_a_form_passes_as_documented(server, signed_in, path, site, origin):
    allowed = site == "same-origin" if site is not None else origin == "own"
    browser = Client(server)  # nobody: what passes ends at the log-in page

    response = browser.request(
        "POST", path, body=b"", headers=headers_of(server, FORM, site, origin) | {"Accept": "text/html"}
    )

    if allowed:
        assert response.status in (303, 422), response
    else:
        assert response.status == 403, response
        assert response.all("set-cookie") == []


@pytest.mark.parametrize("content_type", [each for each in CONTENT_TYPES if each != FORM])
def test_a_page_takes_forms_only(server, signed_in, content_type):
    response = signed_in.request(
        "POST",
        "/settings/security/revoke-others",
        body=b"{}",
        headers=headers_of(server, content_type, "same-origin", "own"),
    )

    assert response.status == 415, response


def test_a_form_needs_one_of_the_two_headers(server, signed_in):
    for content_type in (FORM, JSON):
        response = signed_in.request("POST", "/logout", body=b"", headers=headers_of(server, content_type, None, None))
        assert response.status == 403 or (content_type == JSON and response.status == 415), response
    assert signed_in.is_signed_in()


def test_a_form_is_taken_with_a_charset(server):
    headers = {"Content-Type": f"{FORM}; charset=UTF-8", "Sec-Fetch-Site": "same-origin"}

    assert Client(server).request("POST", "/login", body=b"", headers=headers).status == 422


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("origin", ORIGINS)
def test_reading_is_not_judged(server, signed_in, method, site, origin):
    response = signed_in.request(method, "/api/auth/me", headers=headers_of(server, None, site, origin))

    assert response.status in (200, 204, 405), response
    assert response.status == 200 or method == "OPTIONS"
    assert response.header("access-control-allow-origin") is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/auth/login",
        "/api/auth/register",
        "/api/auth/logout",
        "/api/sessions/revoke-all",
        "/login",
        "/no-such-path",
    ],
)
def test_every_method_that_changes_something_is_judged_on_every_path(server, method, path):
    response = Client(server).request(method, path, body=b"{}", headers=headers_of(server, JSON, "cross-site", None))

    assert response.status in (403, 404, 405), response
    assert path == "/no-such-path" or method != "POST" or response.status == 403


@pytest.mark.parametrize(
    "site, origin",
    [("cross-site", None), ("same-site", "own"), (None, "null"), (None, "http://evil.example"), (None, None)],
)
def test_a_request_by_bearer_alone_is_exempt(server, site, origin):
    program = Person(server).sign_up().login()
    headers = headers_of(server, JSON, site, origin)

    response = Client(server).request(
        "POST", "/api/sessions/revoke-others", body=b"{}", bearer=program.token, headers=headers
    )
    without_body = Client(server).request(
        "DELETE", f"/api/sessions/{uuid.uuid4()}", bearer=program.token, headers=headers
    )

    assert response.status == 200, response
    assert without_body.status == 404, without_body


@pytest.mark.parametrize("authorization", ["Bearer {token}", "Bearer x", "Bearer ", "Basic eA==", "x"])
def test_an_authorization_header_beside_a_cookie_exempts_nothing(server, signed_in, authorization):
    response = signed_in.request(
        "POST",
        "/api/sessions/revoke-others",
        body=b"{}",
        headers=headers_of(server, JSON, "cross-site", None)
        | {"Authorization": authorization.format(token=signed_in.token)},
    )

    assert_problem(response, "cross_site_request", 403)


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Basic eA==", "Bearer x y"])
def test_an_authorization_header_that_is_no_bearer_token_exempts_no_login(server, authorization):
    response = Client(server).request(
        "POST",
        "/login",
        body=b"identifier=a&password=b",
        headers=headers_of(server, FORM, "cross-site", None) | {"Authorization": authorization},
    )

    assert response.status == 403, response


def test_a_bearer_token_still_needs_json(server, signed_in):
    for content_type in (FORM, "text/plain", "multipart/form-data; boundary=x"):
        response = Client(server).request(
            "POST",
            "/api/sessions/revoke-others",
            body=b"a=b",
            bearer=signed_in.token,
            headers={"Content-Type": content_type, "Sec-Fetch-Site": None},
        )
        assert_problem(response, status=415)


@pytest.mark.parametrize(
    "content_type, accepted",
    [
        ("application/json", True),
        ("APPLICATION/JSON", True),
        ("Application/Json; Charset=UTF-8", True),
        ("application/json;charset=utf-8", True),
        ("application/json ; charset=utf-8", True),
        ("application/jsonx", False),
        ("application/json+x", False),
        ("application/problem+json", False),
        ("application/json, text/plain", False),
        ("text/json", False),
        ("json", False),
        ("", False),
        ("/", False),
        (";", False),
        ("text/plain;application/json", False),
        ("application/x-www-form-urlencoded; application/json", False),
        ("x" * 8000, False),
        ("application/json\x80", False),
    ],
)
@pytest.mark.parametrize("site", ["same-origin", None])
def test_only_json_is_json(server, signed_in, content_type, accepted, site):
    response = signed_in.request(
        "POST",
        "/api/sessions/revoke-others",
        body=b"{}",
        headers={"Content-Type": content_type, "Sec-Fetch-Site": site},
    )

    if accepted:
        assert response.status == 200, response
    else:
        assert response.status == (415 if site else 403), response


@pytest.mark.parametrize(
    "lines",
    [
        [("Content-Type", JSON), ("Content-Type", "text/plain")],
        [("Content-Type", "text/plain"), ("Content-Type", JSON)],
        [("Content-Type", JSON), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
        [("Content-Type", JSON), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-origin")],
        [("Content-Type", JSON), ("Origin", "{origin}"), ("Origin", "http://evil.example")],
        [("Content-Type", JSON), ("Origin", "http://evil.example"), ("Origin", "{origin}")],
        [("Content-Type", JSON), ("Sec-Fetch-Site", "same-origin, cross-site")],
        [("Content-Type", JSON), ("Sec-Fetch-Site", "Same-Origin")],
        [("Content-Type", JSON), ("Sec-Fetch-Site", "")],
        [("Content-Type", JSON), ("Sec-Fetch-Site", "same-origin\x80")],
        [("Content-Type", JSON), ("Origin", "")],
        [("Content-Type", JSON), ("Origin", "{origin}/")],
        [("Content-Type", JSON), ("Origin", "{origin}0")],
        [("Content-Type", JSON), ("Origin", "{origin} http://evil.example")],
        [("Content-Type", JSON), ("Origin", "http://user@{host}")],
        [("Content-Type", JSON), ("Origin", "{host}")],
        [("Content-Type", JSON), ("Origin", "//{host}")],
        [("Content-Type", JSON), ("Origin", "http://127.0.0.1")],
        [("Content-Type", JSON), ("Origin", "NULL")],
        [("Content-Type", JSON), ("Origin", "file://")],
        [("Content-Type", JSON), ("Referer", "http://evil.example/"), ("Origin", "null")],
    ],
)
def test_doubled_and_odd_headers_do_not_pass(server, signed_in, lines):
    filled = [(name, value.format(origin=server.origin, host=server.host)) for name, value in lines]
    fields = [("Host", server.host), ("Cookie", f"token={signed_in.token}"), ("Content-Length", "2"), *filled]

    response = raw(server.port, request_bytes("POST", "/api/sessions/revoke-others", fields, b"{}"))

    judge(response)
    assert response.status in (400, 403, 415), response
    assert response.all("set-cookie") == []


def test_a_foreign_request_is_refused_before_its_body_is_read(server, signed_in):
    fields = [("Host", server.host), ("Cookie", f"token={signed_in.token}"), ("Content-Type", JSON)]
    fields += [("Content-Length", "60000"), ("Sec-Fetch-Site", "cross-site")]

    with Connection(server.port, timeout=3) as connection:
        connection.send(request_bytes("POST", "/api/sessions/revoke-all", fields))  # and not one byte of the body
        response = connection.read("POST", "/api/sessions/revoke-all")

    assert_problem(response, "cross_site_request", 403)
    assert signed_in.is_signed_in()


def test_a_body_of_another_type_is_refused_before_it_is_read(server, signed_in):
    fields = [("Host", server.host), ("Cookie", f"token={signed_in.token}"), ("Content-Type", "text/plain")]
    fields += [("Content-Length", "60000"), ("Sec-Fetch-Site", "same-origin")]

    with Connection(server.port, timeout=3) as connection:
        connection.send(request_bytes("POST", "/api/sessions/revoke-all", fields))
        response = connection.read("POST", "/api/sessions/revoke-all")

    assert_problem(response, status=415)
    assert signed_in.is_signed_in()


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_makes_another_method_of_a_get(server, signed_in, header):
    second = Client(server, cookies={"token": signed_in.token})

    assert second.get("/api/sessions/revoke-all", headers={header: "POST"}).status == 405
    assert second.get("/logout?_method=POST", headers={header: "POST"}).status in (303, 405)
    assert signed_in.is_signed_in()


def test_a_public_address_decides_what_the_own_origin_is(own_server):
    server = own_server(
        {"APP_ENV": "production", "REGISTRATION": "open", "PUBLIC_URL": "https://sessions.example.test"}
    )
    client = Client(server)
    body = {"identifier": "nobody", "password": "nothing"}

    def login(origin, host="sessions.example.test"):
        return client.post("/api/auth/login", body, headers={"Host": host, "Origin": origin, "Sec-Fetch-Site": None})

    assert login("https://sessions.example.test").status == 401
    for origin in (
        "http://sessions.example.test",
        server.origin,
        "https://sessions.example.test:8443",
        "https://example.test",
    ):
        assert_problem(login(origin), "cross_site_request", 403)
