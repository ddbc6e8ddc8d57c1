"""Every way into an account is one of docs/pathways.md, and none of them spares the second factor."""

import json
import re

import pytest
import yaml

from client import Client, Person, new_name, new_password
from contract import assert_problem
from server import REPOSITORY

DOCUMENT = (REPOSITORY / "docs/pathways.md").read_text()
DESCRIPTION = yaml.safe_load((REPOSITORY / "openapi.yaml").read_text())
UNKNOWN = "0190a7b0-0000-7000-8000-000000000000"
OPENING = "What opens a session"
RENEWING = "What gives a session a new token"
LINKS = "What changes a credential without a session"
MAIL = {"SMTP_URL": "smtp://localhost:9", "MAIL_FROM": "sessions@example.org"}  # nobody listens there


@pytest.fixture(scope="module")
def server(module_server):
    """A server whose clock is moved on from code to code. After this file it must be the very process it was."""
    server = module_server(MAIL, faketime=True)
    pid = server.pid
    yield server
    assert server.is_alive() and server.pid == pid, f"the server died:\n{server.log()[-2000:]}"


@pytest.fixture(scope="module")
def guarded(server):
    """Somebody whose second factor is on."""
    person = Person(server).sign_up()
    person.enable_two_factor().logout()
    return person


def documented(heading):
    """The routes that a section of the document names."""
    section = DOCUMENT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"`((?:GET|POST|DELETE) /[^`]*)`", section))


def operations():
    for template, item in DESCRIPTION["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), template, operation


DESCRIBED = {(method, template) for method, template, _ in operations()}


ROUTES = sorted(DESCRIBED | {tuple(route.split()) for route in documented(OPENING) | documented(RENEWING)})


def resolve(node):
    while "$ref" in node:
        target = DESCRIPTION
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def session_count(server):
    result = server.command("session", "list", "--json")
    assert result.returncode == 0, result
    return len(json.loads(result.stdout))


def opened_nothing(response):
    return not [cookie for cookie in response.cookies("token") if cookie.value]


# The document


def test_the_document_names_every_route_that_sets_a_session_cookie():
    setting = set()
    for method, template, operation in operations():
        for answer in operation["responses"].values():
            header = resolve(answer).get("headers", {}).get("Set-Cookie")
            if header and re.search(r"/(Session|Renewed)Cookie\w*\Z", header.get("$ref", "")):
                setting.add(f"{method} {template}")

    assert setting == documented(OPENING) | documented(RENEWING)


def test_every_route_that_the_document_names_exists():
    named = {tuple(route.split()) for route in documented(OPENING) | documented(RENEWING) | documented(LINKS)}

    assert named - DESCRIBED == set()


def test_the_operators_commands_are_those_of_the_document(server):
    commands = set(re.findall(r"^  ([a-z][a-z-]+)  +", server.command("user", "--help").stdout, re.M))

    named = set(re.findall(r"`user ([a-z-]+)`", DOCUMENT))
    assert named <= commands
    assert commands - named == {"list", "disable", "delete"}, "a command that the document does not judge"


# Half a log-in

PUBLIC = re.compile(
    r"/|/health|/ready|/metrics|/openapi\.yaml|/login|/login/two-factor|/register|/logout|/forgot-password|/report/done|/confirm-email/done|/help|/assets/.*|/\.well-known/.*"
)
NAMES = ("challenge", "token", "session", "password", "currentPassword", "newPassword", "code", "identifier")


def present(browser, method, path, challenge, how):
    """A request with the challenge in a place where a session, or something else that is secret, could be."""
    options = {"cookie": {"cookies": f"token={challenge}"}, "bearer": {"bearer": challenge}}.get(how, {})
    if how == "two cookies":
        options = {"cookies": f"known_browser={challenge}; token={challenge}"}
    if how == "query":
        path += f"?challenge={challenge}&token={challenge}"
    if method == "POST":
        fields = dict.fromkeys(NAMES, challenge) if how == "fields" else {}
        options["json" if path.startswith("/api/") else "form"] = fields
    return browser.request(method, path, **options)


def faults(response, method, template, guarded):
    """What an answer to half a log-in must not be."""
    found = []
    if not opened_nothing(response):
        found.append("a session was opened")
    told = response.body.decode("utf-8", "replace") + str(response.headers)
    if any(own in told for own in (guarded.email, guarded.username, guarded.id)):
        found.append("somebody was recognised")
    if template in ("/api/auth/register", "/api/auth/login", "/api/auth/login/two-factor"):
        expected = response.status in (401, 422)
    elif template == "/api/auth/forgot-password":
        expected = response.status in (202, 422, 429)
    elif template in ("/api/auth/reset-password", "/api/auth/report", "/api/auth/confirm-email"):
        expected = response.status in (404, 422, 429)
    elif template in ("/reset/{id}", "/report/{id}", "/confirm-email/{id}"):
        expected = response.status in (404, 429)
    elif template in ("/api/auth/logout", "/api/auth/password-strength"):
        expected = response.status in (200, 204, 422)
    elif template.startswith("/api/"):
        expected = response.status == 401 and response.code in ("session_missing", "token_invalid")
    elif template.startswith("/settings"):
        expected = response.status == 303 and response.location.startswith("/login")
    else:
        expected = PUBLIC.fullmatch(template)
    return found + ([] if expected else [f"{response.status} {response.code}"])


@pytest.mark.parametrize("how", ["cookie", "two cookies", "bearer", "query", "fields"])
def test_no_route_takes_half_a_log_in_for_a_session(server, guarded, how):
    browser, challenge = guarded.first_step()
    before, found = session_count(server), {}

    for method, template in ROUTES:
        response = present(browser, method, template.replace("{id}", UNKNOWN), challenge, how)
        if wrong := faults(response, method, template, guarded):
            found[f"{method} {template}"] = wrong

    assert found == {}
    assert "token" not in browser.jar and session_count(server) == before
    # Nor was it worn out by that.
    assert browser.enter_code(challenge, guarded.new_code()).status == 200


# The ways, one by one


def test_the_password_opens_a_session_where_the_factor_is_off(server):
    person = Person(server).sign_up()

    for browser, response in logged_in_by_every_form(server, person):
        assert not opened_nothing(response) and browser.is_signed_in(), response


def test_the_password_alone_opens_none_where_it_is_on(server, guarded):
    before = session_count(server)

    for browser, response in logged_in_by_every_form(server, guarded):
        assert opened_nothing(response) and not browser.is_signed_in(), response
        assert response.cookies("known_browser") == []

    assert session_count(server) == before


def logged_in_by_every_form(server, person):
    """The first step in every way there is: both names, remembered or not, as JSON and as a form."""
    for name in (person.email, person.username):
        for remember in (False, True):
            browser = Client(server)
            yield browser, browser.login(name, person.password, remember)
            browser = Client(server)
            form = {"identifier": name, "password": person.password} | ({"rememberMe": "true"} if remember else {})
            yield browser, browser.request("POST", "/login", form=form)
            browser = Client(server)
            yield browser, browser.request("POST", "/login?next=/settings/profile", form=form)


def test_fields_that_another_step_knows_do_not_spare_the_code(server, guarded):
    body = {"identifier": guarded.email, "password": guarded.password}

    for extra in (
        {"code": guarded.new_code()},
        {"challenge": "A" * 43},
        {"twoFactorRequired": False},
        {"method": "none"},
        {"amr": ["pwd", "otp"]},
    ):
        browser = Client(server)
        response = browser.signed_in_by(browser.post("/api/auth/login", body | extra))
        assert response.status == 200 and response.json["twoFactorRequired"] is True
        assert opened_nothing(response)


def test_the_code_alone_opens_none(server, guarded):
    server.go_to_step()
    for body in (
        {"code": guarded.code()},
        {"code": guarded.recovery_codes[0]},
        {"identifier": guarded.email, "code": guarded.code()},
        {"challenge": guarded.id, "code": guarded.code()},
        {"challenge": guarded.email, "code": guarded.recovery_codes[0]},
    ):
        response = Client(server).post("/api/auth/login/two-factor", body)
        assert response.status in (401, 422) and opened_nothing(response), response


def test_a_known_browser_is_asked_for_the_code_all_the_same(server, guarded):
    home = guarded.login()
    home.logout()

    response = home.login(guarded.email, guarded.password)

    assert response.json["twoFactorRequired"] is True and opened_nothing(response)


def test_registration_opens_no_session(server, guarded):
    name = new_name()
    for browser, body in (
        (Client(server), {"email": f"{name}@example.org", "username": name, "password": new_password()}),
        (Client(server), {"email": guarded.email, "username": guarded.username, "password": guarded.password}),
    ):
        response = browser.post("/api/auth/register", body)
        assert response.status in (201, 409, 422) and response.all("set-cookie") == [], response
        response = browser.request(
            "POST", "/register", form=body | {"username": new_name(), "email": f"{new_name()}@example.org"}
        )
        assert opened_nothing(response), response


def test_to_prove_who_one_is_opens_none(server, guarded):
    browser, challenge = guarded.first_step()
    ended = guarded.login()
    token = ended.token
    ended.logout()
    server.go_to_step()
    body = {"password": guarded.password, "code": guarded.code()}

    for cookies in ("", f"token={challenge}", f"token={token}"):
        response = browser.post("/api/auth/reauthenticate", body, cookies=cookies)
        assert_problem(response, status=401)
        assert opened_nothing(response)
        response = browser.request("POST", "/settings/security/reauthenticate", form=body, cookies=cookies)
        assert response.status == 303 and response.location.startswith("/login") and opened_nothing(response)


@pytest.mark.parametrize("command", [["set-password"], ["disable", "enable"], ["enable"]], ids=" ".join)
def test_no_command_of_the_operator_spares_the_code(server, command):
    person = Person(server).sign_up()
    person.enable_two_factor()
    person.password = new_password()
    before = person.password

    for each in command:
        result = server.command("user", each, person.username, stdin=person.password + "\n")
        assert result.returncode == 0 and "eyJ" not in result.stdout, result
    if command != ["set-password"]:
        server.command("user", "set-password", person.username, stdin=before + "\n")

    response = Client(server).login(person.email, person.password)
    assert response.status == 200 and response.json["twoFactorRequired"] is True
    assert opened_nothing(response)


def test_commands_open_no_session(server):
    name = new_name()
    before = session_count(server)

    added = server.command(
        "user", "add", "--email", f"{name}@example.org", "--username", name, stdin=new_password() + "\n"
    )
    assert added.returncode == 0
    server.command("user", "set-password", name, stdin=new_password() + "\n")
    server.command("user", "reset-two-factor", name)

    assert session_count(server) == before


def test_reading_opens_no_session(server, guarded):
    browser, challenge = guarded.first_step()
    before = session_count(server)

    for method, template in ROUTES:
        if method != "GET" or template.endswith("/events"):
            continue
        for verb in ("GET", "HEAD", "OPTIONS"):
            path = template.replace("{id}", UNKNOWN)
            response = browser.request(verb, f"{path}?challenge={challenge}&code={guarded.code()}")
            assert opened_nothing(response), response

    assert session_count(server) == before


def test_no_account_is_there_from_the_start(own_server):
    server = own_server()

    assert json.loads(server.command("user", "list", "--json").stdout) == []
    for name in ("admin", "root", "administrator", "test", "guest", "user"):
        for password in ("admin", "changeme", name):
            response = Client(server).login(name, password)
            assert response.status in (401, 422, 429) and opened_nothing(response)
