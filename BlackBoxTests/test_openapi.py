"""openapi.yaml: it is what is served, and every answer is one that it describes."""

import re

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from client import Client, Page, Person, answers_seen, new_password, note, totp
from server import REPOSITORY

DOCUMENT = REPOSITORY / "openapi.yaml"
UNKNOWN = "0190a7b0-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def description():
    return yaml.safe_load(DOCUMENT.read_text())


def resolve(description, node):
    while isinstance(node, dict) and "$ref" in node:
        target = description
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def operation_of(description, method, path):
    """The described path and operation of a request, or (None, None)."""
    # A literal path wins over one with a variable part.
    for template, item in sorted(description["paths"].items(), key=lambda entry: "{" in entry[0]):
        pattern = "".join(
            "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]+\})", template)
        )
        if re.fullmatch(pattern, path.split("?")[0]):
            return template, item.get("get" if method == "HEAD" else method.lower())
    return None, None


def faults(description, response):
    """What of an answer is not as described; nothing for paths and methods that are not described."""
    template, operation = operation_of(description, response.method, response.path)
    if template is None:
        return (
            [] if response.status in (400, 404, 405, 413, 415, 431, 403) else [f"{response.status} on an unknown path"]
        )
    if operation is None:
        return (
            []
            if response.status in (204, 400, 403, 405, 413, 415, 431)
            else [f"{response.status} for an unknown method"]
        )
    described = operation["responses"].get(str(response.status)) or operation["responses"].get("default")
    if described is None:
        return [f"status {response.status} is not described"]
    described = resolve(description, described)
    found = []
    for name, header in described.get("headers", {}).items():
        header = resolve(description, header)
        for value in response.all(name):
            found += check(description, header["schema"], typed(header["schema"], value, description), name)
        if header.get("required") and not response.all(name):
            found.append(f"header {name} is missing")
    content = described.get("content", {})
    if response.method == "HEAD" or not response.body:
        return found
    if response.media_type not in content:
        return [*found, f"{response.media_type} is not among {list(content)}"]
    if response.media_type.endswith("json"):
        schema = content[response.media_type]["schema"]
        found += check(description, schema, response.json, "body") + extras(description, schema, response.json)
    return found


def extras(description, schema, value, where="body"):
    """Members that are not described."""
    schema = resolve(description, schema)
    found = []
    if isinstance(value, list):
        for each in value:
            found += extras(description, schema.get("items", {}), each, where)
    if isinstance(value, dict):
        parts = [resolve(description, part) for name in ("allOf", "anyOf", "oneOf") for part in schema.get(name, [])]
        known = {name: each for part in [schema, *parts] for name, each in part.get("properties", {}).items()}
        for name, each in value.items():
            if name in known:
                found += extras(description, known[name], each, f"{where} {name}")
            else:
                found.append(f"{where} {name}: not described")
    return found


def typed(schema, value, description):
    kind = resolve(description, schema).get("type")
    return int(value) if kind == "integer" and re.fullmatch(r"-?\d+", value) else value


def check(description, schema, value, where):
    validator = Draft202012Validator(
        {"components": description["components"], **schema}, format_checker=FormatChecker()
    )
    return [
        f"{where} {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator.iter_errors(value)
    ]


def test_the_served_description_is_the_one_of_the_project(client):
    response = client.get("/openapi.yaml")

    assert response.status == 200
    assert response.body == DOCUMENT.read_bytes()


def test_the_description_is_well_formed(description):
    assert description["openapi"].startswith("3.1")
    for template, item in description["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                assert operation["operationId"] and operation["summary"], (method, template)
                assert set(re.findall(r"\{(\w+)\}", template)) <= {
                    resolve(description, each)["name"]
                    for each in operation.get("parameters", []) + item.get("parameters", [])
                }
    identities = [
        operation["operationId"]
        for item in description["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    ]
    assert len(identities) == len(set(identities))
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(description):
    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                assert resolve(description, node) is not None
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(description)


def operations(description):
    for template, item in description["paths"].items():
        for method in item:
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), template


def examples_of(description, holder):
    """The examples of a schema, or of what has one and maybe examples of its own."""
    if "schema" not in holder:
        return holder.get("examples", [])
    if "example" in holder:
        return [holder["example"]]
    if "examples" in holder:
        return [resolve(description, each)["value"] for each in holder["examples"].values()]
    return resolve(description, holder["schema"]).get("examples", [])


def holders(description, node, where=""):
    """Everything with an example, with its schema and its place."""
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from holders(description, each, f"{where}/{number}")
    if isinstance(node, dict):
        if "schema" in node:
            yield where, node["schema"], examples_of(description, node)
        elif isinstance(node.get("examples"), list):
            yield where, node, node["examples"]
        for name, each in node.items():
            if name not in ("example", "examples", "enum", "const"):
                yield from holders(description, each, f"{where}/{name}")


def test_every_example_is_what_its_schema_describes(description):
    found, count = [], 0

    for where, schema, examples in holders(description, description):
        for example in examples:
            count += 1
            found += check(description, schema, example, where) + extras(description, schema, example, where)

    assert count > 100
    assert found == []


def test_every_body_and_every_json_answer_has_an_example(description):
    bare = []

    for method, template in operations(description):
        operation = description["paths"][template][method.lower()]
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if not examples_of(description, content):
                bare.append(f"{method} {template}: {kind}")
        for status, response in operation["responses"].items():
            for kind, content in resolve(description, response).get("content", {}).items():
                if kind != "text/html" and kind.endswith("json") and not examples_in(description, content):
                    bare.append(f"{method} {template}: {status} {kind}")
    for name, response in description["components"]["responses"].items():
        for kind, content in response.get("content", {}).items():
            if kind.endswith("json") and not examples_in(description, content):
                bare.append(f"{name}: {kind}")

    assert bare == []


def examples_in(description, content):
    """Examples of an answer; where it has several forms, one of each."""
    schema = resolve(description, content["schema"])
    forms = schema.get("oneOf", [])
    if forms and not examples_of(description, content):
        return all(resolve(description, form).get("examples") for form in forms)
    return examples_of(description, content)


def test_every_described_operation_exists(own_server, description):
    # Nobody listens there; without mail some of them do not exist.
    server = own_server({"SMTP_URL": "smtp://localhost:9", "MAIL_FROM": "sessions@example.org"})
    client = Person(server).sign_up().login()

    for method, template in operations(description):
        path = template.replace("{id}", UNKNOWN)
        if path.endswith("/events") or path == "/metrics":
            continue
        browser = Client(server) if method == "POST" else client
        response = browser.request(method, path)
        assert response.status != 405, (method, template)
        assert response.status != 404 or "{" in template, (method, template)


def test_every_described_page_and_call_answers_as_described(server, description):
    person = Person(server).sign_up()
    found = []

    for method, template in operations(description):
        for browser in (Client(server), person.login()):
            path = template.replace("{id}", UNKNOWN)
            if path.endswith("/events"):
                continue
            response = browser.request(method, path, headers={"X-Forwarded-For": None} if path == "/metrics" else None)
            found += [f"{method} {template} -> {response.status}: {fault}" for fault in faults(description, response)]

    assert found == []


@pytest.mark.parametrize(
    "headers, body",
    [
        ({"Sec-Fetch-Site": "cross-site"}, b""),
        ({"Content-Type": "text/plain"}, b"{}"),
        ({"Content-Type": None}, b"{}"),
        ({}, b"x" * 65_537),
        ({}, b"%"),
        ({}, b"[]"),
        ({"Cookie": "token=a; token=b"}, b""),
    ],
)
def test_every_refusal_of_a_request_that_changes_something_is_as_described(server, description, headers, body):
    person = Person(server).sign_up()
    browser = person.login()
    found = []

    for method, template in operations(description):
        if method == "GET":
            continue
        if not browser.token:
            browser = person.login()
        kind = "application/json" if template.startswith("/api/") else "application/x-www-form-urlencoded"
        response = browser.request(
            method, template.replace("{id}", UNKNOWN), body=body, headers={"Content-Type": kind} | headers
        )
        found += [f"{method} {template} -> {response.status}: {fault}" for fault in faults(description, response)]

    assert found == []


def test_the_limits_of_the_description_are_those_of_the_server(server, description):
    schemas = description["components"]["schemas"]
    register = schemas["RegisterRequest"]["properties"]
    username, password = (resolve(description, register[name]) for name in ("username", "password"))

    assert (username["minLength"], username["maxLength"]) == (3, 32)
    assert password["minLength"] == 8

    step = schemas["SecondStepRequest"]["properties"]
    longest = {name: "0" * resolve(description, step[name])["maxLength"] for name in step}
    client = Person(server).sign_up().login()
    assert client.post("/api/auth/login/two-factor", longest).status == 401
    refused = client.post("/api/auth/login/two-factor", {name: text + "0" for name, text in longest.items()})
    assert [error["field"] for error in refused.json["errors"]] == list(longest)

    longest = "0" * schemas["TypedPassword"]["maxLength"]
    assert client.post("/api/auth/reauthenticate", {"password": longest}).status == 403
    assert client.post("/api/auth/reauthenticate", {"password": longest + "0"}).status == 422

    [limit] = [
        each["schema"]
        for each in description["paths"]["/api/account/activity"]["get"]["parameters"]
        if each["name"] == "limit"
    ]
    for number in (limit["minimum"], limit["maximum"]):
        assert client.get(f"/api/account/activity?limit={number}").status == 200
    for number in (limit["minimum"] - 1, limit["maximum"] + 1):
        assert client.get(f"/api/account/activity?limit={number}").status == 422


# What owners do to their accounts: each answer that they can get


@pytest.fixture
def hour_server(own_server):
    """A server whose clock can be moved on, where a log-in is fresh for an hour."""
    return own_server({"REAUTH_AFTER": "1h"}, faketime=True)


@pytest.fixture
def expect(description):
    """Judges an answer, by its status and by the description."""

    def judge(response, *statuses):
        assert response.status in statuses, response
        assert faults(description, response) == [], response
        return response

    return judge


def bare(client):
    """A browser that has this session and nothing else: no account knows it."""
    return Client(client.server, cookies={"token": client.token})


def test_the_calls_of_the_second_factor_are_as_described(hour_server, expect):
    person = Person(hour_server).sign_up()
    client = person.login(remember=True)
    setup, enable, disable, new_codes = (
        f"/api/account/two-factor/{name}" for name in ("setup", "enable", "disable", "recovery-codes")
    )

    expect(client.post(enable, {"code": "000000"}), 409)
    expect(client.post(disable, {"password": person.password, "code": "000000"}), 409)
    expect(client.post(new_codes, {"password": person.password, "code": "000000"}), 409)
    expect(client.post(setup, {"password": "wrong"}), 403)
    secret = expect(client.post(setup, {"password": person.password}), 200).json["secret"]
    hour_server.remember_seed(secret)
    expect(client.post(enable, {"code": "no code"}), 403)
    enabled = expect(client.post(enable, {"code": totp(secret, hour_server.now)}), 200)
    person.secret, person.recovery_codes = secret, enabled.json["recoveryCodes"]
    hour_server.remember_recovery_codes(person.recovery_codes)
    expect(client.post(setup, {"password": person.password}), 409)
    expect(client.post(enable, {"code": person.code()}), 409)
    assert expect(client.me(), 200).json["user"]["twoFactorEnabled"] is True

    browser = Client(hour_server)
    first = expect(browser.login(person.email, person.password), 200)
    assert first.json["twoFactorRequired"] is True and first.all("set-cookie") == []
    expect(browser.enter_code(first.json["challenge"], "no code"), 401)
    expect(browser.enter_code(first.json["challenge"], person.new_code()), 200)
    expect(browser.enter_code(first.json["challenge"], person.new_code()), 401)
    for _ in range(4):  # 20 in an hour, five of one challenge
        _, challenge = person.first_step()
        for _ in range(6):
            response = expect(Client(hour_server).enter_code(challenge, "no code"), 401, 429)
    assert response.status == 429
    hour_server.go_on(3_601)

    proof = {"password": person.password}
    expect(client.post("/api/auth/reauthenticate", proof), 403)
    expect(client.post("/api/auth/reauthenticate", proof | {"code": person.new_code()}), 200)
    expect(client.post(new_codes, proof | {"code": "no code"}), 403)
    codes = expect(client.post(new_codes, proof | {"code": person.recovery_codes[0]}), 200)
    hour_server.remember_recovery_codes(codes.json["recoveryCodes"])
    expect(client.post(disable, {"password": "wrong", "code": person.new_code()}), 403)
    expect(client.post(disable, proof | {"code": person.new_code()}), 200)


def test_the_calls_of_the_account_are_as_described(hour_server, expect):
    person = Person(hour_server).sign_up()
    client = person.login(remember=True)
    person.login().logout()
    new, path = new_password(), "/api/account/password"

    expect(client.post(path, {"newPassword": new}), 422)
    expect(client.post(path, {"currentPassword": person.password, "newPassword": "password1"}), 422)
    expect(client.post(path, {"currentPassword": "wrong", "newPassword": new}), 403)
    expect(client.post(path, {"currentPassword": person.password, "newPassword": new}), 200)
    person.password = new
    events = expect(client.get("/api/account/activity"), 200).json["events"]
    page = expect(client.get("/api/account/activity?limit=1"), 200).json
    expect(client.get(f"/api/account/activity?limit=1&cursor={page['nextCursor']}"), 200)
    for query, status in [("limit=x", 422), ("cursor=x", 422), ("limit=1&limit=2", 400)]:
        expect(client.get(f"/api/account/activity?{query}"), status)
    assert expect(client.get("/api/account/export"), 200).json["events"][-len(events) :] == events

    report = f"/api/account/activity/{events[0]['id']}/report"
    hour_server.go_on(3_601)
    expect(client.get("/api/account/export"), 403)
    expect(client.post(report), 403)
    expect(client.post("/api/auth/reauthenticate", {"password": person.password}), 200)
    expect(client.post(report.replace(events[0]["id"], UNKNOWN)), 404)
    expect(client.post(report), 200)
    expect(client.post(report), 200)
    expect(Client(hour_server).login(person.email, person.password), 401)
    expect(client.post(path, {"newPassword": new_password()}), 200)


def test_a_session_in_which_somebody_guesses_ends_as_described(hour_server, expect):
    for path, body, statuses in [
        ("/api/auth/reauthenticate", {"json": {"password": "wrong"}}, (403, 401)),
        ("/settings/security/two-factor/setup", {"form": {"password": "wrong"}}, (422, 303)),
    ]:
        person = Person(hour_server).sign_up()
        guesser, other = bare(person.login()), bare(person.login())
        for _ in range(9):
            expect(guesser.request("POST", path, **body), statuses[0])
        expect(guesser.request("POST", path, **body), statuses[1])
        assert not guesser.is_signed_in()
        expect(other.request("POST", path, **body), 429)


def test_what_the_stream_tells_is_as_described(server, description, person):
    def told(stream, name):
        schema = "".join(part.capitalize() for part in name.split("-")) + "Event"
        data = stream.expect(name)
        faulty = check(description, {"$ref": f"#/components/schemas/{schema}"}, data, name)
        assert faulty + extras(description, {"$ref": f"#/components/schemas/{schema}"}, data, name) == []
        assert f"| `{name}` | `{schema}` |" in description["components"]["schemas"]["EventStream"]["description"]

    client = person.login()
    with client.events() as stream:
        other = person.login()
        told(stream, "session-started")
        with other.events() as others:
            other.post("/api/auth/reauthenticate", {"password": person.password})
            told(others, "token-replaced")
        with other.events() as others:
            event = client.get("/api/account/activity?limit=1").json["events"][0]
            client.post(f"/api/account/activity/{event['id']}/report")
            told(others, "signed-out")
        told(stream, "session-ended")


def test_the_forms_of_the_second_factor_are_as_described(hour_server, expect):
    person = Person(hour_server).sign_up()
    client = person.login(remember=True)
    setup, enable, disable, codes = (
        f"/settings/security/two-factor/{name}" for name in ("setup", "enable", "disable", "recovery-codes")
    )

    def send(path, status, browser=client, **form):
        return expect(browser.request("POST", path, form=form), status)

    for path, status in [(setup, 200), (enable, 303), (disable, 303), (codes, 303)]:
        expect(client.open(path), status)
    send(enable, 303, code="000000")
    send(disable, 303, password=person.password, code="000000")
    send(codes, 303, password=person.password, code="000000")
    send(setup, 422, password="wrong")
    send(setup, 303, password=person.password)
    expect(client.open(enable), 200)
    secret = person.set_up_two_factor(client)["secret"]
    send(enable, 422, code="no code")
    response = send(enable, 200, code=totp(secret, hour_server.now))
    assert len(response.all("set-cookie")) == 1
    person.secret = secret
    for path, status in [(setup, 303), (enable, 303), (disable, 200), (codes, 200)]:
        expect(client.open(path), status)
    send(setup, 422, password=person.password)

    browser = Client(hour_server)
    expect(browser.open("/login/two-factor"), 303)
    response = send("/login", 200, browser, identifier=person.email, password=person.password)
    challenge = Page(response).form_to("/login/two-factor").data({})["challenge"]
    hour_server.remember(challenge)
    send("/login/two-factor", 422, browser, challenge=challenge, code="")
    send("/login/two-factor", 422, browser, challenge=challenge, code="no code", method="recovery_code")
    send("/login/two-factor", 303, browser, challenge=challenge, code=person.new_code())
    send("/login/two-factor", 422, browser, challenge=challenge, code=person.new_code())

    send(codes, 422, password=person.password, code="no code")
    send(codes, 200, password=person.password, code=person.new_code())
    send(disable, 422, password="wrong", code=person.new_code())
    assert len(send(disable, 303, password=person.password, code=person.new_code()).all("set-cookie")) == 1


def test_the_forms_that_ask_for_the_password_are_as_described(hour_server, expect):
    person = Person(hour_server).sign_up()
    client = person.login(remember=True)
    password, again = "/settings/security/password", "/settings/security/reauthenticate"

    def send(path, status, **form):
        return expect(client.request("POST", path, form=form), status)

    expect(client.open(password), 200)
    send(password, 422, currentPassword=person.password, newPassword="password1")
    send(password, 422, currentPassword="wrong", newPassword=new_password())
    new = new_password()
    assert len(send(password, 303, currentPassword=person.password, newPassword=new).all("set-cookie")) == 2
    person.password = new
    expect(client.open("/settings/security/activity"), 200)
    expect(client.open("/settings/security/activity?cursor=x"), 303)

    expect(client.open(again), 303)
    assert send(again, 303).all("set-cookie") == []
    hour_server.go_on(3_601)
    expect(client.open(again), 200)
    send(again, 422, password="wrong")
    assert len(send(again, 303, password=person.password).all("set-cookie")) == 1

    hour_server.go_on(3_601)
    for path in (
        f"/settings/security/sessions/{person.login().session['id']}/revoke",
        "/settings/security/revoke-others",
        f"/settings/security/activity/{client.get('/api/account/activity').json['events'][0]['id']}/report",
    ):
        expect(client.open(path), 200)
        send(path, 422)
        send(path, 422, password="wrong", code="000000")
        assert len(send(path, 303, password=person.password).all("set-cookie")) == 1
        hour_server.go_on(3_601)


@pytest.mark.last
def test_every_answer_seen_in_all_tests_is_as_described(description, server):
    note(Client(server).get("/health"))
    found = {}

    for (method, path, status), samples in answers_seen.items():
        for response in samples:
            for fault in faults(description, response):
                found.setdefault(f"{method} {path} {status}: {fault}", response)

    assert sorted(found) == []
