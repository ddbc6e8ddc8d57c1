"""Schemathesis asks every operation of openapi.yaml for what it describes and for what it forbids, and judges the answers."""

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, configuration, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi import from_path
from schemathesis.specs.openapi import checks as openapi_checks

from client import Person, new_address
from server import REPOSITORY

configuration.set_hypothesis_home_dir(REPOSITORY / ".build/hypothesis")

# What refuses a request that is not as described; 401 of a body that is one wrong password too many, 413 and 415 of a wrong body.
REFUSED = [400, 401, 403, 404, 409, 413, 415, 422, 429]
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
]
# They say where to go on before a body is looked at: the log-in is fresh, or there is no second factor to speak of.
UNREAD = {
    "submitRevokeSession",
    "submitRevokeOthers",
    "submitReauthenticate",
    "submitReport",
    "submitEnable",
    "submitDisable",
    "submitRecoveryCodes",
}
# What takes a code of the second factor or a link of a mail; test_openapi.py has those.
UNREACHED = {
    "logInWithSecondFactor",
    "submitSecondStep",
    "enableSecondFactor",
    "disableSecondFactor",
    "renewRecoveryCodes",
    "resetPassword",
    "resetPasswordPage",
    "submitResetPassword",
    "reportByLink",
    "reportLinkPage",
    "submitReportLink",
    "confirmEmail",
    "confirmEmailPage",
    "submitConfirmEmail",
}
CONFIG = SchemathesisConfig.from_dict(
    {
        # The visitor brings its own credentials.
        "generation": {"with-security-parameters": False},
        "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
    }
)
schema = from_path(REPOSITORY / "openapi.yaml", config=CONFIG)


class Visitor:
    """Somebody who is signed in and asks whatever the description allows, or forbids."""

    def __init__(self, server):
        self.server = server
        self.statuses = {}
        self.person = self.browser = None

    def ask(self, case):
        """One answer, as it came: no redirect is followed."""
        if self.browser is None:
            self.person = Person(self.server).sign_up()
            self.browser = self.person.login()
        if case.meta and case.meta.generation.mode.is_positive:
            self.fill_in(case)
        arguments = case.as_transport_kwargs(base_url=self.server.origin)
        headers = arguments["headers"]
        if case.operation.path != "/metrics":  # which is not for those who come by a proxy
            headers["X-Forwarded-For"] = new_address()
        if case.method != "GET":
            headers.setdefault("Sec-Fetch-Site", "same-origin")
        arguments["cookies"] = (arguments.get("cookies") or {}) | {"token": self.browser.token}
        with requests.Session() as session:
            response = session.request(**arguments, allow_redirects=False, stream=True, timeout=10)
            is_stream = response.headers.get("Content-Type", "").startswith("text/event-stream")
            if is_stream:
                self.browser.logout()  # which ends the stream
            assert response.content is not None
        self.statuses.setdefault(case.operation.label, set()).add(response.status_code)
        # Whatever has changed something may have ended the session or the password; so may the last of many wrong ones.
        has_changed = case.method != "GET" and response.status_code < 400
        if has_changed or is_stream or response.status_code in (401, 429):
            self.browser = None
        return response

    def fill_in(self, case):
        """Gives the request what nobody could make up: the person's own password, a session's id, an event's."""
        if "id" in case.path_parameters:
            if "sessions" in case.operation.path:
                case.path_parameters["id"] = self.person.login().session["id"]
            if "activity" in case.operation.path:
                case.path_parameters["id"] = self.browser.get("/api/account/activity?limit=1").json["events"][0]["id"]
        if not isinstance(case.body, dict):
            return
        if "regist" in case.operation.path:
            newcomer = Person(self.server)
            case.body |= {"email": newcomer.email, "username": newcomer.username, "password": newcomer.password}
            return
        for name in ("password", "currentPassword"):
            if name in case.body:
                case.body[name] = self.person.password
        if "password" in case.body and "identifier" in case.body:
            case.body["identifier"] = self.person.email


@pytest.fixture(scope="module")
def visitor(module_server):
    # Nobody listens there; without mail some operations do not exist.
    return Visitor(module_server({"SMTP_URL": "smtp://localhost:9", "MAIL_FROM": "a@example.org"}))


@schema.parametrize()
@settings(max_examples=5, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case, visitor):
    excluded = []
    if case.operation.definition.raw["operationId"] in UNREAD:
        excluded.append(openapi_checks.negative_data_rejection)
    if case.operation.path == "/api/sessions/events":
        # It takes the schema of the stream for that of one event; test_openapi.py looks at those.
        excluded.append(openapi_checks.response_schema_conformance)

    response = visitor.ask(case)

    case.validate_response(response, checks=[each for each in CHECKS if each not in excluded])


def test_every_operation_was_asked_and_most_have_done_what_they_are_for(visitor):
    operations = [operation.ok() for operation in schema.get_all_operations()]
    statuses = {
        operation.definition.raw["operationId"]: visitor.statuses.get(operation.label, set()) for operation in operations
    }
    done = {name for name, found in statuses.items() if any(status < 400 for status in found)}

    assert all(statuses.values()), statuses
    assert set(statuses) - done == UNREACHED
