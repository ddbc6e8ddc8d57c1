"""Registration: who gets an account, under which names, with which passwords."""

import secrets

import pytest

from client import Client, Person, new_name, new_password
from contract import assert_problem, assert_user
from server import in_parallel


def register(server, **changes):
    name = new_name()
    body = {"email": f"{name}@example.org", "username": name, "password": new_password()} | changes
    return Client(server).post("/api/auth/register", body), body


def test_registering_makes_an_account_and_opens_no_session(server):
    response, body = register(server)

    assert response.status == 201, response
    assert set(response.json) == {"user"}
    assert_user(response.json["user"], email=body["email"], username=body["username"])
    assert response.all("set-cookie") == []


def test_a_registered_person_can_log_in_by_email_and_by_username(server):
    response, body = register(server)
    assert response.status == 201, response

    for identifier in (body["email"], body["username"]):
        assert Client(server).login(identifier, body["password"]).status == 200


@pytest.mark.parametrize("username", ["abc", "a" * 32, "0zero", "a.b", "a_b", "a-b", "9-_."])
def test_a_username_within_the_rules_is_accepted(server, username):
    username = (username + secrets.token_hex(8))[:16] if len(username) < 32 else secrets.token_hex(16)

    response, _ = register(server, username=username)

    assert response.status == 201, response
    assert response.json["user"]["username"] == username


def test_a_username_of_three_characters_is_accepted(server):
    candidates = (secrets.token_hex(2)[:3] for _ in range(20))

    assert any(register(server, username=name)[0].status == 201 for name in candidates)


@pytest.mark.parametrize(
    "username",
    [
        "", "ab", "a" * 33, ".dot", "_under", "-dash", "with space", "at@sign", "ü-umlaut", "ıdotless", "tab\tname",
        "nul\x00name", "a\u200bb", "ａｂｃ", "semi;colon", "quo'te", "<b>bold", "new\nline", "abc ", " abc",
    ],
)  # fmt: skip
def test_a_username_outside_the_rules_is_refused(server, username):
    response, _ = register(server, username=username)

    problem = assert_problem(response, "invalid_username", 422)
    assert [error["field"] for error in problem["errors"]] == ["username"]


@pytest.mark.parametrize(
    "email",
    [
        "", "plain", "@example.org", "someone@", "two@@example.org", "a@b@example.org", "spa ce@example.org",
        "ümlaut@example.org", "someone@exämple.org", "nul\x00@example.org", "cr\r\nBcc: x@example.org",
        "someone@example.org\n", "a@example.org,b@example.org", "mailto:a@example.org?subject=x", "<a@example.org>",
        "a" * 64 + "@" + "b" * 190, "mıke@example.org", " someone@example.org",
    ],
)  # fmt: skip
def test_an_email_address_outside_the_rules_is_refused(server, email):
    response, _ = register(server, email=email)

    problem = assert_problem(response, "invalid_email", 422)
    assert [error["field"] for error in problem["errors"]] == ["email"]


def email_of_length(length):
    unique = secrets.token_hex(8)
    domain = "@" + ".".join(["d" * 50] * 4)
    return unique + "x" * (length - len(unique) - len(domain)) + domain


def test_an_email_address_of_254_bytes_is_accepted_and_one_of_255_is_not(server):
    assert len(email_of_length(254)) == 254

    longest, _ = register(server, email=email_of_length(254))
    too_long, _ = register(server, email=email_of_length(255))

    assert longest.status == 201, longest
    assert_problem(too_long, "invalid_email", 422)


def test_names_are_lower_cased_and_taken_in_every_case(server):
    name = new_name("Mixed")

    response, body = register(server, username=name, email=f"{name}@Example.ORG")
    again_name, _ = register(server, username=name.upper())
    again_email, _ = register(server, email=f"{name}@EXAMPLE.org")

    assert_user(response.json["user"], username=name.lower(), email=f"{name.lower()}@example.org")
    assert_problem(again_name, "account_exists", 409)
    assert_problem(again_email, "account_exists", 409)
    assert Client(server).login(name.upper(), body["password"]).status == 200
    assert Client(server).login(f"{name}@EXAMPLE.ORG".upper(), body["password"]).status == 200


def test_an_existing_account_is_told_only_to_one_who_brings_a_good_password(server, person):
    weak, _ = register(server, email=person.email, password="12345678")
    good, _ = register(server, email=person.email)

    assert_problem(weak, "weak_password", 422)
    assert_problem(good, "account_exists", 409)


def test_a_refused_registration_changes_nothing_of_the_existing_account(server, person):
    refused, body = register(server, email=person.email, username=person.username)

    assert refused.status == 409
    assert Client(server).login(person.email, body["password"]).status == 401
    assert person.login().is_signed_in()


@pytest.mark.parametrize(
    "length, accepted", [(0, False), (1, False), (7, False), (8, True), (64, True), (1024, True), (1025, False)]
)
def test_a_password_has_8_characters_to_1024_bytes(server, length, accepted):
    # Eight random characters alone hold a word now and then, and are too easy to guess.
    password = ("kX9#vQ2" + secrets.token_urlsafe(1024))[:length]

    response, body = register(server, password=password)

    if accepted:
        assert response.status == 201, response
        assert Client(server).login(body["email"], password).status == 200
        assert length < 65 or Client(server).login(body["email"], password[:-1]).status == 401
    else:
        problem = assert_problem(response, "weak_password", 422)
        assert [error["field"] for error in problem["errors"]] == ["password"]


def test_a_password_of_8_characters_counts_characters_and_the_limit_counts_bytes(server):
    eight, _ = register(server, password="žluťoučk")
    bytes_1026, _ = register(server, password="ž" * 513)

    assert eight.status == 201, eight
    assert_problem(bytes_1026, "weak_password", 422)


@pytest.mark.parametrize(
    "password",
    [
        "12345678", "password", "password1", "iloveyou", "qwertyuiop", "sunshine", "princess", "football", "baseball",
        "superman", "trustno1", "11111111", "abc12345", "1q2w3e4r", "PASSWORD", "Password1", "letmein1",
    ],
)  # fmt: skip
def test_a_common_password_is_refused(server, password):
    response, _ = register(server, password=password)

    assert_problem(response, "weak_password", 422)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "   spaces   only   here   x",
        "パスワードはとても長いです",
        "🦊🐢🦉🐙🦋🐝🦔🐬🦜",
        "vqmzhtrwlkp",
        "583041967725046",
    ],
)
def test_no_composition_of_characters_is_demanded(server, password):
    response, body = register(server, password=password)

    assert response.status == 201, response
    assert Client(server).login(body["email"], password).status == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda password: password + " ",
        lambda password: " " + password,
        lambda password: password.strip() + "\x00",
        lambda password: password + "\x00x",
        lambda password: password.swapcase(),
        lambda password: password[:72],
        lambda password: password[:-1],
        lambda password: password + "\n",
        lambda password: password.replace("é", "e\u0301"),
    ],
    ids=["trailing space", "leading space", "NUL", "NUL and more", "case", "first 72", "shorter", "newline", "NFD"],
)
def test_a_password_is_compared_exactly_as_it_was_set(server, change):
    password = new_password() + "é" + secrets.token_hex(40)
    response, body = register(server, password=password)
    assert response.status == 201, response

    assert change(password) != password
    assert Client(server).login(body["email"], change(password)).status == 401
    assert Client(server).login(body["email"], password).status == 200


def test_a_password_with_a_nul_is_never_cut_short(server):
    password = f"{new_password()}\x00tail"

    response, body = register(server, password=password)

    assert response.status in (201, 422), response
    if response.status == 201:
        assert Client(server).login(body["email"], password.partition("\x00")[0]).status == 401
        assert Client(server).login(body["email"], password).status == 200


@pytest.mark.parametrize("missing", ["email", "username", "password"])
@pytest.mark.parametrize("value", ["absent", None, 1, True, [], {}, {"$gt": ""}])
def test_a_field_that_is_missing_or_of_another_type_is_named(server, missing, value):
    name = new_name()
    body = {"email": f"{name}@example.org", "username": name, "password": new_password(), missing: value}
    if value == "absent":
        del body[missing]

    response = Client(server).post("/api/auth/register", body)

    problem = assert_problem(response, status=422)
    assert [error["field"] for error in problem["errors"]] == [missing]


def test_unknown_fields_are_ignored(server):
    response, _ = register(
        server,
        id="00000000-0000-7000-8000-000000000000",
        isAdmin=True,
        emailVerified=True,
        twoFactorEnabled=True,
        createdAt="2001-01-01T00:00:00.000Z",
        __proto__={"isAdmin": True},
    )

    assert response.status == 201, response
    assert_user(response.json["user"])
    assert response.json["user"]["id"] != "00000000-0000-7000-8000-000000000000"
    assert not response.json["user"]["createdAt"].startswith("2001")


def test_of_many_who_take_one_name_at_once_one_gets_it(server):
    name = new_name()

    responses = in_parallel(lambda number: register(server, username=name)[0], range(20))

    statuses = [response.status for response in responses]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 503}


def test_closed_registration_is_refused(own_server):
    server = own_server({"REGISTRATION": "closed"})

    response, body = register(server)

    assert_problem(response, "registration_closed", 403)
    assert Client(server).login(body["email"], body["password"]).status == 401


def test_registration_is_closed_in_production_unless_opened(own_server):
    server = own_server({"APP_ENV": "production", "REGISTRATION": None})

    response, _ = register(server)

    assert_problem(response, "registration_closed", 403)


@pytest.mark.sqlite
def test_a_password_is_stored_as_argon2id_and_nowhere_readable(own_server):
    server = own_server()
    person = Person(server).sign_up()
    person.login()
    server.terminate()

    content = b"".join(content for _, content in server.written())

    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in content
    server.assert_no_secret_is_written()
