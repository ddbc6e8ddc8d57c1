"""Logging in and out."""

import secrets
import time

import pytest

from client import CHROME, FIREFOX, Client, Person, new_password
from contract import assert_problem, assert_session, assert_user, instant
from server import in_parallel

DAY = 86_400
MONTH = 2_592_000


def the_token_cookie(response):
    cookies = response.cookies("token")
    assert len(cookies) == 1, response.all("set-cookie")
    return cookies[0]


@pytest.mark.parametrize("remember, lifetime", [(None, DAY), (False, DAY), (True, MONTH)])
def test_a_login_sets_the_cookie_exactly(server, person, remember, lifetime):
    response = Client(server).login(person.email, person.password, remember)

    cookie = the_token_cookie(response)
    assert response.status == 200
    assert cookie.line == f"token={cookie.value}; " + "; ".join(cookie.attributes)
    assert sorted(cookie.attributes) == sorted(["Path=/", "HttpOnly", "SameSite=Strict", f"Max-Age={lifetime}"])
    assert len(cookie.line) <= 4096


def test_in_production_the_cookie_is_secure(own_server):
    server = own_server({"APP_ENV": "production", "REGISTRATION": "open"})
    person = Person(server).sign_up()

    response = Client(server).login(person.email, person.password)

    assert sorted(the_token_cookie(response).attributes) == sorted(
        ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=86400", "Secure"]
    )


def test_in_production_the_clearing_cookie_is_secure_too(own_server):
    server = own_server({"APP_ENV": "production", "REGISTRATION": "open"})
    client = Person(server).sign_up().login()

    response = client.logout()

    assert sorted(the_token_cookie(response).attributes) == sorted(
        ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=0", "Secure"]
    )


@pytest.mark.parametrize("remember, lifetime", [(None, DAY), (False, DAY), (True, MONTH)])
def test_a_login_answers_with_user_and_session(server, person, remember, lifetime):
    before = time.time()
    response = Client(server).login(person.email, person.password, remember)

    assert set(response.json) == {"user", "session"}
    assert_user(response.json["user"], id=person.id, email=person.email, username=person.username)
    session = response.json["session"]
    assert_session(session, rememberMe=bool(remember), isActive=True, isCurrent=True, userAgent=CHROME)
    assert instant(session["expiresAt"]) - instant(session["createdAt"]) == pytest.approx(lifetime, abs=0.001)
    assert before - 1 <= instant(session["createdAt"]) <= time.time() + 1


def test_no_answer_but_the_cookie_holds_the_token(server, person):
    client = Client(server)
    answers = [client.login(person.email, person.password)]
    answers += [client.me(), client.get("/api/sessions"), client.get("/api/auth/verify")]
    answers += [client.open("/settings/security"), client.open("/"), client.open("/settings/profile")]

    parts = client.token.split(".")
    for answer in answers:
        readable = answer.body.decode() + "".join(f"{k}: {v}" for k, v in answer.headers if k.lower() != "set-cookie")
        assert client.token not in readable and parts[1] not in readable and parts[2] not in readable, answer


@pytest.mark.parametrize("value", ["true", 1, 0, [], {}, None, "yes"])
def test_remember_me_is_a_boolean(server, person, value):
    response = Client(server).post(
        "/api/auth/login", {"identifier": person.email, "password": person.password, "rememberMe": value}
    )

    if value is None:
        assert response.status in (200, 422), response
    else:
        problem = assert_problem(response, status=422)
        assert [error["field"] for error in problem["errors"]] == ["rememberMe"]
        assert response.all("set-cookie") == []


def test_each_login_opens_a_session_of_its_own(server, person):
    clients = [person.login() for _ in range(5)]

    assert len({client.token for client in clients}) == 5
    assert len({client.session["id"] for client in clients}) == 5
    assert all(client.is_signed_in() for client in clients)


def test_a_login_replaces_the_older_session_of_the_same_browser(server, person):
    client = person.login()
    older, older_id = client.token, client.session["id"]

    client.login(person.email, person.password)

    assert client.token != older and client.session["id"] != older_id
    assert_problem(Client(server).me(cookies=f"token={older}"), "session_revoked", 401)
    assert client.session_ids() == [client.session["id"]]


def test_a_login_of_somebody_else_in_the_same_browser_ends_the_first_ones_session(server, person, other):
    client = person.login()
    older = client.token

    client.login(other.email, other.password)

    assert client.me().json["user"]["id"] == other.id
    assert_problem(Client(server).me(cookies=f"token={older}"), "session_revoked", 401)


def test_a_failed_login_leaves_the_presented_session_alone(server, person):
    client = person.login()

    assert client.login(person.email, new_password()).status == 401

    assert client.is_signed_in()


@pytest.mark.parametrize("planted", ["x", "a.b.c", "token", secrets.token_urlsafe(300), ""])
def test_a_planted_cookie_never_becomes_the_session(server, person, planted):
    client = Client(server, cookies={"token": planted})

    response = client.login(person.email, person.password)

    assert response.status == 200
    assert the_token_cookie(response).value != planted
    assert_problem(Client(server).me(cookies=f"token={planted}"), status=401)


def stripped(response):
    """All that a stranger sees of an answer, without what differs each time."""
    varying = {"date", "x-request-id"}
    body = {key: value for key, value in response.json.items() if key not in ("requestId", "instance")}
    return response.status, sorted((k.lower(), v) for k, v in response.headers if k.lower() not in varying), body


def test_wrong_unknown_and_disabled_get_the_same_answer(server, person, other):
    assert server.command("user", "disable", other.username).returncode == 0

    answers = [
        Client(server).login(person.email, new_password()),
        Client(server).login(person.username, new_password()),
        Client(server).login("nobody-at-all@example.org", new_password()),
        Client(server).login("nobody-at-all", new_password()),
        Client(server).login(other.email, other.password),
        Client(server).login(other.username, new_password()),
        Client(server).login("not a name at all!", new_password()),
    ]

    for answer in answers:
        assert_problem(answer, "invalid_credentials", 401)
        assert answer.all("set-cookie") == []
        assert stripped(answer) == stripped(answers[0])


def test_an_identifier_with_an_at_sign_is_an_email_address_only(server):
    first = Person(server).sign_up()
    second = Person(server, email=f"{first.username}@mail.example.org").sign_up()

    assert Client(server).login(first.username, first.password).json["user"]["id"] == first.id
    assert Client(server).login(second.email, second.password).json["user"]["id"] == second.id
    assert Client(server).login(second.email, first.password).status == 401


def test_the_identifier_is_heard_in_every_case_and_otherwise_exactly(server, person):
    assert Client(server).login(person.email.upper(), person.password).status == 200
    assert Client(server).login(person.username.upper(), person.password).status == 200
    for wrong in (
        person.username + ".",
        person.email + ".",
        person.username.replace("p", "ｐ", 1),
        "@" + person.username,
    ):
        assert Client(server).login(wrong, person.password).status == 401, wrong


@pytest.mark.parametrize("field", ["identifier", "password"])
@pytest.mark.parametrize("value", ["absent", None, 1, False, [], {}, {"$ne": ""}])
def test_a_field_that_is_missing_or_of_another_type_is_named(server, person, field, value):
    body = {"identifier": person.email, "password": person.password, field: value}
    if value == "absent":
        del body[field]

    response = Client(server).post("/api/auth/login", body)

    problem = assert_problem(response, status=422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert response.all("set-cookie") == []


def test_unknown_fields_are_ignored(server, person):
    client = Client(server)

    response = client.post(
        "/api/auth/login",
        {
            "identifier": person.email,
            "password": person.password,
            "userId": "00000000-0000-7000-8000-000000000000",
            "expiresAt": "2099-01-01T00:00:00.000Z",
            "isAdmin": True,
            "__proto__": {},
        },
    )

    session = response.json["session"]
    assert response.json["user"]["id"] == person.id
    assert instant(session["expiresAt"]) - instant(session["createdAt"]) == pytest.approx(DAY, abs=0.001)


def test_duplicate_keys_are_refused(server, person):
    body = f'{{"identifier": "{person.email}", "password": "{person.password}", "password": "{person.password}"}}'
    escaped = f'{{"identifier": "{person.email}", "password": "{person.password}", "p\\u0061ssword": "x"}}'

    for each in (body, escaped):
        response = Client(server).request(
            "POST", "/api/auth/login", body=each, headers={"Content-Type": "application/json"}
        )
        assert_problem(response, "malformed_body", 400)


@pytest.mark.parametrize("length", [1025, 20_000, 60_000])
def test_an_overlong_password_is_refused_before_it_is_hashed(server, person, length):
    client = Client(server)
    client.get("/health")

    start = time.perf_counter()
    response = client.login(person.email, "x" * length)

    assert response.status in (401, 422), response
    assert length < 20_000 or time.perf_counter() - start < 1


def test_me_tells_the_user_and_the_current_session(server, person):
    client = person.login(user_agent=FIREFOX)

    response = client.me()

    assert set(response.json) == {"user", "session"}
    assert_user(response.json["user"], id=person.id)
    assert_session(response.json["session"], id=client.session["id"], isCurrent=True, deviceInfo="Desktop - Firefox")
    assert response.header("cache-control") == "no-store"


def test_without_a_session_me_is_refused(server, client):
    response = client.me()

    assert_problem(response, "session_missing", 401)
    assert response.all("set-cookie") == []


def test_logging_out_ends_the_session_and_clears_the_cookie(server, person):
    client = person.login()
    token = client.token

    response = client.logout()

    assert response.status == 204
    cookie = the_token_cookie(response)
    assert cookie.value == ""
    assert sorted(cookie.attributes) == sorted(["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=0"])
    assert_problem(Client(server).me(cookies=f"token={token}"), "session_revoked", 401)


def test_logging_out_ends_only_the_callers_session(server, person):
    first, second = person.login(), person.login()

    first.logout()

    assert second.is_signed_in()


@pytest.mark.parametrize("cookie", [None, "token=", "token=x.y.z", "token=garbage"])
def test_logging_out_without_a_session_is_no_error(server, cookie):
    response = Client(server).post("/api/auth/logout", cookies=cookie)

    assert response.status == 204
    assert the_token_cookie(response).attribute("Max-Age") == "0"


def test_logging_out_twice_is_no_error(server, person):
    client = person.login()
    token = client.token

    assert client.logout().status == 204
    assert client.post("/api/auth/logout", cookies=f"token={token}").status == 204


@pytest.mark.parametrize("body", [{}, {"forgetBrowser": True}, {"forgetBrowser": False}, {"unknown": 1}])
def test_logging_out_takes_a_body_or_none(server, person, body):
    assert person.login().post("/api/auth/logout", body).status == 204


def test_logging_out_with_a_bearer_token_ends_its_session(server, person):
    token = person.login().token

    assert Client(server).post("/api/auth/logout", bearer=token, headers={"Sec-Fetch-Site": None}).status == 204

    assert_problem(Client(server).me(bearer=token), "session_revoked", 401)


def test_sessions_are_made_by_logging_in_only(server, person):
    client = person.login()
    paths = ["/", "/login", "/register", "/settings", "/settings/security", "/settings/profile", "/help", "/health"]
    paths += ["/ready", "/openapi.yaml", "/api/auth/me", "/api/sessions", "/api/auth/verify", "/api/auth/login"]

    for path in paths:
        for method in ("GET", "HEAD", "OPTIONS"):
            for browser in (client, Client(server)):
                assert browser.request(method, path).cookies("token") == [], (method, path)

    assert client.session_ids() == [client.session["id"]]


def test_a_flood_of_logins_gets_answers_and_opens_as_many_sessions_as_it_says(server, person):
    clients = [Client(server) for _ in range(40)]

    responses = in_parallel(lambda client: client.login(person.email, person.password), clients)

    statuses = [response.status for response in responses]
    # Ten are admitted at once, before any of them is known to be right.
    assert set(statuses) <= {200, 429, 503}, statuses
    signed_in = [client for client, status in zip(clients, statuses) if status == 200]
    assert signed_in
    assert len(signed_in[0].sessions("?limit=100")) == len(signed_in)


def test_checks_are_answered_while_passwords_are_hashed(server, person):
    token = person.login().token

    def check(_):
        start = time.perf_counter()
        assert Client(server, cookies={"token": token}).get("/api/auth/verify").status == 204
        return time.perf_counter() - start

    def flood(_):
        return Client(server).login("nobody@example.org", new_password()).status

    work = [flood] * 30 + [check] * 10
    results = in_parallel(lambda number: work[number](number), range(len(work)))

    assert set(results[:30]) <= {401, 429, 503}
    assert max(results[30:]) < 1
