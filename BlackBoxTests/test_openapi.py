"""openapi.yaml: it is what is served, and every answer is one that it describes."""

import re

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from client import Client, Person, answers_seen, note
from server import REPOSITORY

DOCUMENT = REPOSITORY / "openapi.yaml"


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
        found += check(description, content[response.media_type]["schema"], response.json, "body")
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


def test_every_described_operation_exists(server, description):
    client = Person(server).sign_up().login()
    unknown = "0190a7b0-0000-7000-8000-000000000000"

    for method, template in operations(description):
        path = template.replace("{id}", unknown)
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
            path = template.replace("{id}", "0190a7b0-0000-7000-8000-000000000000")
            if path.endswith("/events"):
                continue
            response = browser.request(method, path, headers={"X-Forwarded-For": None} if path == "/metrics" else None)
            found += [f"{method} {template} -> {response.status}: {fault}" for fault in faults(description, response)]

    assert found == []


def test_the_limits_of_the_description_are_those_of_the_server(server, description):
    register = description["components"]["schemas"]["RegisterRequest"]["properties"]
    username, password = (resolve(description, register[name]) for name in ("username", "password"))

    assert (username["minLength"], username["maxLength"]) == (3, 32)
    assert password["minLength"] == 8


@pytest.mark.last
def test_every_answer_seen_in_all_tests_is_as_described(description, server):
    note(Client(server).get("/health"))
    found = {}

    for (method, path, status), samples in answers_seen.items():
        for response in samples:
            for fault in faults(description, response):
                found.setdefault(f"{method} {path} {status}: {fault}", response)

    assert sorted(found) == []
