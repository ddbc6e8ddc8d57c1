"""Which passwords may be chosen: by people, by the operator, and as the meter on the page says."""

import random
import re
import secrets
import time

import pytest

from client import Client, Person, new_name, new_password
from contract import assert_problem
from server import PASSWORD_CANARY, REPOSITORY, eventually, start_fails

REASONS = {
    "kX9#vQ2": "Use at least 8 characters.",
    "x" * 1_025: "Use at most 1,024 bytes",
    "password1": "one of the most common",
    "kettle countess ocean": "Leave out your email address",
    "zzzzyyyyzz": "too easy to guess",
    "P@ssw0rd1!": "too easy to guess",
}


def register(server, password, **changes):
    name = new_name()
    body = {"email": f"{name}@example.org", "username": name, "password": password} | changes
    return Client(server).post("/api/auth/register", body)


def judge(client, password, **owner):
    response = client.post("/api/auth/password-strength", {"password": password, **owner})
    assert response.status == 200, response
    assert set(response.json) == {"acceptable", "bits", "message"}
    return response.json


def common_passwords():
    source = (REPOSITORY / "Sources/Sessions/CommonPasswords.swift").read_text(encoding="utf-8")
    return [line[4:] for line in source.partition('#"""\n')[2].partition('\n    """#')[0].split("\n")]


# What is refused


@pytest.mark.parametrize("password, sentence", REASONS.items(), ids=lambda value: value[:12])
def test_each_reason_has_a_sentence_of_its_own(server, password, sentence):
    response = register(server, password, username=f"countess{new_name()}"[:20], email="countess@example.org")

    problem = assert_problem(response, "weak_password", 422)
    assert [error["field"] for error in problem["errors"]] == ["password"]
    assert sentence in problem["errors"][0]["message"]


def test_200_of_the_common_passwords_are_refused(server):
    listed = common_passwords()
    assert len(listed) == 8_354

    for password in random.sample(listed, 200):
        problem = assert_problem(register(server, random.choice([password, password.upper()])), "weak_password", 422)
        assert "most common" in problem["errors"][0]["message"], password


@pytest.mark.parametrize("form", ["{}1234567", "{}!", "xx {} ocean ladder", "{} kettle ocean ladder"])
@pytest.mark.parametrize("own", ["username", "email", "local part"])
def test_what_holds_ones_own_name_is_refused(server, form, own):
    name, local = new_name("lovelace"), new_name("countess")
    words = {"username": name, "email": f"{local}@example.org", "local part": local}
    password = form.format(words[own].upper())

    response = register(server, password, username=name, email=f"{local}@example.org")

    assert "Leave out" in assert_problem(response, "weak_password", 422)["errors"][0]["message"]
    assert register(server, password).status == 201, "it is nobody else's name"


@pytest.mark.parametrize("password", ["RTC Collector", "rtccollector", "my_rtc-collector_kettle ocean", "RTC Cöllector kettle"])
def test_what_holds_the_name_of_the_service_is_refused(server, password):
    assert "Leave out" in assert_problem(register(server, password), "weak_password", 422)["errors"][0]["message"]


def test_the_name_of_the_service_is_the_one_that_is_set(own_server):
    server = own_server({"APP_NAME": "Quince & Thornbury", "PUBLIC_URL": None})

    assert "Leave out" in register(server, "kettle QUINCE-thornbury").json["errors"][0]["message"]
    assert register(server, "kettle rtccollector ocean").status == 201


def test_the_host_makes_a_password_easier_to_guess(server, own_server):
    named = own_server({"PUBLIC_URL": "http://gooseberry-thicket.example"})
    body = {"password": "gooseberrythicket"}

    response = Client(named).post("/api/auth/password-strength", body, headers={"Host": "gooseberry-thicket.example"})

    assert response.status == 200, response
    assert response.json["bits"] < 10 < judge(Client(server), **body)["bits"]


@pytest.mark.parametrize("password", ["Pässwörd1!", "ｐａｓｓｗｏｒｄ１！", "𝓹𝓪𝓼𝓼𝔀𝓸𝓻𝓭𝟏!", "pa\u0301ssword1!", "ⓟⓐⓢⓢⓦⓞⓡⓓ①!"])
def test_other_forms_of_letters_make_no_strong_password(server, password):
    assert "too easy" in assert_problem(register(server, password), "weak_password", 422)["errors"][0]["message"]


@pytest.mark.parametrize("password", ["password\0", "password\0\0\0\0\0", "\0" * 20, "password1\0password1"])
def test_a_nul_makes_no_strong_password(server, password):
    assert_problem(register(server, password), "weak_password", 422)


# What is accepted


@pytest.mark.parametrize(
    "password",
    [
        "vqmzhtrwlkpndfs", "583041967725046", "}{)(*&^%$;:<>?!", "Tr0ub4dour&3", "green kettle window seven ladder",
        "   kettle   ocean   ", "正しい馬電池ホチキス", "🦊🐻🐼🐨🐯🦁🐮🐷", "паролик!", "𝓴𝓮𝓽𝓽𝓵𝓮 𝓸𝓬𝓮𝓪𝓷 𝓵𝓪𝓭𝓭𝓮𝓻",
    ],
)  # fmt: skip
def test_no_kind_of_character_is_demanded(server, password):
    response = register(server, password)

    assert response.status == 201, response
    assert Client(server).login(response.json["user"]["username"], password).status == 200


@pytest.mark.parametrize("length", [64, 128, 1_024])
def test_a_long_password_is_kept_to_its_last_byte(server, length):
    password = (PASSWORD_CANARY + secrets.token_urlsafe(length))[:length]

    response = register(server, password)

    assert response.status == 201, response
    assert Client(server).login(response.json["user"]["username"], password).status == 200
    assert Client(server).login(response.json["user"]["username"], password[:-1] + "~").status == 401


@pytest.mark.parametrize("length", [1_025, 60_000])
def test_a_password_that_is_too_long_is_refused_before_it_costs_anything(server, length):
    client, durations = Client(server), []

    for _ in range(10):
        name = new_name()
        start = time.monotonic()
        response = client.post(
            "/api/auth/register", {"email": f"{name}@example.org", "username": name, "password": "1" * length}
        )
        durations.append(time.monotonic() - start)
        assert "1,024 bytes" in assert_problem(response, "weak_password", 422)["errors"][0]["message"]

    assert min(durations) < 0.02


def test_all_that_is_wrong_is_told_at_once(server):
    response = register(server, "zzzzyyyyzz", email="none", username="!")

    problem = assert_problem(response, "invalid_email", 422)
    assert [error["field"] for error in problem["errors"]] == ["email", "username", "password"]


# The operator


@pytest.mark.parametrize("running", [True, False])
def test_the_operator_is_refused_alike(own_server, running):
    server = own_server({"PASSWORD_BLOCKLIST": None})
    person = Person(server, username=f"countess{secrets.token_hex(4)}").sign_up()
    if not running:
        server.terminate()

    for password in ("P@ssw0rd1!", "password1", f"kettle {person.username}", "kettle rtc collector"):
        result = server.command("user", "set-password", person.username, stdin=password + "\n")
        assert result.returncode == 1 and "may not be chosen" in result.stderr, (password, result)
        added = ("user", "add", "--email", "somebody@example.org", "--username", "countess")
        result = server.command(*added, stdin=password + "\n")
        assert result.returncode == 1 and "may not be chosen" in result.stderr, (password, result)
    assert server.command("user", "set-password", person.username, stdin="kettle ocean ladder\n").returncode == 0


# PASSWORD_BLOCKLIST


@pytest.fixture
def blocklist(tmp_path):
    def write(content):
        path = tmp_path / "passwords.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def test_what_is_on_the_operators_list_is_refused(own_server, blocklist):
    path = blocklist("Kettle Ocean Ladder\r\n\nžluťoučký kůň pěl\nviolet anchor 77")
    server = own_server({"PASSWORD_BLOCKLIST": path})

    for password in ("kettle ocean ladder", "KETTLE OCEAN LADDER", "Žluťoučký kůň pěl", "violet anchor 77"):
        problem = assert_problem(register(server, password), "weak_password", 422)
        assert "on a list" in problem["errors"][0]["message"], password
    assert register(server, "kettle ocean ladder mirror").status == 201
    assert path in server.command("config").stdout
    assert "violet" not in server.log()


def test_the_operators_list_binds_the_operator_without_a_server(own_server, blocklist):
    server = own_server({"PASSWORD_BLOCKLIST": blocklist("kettle ocean ladder\n")}, start=False)
    add = ("user", "add", "--email", "x@example.org", "--username", "somebody")

    assert "on a list" in server.command(*add, stdin="kettle ocean ladder\n").stderr
    assert server.command(*add, stdin="kettle ocean mirror\n").returncode == 0
    # What chooses no password does not need the list.
    assert server.command("user", "list", environment={"PASSWORD_BLOCKLIST": "/nowhere"}).returncode == 0
    refused = server.command(*add, stdin="kettle ocean mirror\n", environment={"PASSWORD_BLOCKLIST": "/nowhere"})
    assert refused.returncode == 78 and "PASSWORD_BLOCKLIST" in refused.stderr


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "no password"), (b"\n\r\n\n", "no password"), (b"fine password\ncaf\xe9 au lait\n", "line 2"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "UTF-8"), (b"x" * 5_000, "longer"), (b"fine\n" + b"y" * 100_000, "line 2"),
    ],
)  # fmt: skip
def test_a_broken_list_stops_the_start(blocklist, content, reason):
    code, said = start_fails({"PASSWORD_BLOCKLIST": blocklist(content)})

    assert code == 78
    assert "PASSWORD_BLOCKLIST" in said and reason in said
    assert "au lait" not in said


def test_a_list_that_cannot_be_read_stops_the_start(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path, "/dev/zero"):
        code, said = start_fails({"PASSWORD_BLOCKLIST": str(path)})
        assert code == 78
        assert "PASSWORD_BLOCKLIST" in said and str(path) in said


def test_a_list_that_is_too_large_stops_the_start(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate((256 << 20) + 1)

    code, said = start_fails({"PASSWORD_BLOCKLIST": str(path)})

    assert code == 78
    assert "PASSWORD_BLOCKLIST" in said and "large" in said.lower()


def test_two_million_lines_take_tens_of_megabytes(own_server, tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("".join(f"violet-{number}-anchor\n" for number in range(2_000_000)))
    server = own_server(start=False)
    server.start()
    without = peak_memory(server)
    server.terminate()
    server.change({"PASSWORD_BLOCKLIST": str(path)})
    server.launch()
    eventually(server.is_ready, 120, what="readiness")

    assert peak_memory(server) - without < 60 << 20
    assert "on a list" in register(server, "Violet-1999999-Anchor").json["errors"][0]["message"]
    assert register(server, "violet-2000000-anchor").status == 201


def peak_memory(server):
    status = open(f"/proc/{server.pid}/status").read()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10


# What the meter asks

DOZEN = [
    "", "short", "password1", "P@ssw0rd1!", "zzzzyyyyzz", "Tr0ub4dour&3", "seven green kettles", "countess1234567",
    "kettle rtc collector", "vqmzhtrwlkp", "Pässwörd1!", "正しい馬電池ホチキス", "x" * 1_025, "kettle countess ocean",
]  # fmt: skip


@pytest.mark.parametrize("password", DOZEN, ids=lambda value: value[:20])
def test_the_judgement_is_that_of_registration(server, password):
    name = "countess" + secrets.token_hex(4)
    owner = {"email": f"{name}@example.org", "username": name}

    judgement = judge(Client(server), password, **owner)
    response = register(server, password, **owner)

    assert judgement["acceptable"] == (response.status == 201), (judgement, response)
    assert judgement["bits"] >= 0
    if not judgement["acceptable"]:
        assert response.json["errors"][0]["message"] == judgement["message"]


def test_the_words_of_a_signed_in_caller_count(server):
    person = Person(server, username=f"countess{secrets.token_hex(4)}").sign_up()
    client = person.login()
    password = f"{person.username} kettle ocean"

    assert judge(Client(server), password)["acceptable"]
    assert not judge(client, password)["acceptable"]
    assert not judge(client, password, email="no address", username="")["acceptable"]
    # Somebody who makes another account on the same browser is judged by that one's name, as the form will do.
    assert judge(client, password, email="x@example.com", username="somebody")["acceptable"]


def test_an_ended_session_hinders_no_judgement(server, person):
    client = person.login()
    token = client.token
    client.logout()

    response = Client(server).post(
        "/api/auth/password-strength", {"password": "seven green kettles"}, cookies=f"token={token}"
    )

    assert response.status == 200, response
    assert response.json["acceptable"]


def test_the_judgement_does_not_tell_whether_an_account_exists(server, person):
    for password in ("seven green kettles", f"{person.username} ocean kettle", "zzzzyyyyzz"):
        answers = [
            judge(Client(server), password.replace(person.username, name), email=f"{name}@example.org", username=name)
            for name in (person.username, new_name())
        ]
        assert answers[0]["acceptable"] == answers[1]["acceptable"]
        assert answers[0]["message"] == answers[1]["message"]


@pytest.mark.parametrize("body", [{}, {"password": 1}, {"password": None}, {"password": "x", "email": 1},
                                  {"password": "x", "username": []}, {"password": "x", "email": "e" * 255}])  # fmt: skip
def test_a_field_of_another_type_or_length_is_named(server, body):
    problem = assert_problem(Client(server).post("/api/auth/password-strength", body), "invalid_request", 422)

    assert len(problem["errors"]) == 1


def test_another_site_cannot_ask(server):
    response = Client(server).post(
        "/api/auth/password-strength", {"password": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert_problem(response, "cross_site_request", 403)


def test_the_judgement_is_not_cached_and_sets_no_cookie(server):
    response = Client(server).post("/api/auth/password-strength", {"password": new_password()})

    assert response.header("cache-control") == "no-store"
    assert response.all("set-cookie") == []


@pytest.mark.parametrize("password", ["1" * 128, "a" * 1_024, "1l!" * 340, "@4a" * 340, "🦊" * 256, "é" * 512, "1" * 60_000])
def test_the_worst_texts_are_judged_at_once(server, password):
    client, durations = Client(server), []

    for _ in range(5):
        start = time.monotonic()
        judge(client, password, email="a@" + "bcd." * 60 + "example", username="x" * 32)
        durations.append(time.monotonic() - start)

    assert min(durations) < 0.1
