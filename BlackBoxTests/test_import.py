"""Accounts move here from other systems, with their passwords, and can leave again."""

import base64
import csv
import hashlib
import io
import json
import os
import pty
import re
import select
import stat
import subprocess
import time

import pytest

from client import Client, Person, new_name, new_password
from post_office import PostOffice
from server import executable

PASSWORD = "correct horse battery ä"

# Made by the libraries themselves, of PASSWORD: Django 5.2, passlib 1.7.4, bcrypt 4.0.1, argon2-cffi 25.1.0.
MADE_ELSEWHERE = {
    "Django": "pbkdf2_sha256$1000000$u0SVgYfvWfvPCEH2wG4Jjq$LqfWczmSlvipoTRT6CJlrCOXWpdxVGVWxEgRglDW3W0=",
    "Django of old": "pbkdf2_sha256$20000$seasalt$VQAmWx5FdDv1XPglDkSCeURPIuvcr31qPjkhyD0ZIyQ=",
    "passlib scrypt": "$scrypt$ln=14,r=8,p=1$G6MUIoTw/r/3HuMcw/h/Dw$eHjLoXivNp0sZbWmannzI42iXPhn3RkWe07KvU8CcVI",
    "scrypt in large blocks": "$scrypt$ln=10,r=16,p=2$OyeEcI5RSmmNsVbKOce4lw$0k+gGs5RVk/GeJIwqoumc0Q+yizjntL/j0MHW5tMOZI",
    "bcrypt 2a": "$2a$05$STMtJSebjJzZAE2Ury6HM.7b8nFjy34yBkQX/q9Z01Fx8vnN5lhSO",
    "bcrypt 2b": "$2b$05$9TfovWqnA0ApTedIwKKlKeabidyVBTEWU3LXToW0urrh5NtKoksxa",
    "bcrypt 2y": "$2y$05$TrQq0hydI9orrt0PgtZ//.GkGFYCLtHgwsyD4EmhNI9eFdEBqfnDS",
    "bcrypt 12": "$2b$12$/dFOzgZzxA/GZ4fA9C0tIO/1GEtvKwygzTjlQI6IxxVe2OZKY514y",
    "argon2-cffi": "$argon2id$v=19$m=65536,t=3,p=4$Re5qfCdAn5vqD1VP2GM6bw$YlSHYr97QBfxo723ABGOSOOt7WQ7CMWwhanrQd4DYTA",
}
OWN = re.compile(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}\Z")

# Of 72 and of 71 times "a", and of the empty password.
BCRYPT_OF_72 = "$2b$04$C9knpf/Uwt5eLuFhE0EIfeY4NeJhHKEXfb/NgShTIjtT95NxExh.G"
BCRYPT_OF_71 = "$2b$04$qT7SJY7Pzxmu2cOq1H9F.eomRK5QrKpA25/vEke/K3SdJ8OT30O8i"
BCRYPT_OF_NOTHING = "$2b$04$x5s82KNhOl7s5AtJZ4HnX.x/DeubUtTsJyFHBdoOiCnVP8Xna5LOO"


def scrypt_hash(password, ln=10, r=8, p=1, salt=b"sixteen bytes ..", length=32):
    key = hashlib.scrypt(password.encode(), salt=salt, n=1 << ln, r=r, p=p, dklen=length, maxmem=1 << 28)
    text = [base64.b64encode(each).decode().rstrip("=") for each in (salt, key)]
    return f"$scrypt$ln={ln},r={r},p={p}${text[0]}${text[1]}"


def django_hash(password, rounds=1_000, salt="salt"):
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), rounds)
    return f"pbkdf2_sha256${rounds}${salt}${base64.b64encode(key).decode()}"


def new_account(**fields):
    name = new_name("m")
    return {"username": name, "email": f"{name}@example.org"} | fields


def jsonl(accounts):
    return "".join(json.dumps(account) + "\n" for account in accounts)


def take_over(server, accounts, *arguments, **options):
    """Imports accounts from standard input, as JSON lines."""
    return server.command("user", "import", "-", "--format", "jsonl", *arguments, stdin=jsonl(accounts), **options)


def stored(server, username):
    return server.query(
        "SELECT password_hash, email, email_verified, created_at, disabled FROM account WHERE username = ?", username
    )[0]


def users(server):
    return {row["username"] for row in json.loads(server.command("user", "list", "--json").stdout)}


def log_in(server, account, password):
    return Client(server).login(account["username"], password)


# Passwords


@pytest.mark.parametrize("system", MADE_ELSEWHERE)
def test_a_password_of_another_system_logs_in_and_is_hashed_anew(server, system):
    account = new_account(password_hash=MADE_ELSEWHERE[system])
    assert take_over(server, [account]).returncode == 0

    assert log_in(server, account, PASSWORD + "x").status == 401
    assert stored(server, account["username"])[0] == MADE_ELSEWHERE[system], "renewed by a wrong password"
    assert log_in(server, account, PASSWORD).status == 200

    renewed = stored(server, account["username"])[0]
    assert OWN.match(renewed), renewed
    assert log_in(server, account, PASSWORD).status == 200
    assert log_in(server, account, PASSWORD + "x").status == 401
    assert stored(server, account["username"])[0] == renewed


@pytest.mark.parametrize(
    "encoded",
    [
        scrypt_hash(PASSWORD),
        scrypt_hash(PASSWORD, ln=1, r=1),
        scrypt_hash(PASSWORD, ln=4, r=16, p=16, length=64),
        scrypt_hash(PASSWORD, ln=16, r=16),
        scrypt_hash(PASSWORD, ln=12, salt=b"s", length=16),
        django_hash(PASSWORD, 1_000),
        django_hash(PASSWORD, 260_000, "x" * 128),
    ],
    ids=lambda encoded: encoded[:24],
)
def test_every_cost_within_the_limits_is_verified(server, encoded):
    account = new_account(password_hash=encoded)
    assert take_over(server, [account]).returncode == 0

    assert log_in(server, account, "another " + PASSWORD).status == 401
    assert log_in(server, account, PASSWORD).status == 200


@pytest.mark.parametrize(
    ("encoded", "whole", "wrong"),
    [
        (BCRYPT_OF_72, "a" * 72, ["a" * 73, "a" * 72 + "b", "a" * 71, "a" * 72 + "\0", "a" * 1_024]),
        (BCRYPT_OF_71, "a" * 71, ["a" * 72, "a" * 71 + "\0", "a" * 71 + "\0" + "b" * 8]),
        (BCRYPT_OF_NOTHING, None, ["\0", "\0abcdefgh", "a" * 73, "x" * 72 + "\0"]),
    ],
    ids=["72 bytes", "71 bytes", "none"],
)
def test_bcrypt_never_takes_a_password_for_a_shorter_one(own_server, encoded, whole, wrong):
    server = own_server()
    account = new_account(password_hash=encoded)
    assert take_over(server, [account]).returncode == 0

    for password in wrong:
        assert log_in(server, account, password).status == 401, (len(password), password[-3:])
    if whole:
        assert log_in(server, account, whole).status == 200


def test_an_empty_password_is_none_of_any_scheme(server):
    for encoded in (BCRYPT_OF_NOTHING, scrypt_hash(""), django_hash("")):
        account = new_account(password_hash=encoded)
        assert take_over(server, [account]).returncode == 0

        assert log_in(server, account, "").status == 401
    assert server.is_alive()


@pytest.mark.parametrize("encoded", [django_hash(PASSWORD), scrypt_hash(PASSWORD)], ids=["PBKDF2", "scrypt"])
def test_a_nul_at_the_end_is_a_part_of_the_password(server, encoded):
    """HMAC fills up with NULs; the hash that takes its place would know them apart, and the owner would be locked out."""
    account = new_account(password_hash=encoded)
    take_over(server, [account])

    assert log_in(server, account, PASSWORD + "\0").status == 401
    assert log_in(server, account, PASSWORD).status == 200


def test_a_password_of_another_system_can_be_changed_and_confirmed(server):
    account = new_account(password_hash=MADE_ELSEWHERE["bcrypt 2b"])
    take_over(server, [account])
    browser = Client(server)
    assert browser.login(account["username"], PASSWORD).status == 200
    other = new_password()

    response = browser.post("/api/account/password", {"currentPassword": PASSWORD, "newPassword": other})

    assert response.status in (200, 204), response
    assert log_in(server, account, PASSWORD).status == 401
    assert log_in(server, account, other).status == 200


def test_an_account_without_a_password_waits_for_one(server):
    account = new_account()
    assert take_over(server, [account]).returncode == 0
    password = new_password()
    assert log_in(server, account, password).status == 401

    assert server.command("user", "set-password", account["username"], stdin=password + "\n").returncode == 0

    assert log_in(server, account, password).status == 200


def medians_of_failures(server, *groups):
    """How long a log-in with a wrong password takes, of groups of names and a password; one for each name, in turns."""
    taken = [[] for _ in groups]
    for names in zip(*(names for names, _ in groups), strict=True):
        for times, name, (_, password) in zip(taken, names, groups, strict=True):
            client = Client(server)
            client.get("/health")
            start = time.perf_counter()
            response = client.login(name, password)
            times.append(time.perf_counter() - start)
            assert response.status == 401, response
    return [sorted(times)[len(times) // 2] for times in taken]


@pytest.mark.parametrize(
    "encoded", [django_hash(PASSWORD), scrypt_hash(PASSWORD, ln=4), BCRYPT_OF_72], ids=["PBKDF2", "scrypt", "bcrypt"]
)
def test_a_cheap_hash_does_not_answer_sooner_than_an_unknown_name(server, encoded):
    accounts = [new_account(password_hash=encoded) for _ in range(21)]
    take_over(server, accounts)
    known, unknown = [account["username"] for account in accounts], [new_name("u") for _ in accounts]

    for password in ("wrong " + PASSWORD, ""):
        imported, nobody = medians_of_failures(server, (known, password), (unknown, password))

        assert 0.7 < imported / nobody < 1.7, (password, imported, nobody)


@pytest.mark.parametrize(
    "encoded",
    [django_hash(PASSWORD, 400_000), scrypt_hash(PASSWORD, ln=15), MADE_ELSEWHERE["bcrypt 12"]],
    ids=["PBKDF2", "scrypt", "bcrypt"],
)
def test_no_password_is_too_odd_to_cost_what_others_cost(server, encoded):
    """Else an empty one, or one that is too long, would tell at once that there is an account."""
    groups = []
    for password in ("wrong " + PASSWORD, "", "a" * 500, PASSWORD + "\0"):
        accounts = [new_account(password_hash=encoded) for _ in range(9)]
        take_over(server, accounts)
        groups.append(([account["username"] for account in accounts], password))

    usual, *odd = medians_of_failures(server, *groups)

    assert all(0.6 < each / usual < 1.7 for each in odd), (usual, odd)


# What is imported


def test_every_field_is_taken_over(server):
    account = new_account(
        email_verified=True, password_hash=MADE_ELSEWHERE["Django of old"], created_at="2019-03-04T05:06:07+02:00",
        disabled=True,
    )  # fmt: skip
    plain = new_account(username=new_name("M").upper())
    before = time.time() * 1_000

    assert take_over(server, [account, plain]).stdout == "2 accounts were imported.\n"

    _, email, verified, created, disabled = stored(server, account["username"])
    assert (email, bool(verified), created, bool(disabled)) == (account["email"], True, 1551668767000, True)
    encoded, _, verified, created, disabled = stored(server, plain["username"].lower())
    assert (encoded, bool(verified), bool(disabled)) == (None, False, False)
    assert before - 2_000 <= created <= time.time() * 1_000 + 2_000
    assert log_in(server, account, PASSWORD).status == 401
    assert server.command("user", "enable", account["username"]).returncode == 0
    assert log_in(server, account, PASSWORD).status == 200


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2019-03-04", 1551657600000),
        ("2019-03-04T05:06:07Z", 1551675967000),
        ("2019-03-04T05:06:07.123456Z", 1551675967123),
        ("2019-03-04 05:06:07.5+00", 1551675967500),
        ("2019-03-04t05:06:07.123456789-11:30", 1551717367123),
    ],
)
def test_times_are_read_as_databases_write_them(server, text, milliseconds):
    account = new_account(created_at=text)

    assert take_over(server, [account]).returncode == 0

    assert stored(server, account["username"])[3] == milliseconds


def test_each_account_has_its_event_and_the_log_is_sound(server):
    account = new_account(disabled=True)
    take_over(server, [account])

    events = json.loads(server.command("audit", "list", "--user", account["username"], "--json").stdout)

    assert [(event["kind"], event["by"], event["event"]) for event in events] == [
        ("account_imported", "operator", "user_created")
    ]
    assert server.command("audit", "verify").returncode == 0


def test_owners_read_in_their_history_where_the_account_came_from(server):
    account = new_account(password_hash=django_hash(PASSWORD))
    take_over(server, [account])
    browser = Client(server)
    browser.login(account["username"], PASSWORD)

    events = browser.get("/api/account/activity").json["events"]
    page = browser.get("/settings/security/activity")

    assert [event["type"] for event in events] == ["login_succeeded", "account_imported"]
    assert page.status == 404 or "taken over from elsewhere" in page.text


def test_nobody_gets_mail_about_it(own_server):
    office = PostOffice()
    try:
        server = own_server(
            {"SMTP_URL": f"smtp://localhost:{office.port}", "MAIL_FROM": "sessions@example.org"}
        )
        account = new_account(password_hash=django_hash(PASSWORD))
        assert take_over(server, [account]).returncode == 0
        # Mail is handed in in the order of its coming: when this is there, nothing from before will be.
        server.command("user", "set-password", account["username"], stdin=new_password() + "\n")

        office.message("password")

        assert len(office.envelopes) == 1
    finally:
        office.close()


def test_csv_is_read_as_spreadsheets_and_databases_write_it(server):
    one, two = new_account(), new_account()
    text = (
        "\ufeffemail,disabled,username,email_verified,password_hash\r\n"
        f'"{one["email"]}",f,{one["username"]},True,"{MADE_ELSEWHERE["passlib scrypt"]}"\r\n'
        "\r\n"
        f'{two["email"]},1,"{two["username"]}",,'
    )

    result = server.command("user", "import", "-", "--format", "csv", stdin=text)

    assert (result.returncode, result.stdout) == (0, "2 accounts were imported.\n"), result
    assert [bool(value) for value in stored(server, one["username"])[2::2]] == [True, False]
    assert [bool(value) for value in stored(server, two["username"])[2::2]] == [False, True]
    assert log_in(server, one, PASSWORD).status == 200


# What is wrong

WRONG_HASHES = {
    "nothing": ("", "is no hash"),
    "plain text": ("hunter2 hunter2", "is no hash"),
    "MD5": ("$1$saltsalt$qjXMvbEw8oaL.CzflDugX/", "is no hash"),
    "SHA-1 of Django": ("sha1$salt$da39a3ee5e6b4b0d3255bfef95601890afd80709", "is no hash"),
    "faulty bcrypt": ("$2x$05$STMtJSebjJzZAE2Ury6HM.7b8nFjy34yBkQX/q9Z01Fx8vnN5lhSO", "is no hash"),
    "argon2i": ("$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "is no hash"),
    "bcrypt cut short": (BCRYPT_OF_72[:-1], "is not a whole hash"),
    "bcrypt that is longer": (BCRYPT_OF_72 + "a", "is not a whole hash"),
    "bcrypt with another character": (BCRYPT_OF_72[:-1] + "!", "is not a whole hash"),
    "bcrypt of cost 3": (BCRYPT_OF_72.replace("$04$", "$03$"), "is not a whole hash"),
    "bcrypt of cost 4 without zero": (BCRYPT_OF_72.replace("$04$", "$4$"), "is not a whole hash"),
    "bcrypt of cost 15": (BCRYPT_OF_72.replace("$04$", "$15$"), "costs too much"),
    "bcrypt of cost 31": (BCRYPT_OF_72.replace("$04$", "$31$"), "costs too much"),
    "scrypt of 256 MiB": (scrypt_hash("x").replace("ln=10", "ln=18"), "costs too much"),
    "scrypt of ln 63": (scrypt_hash("x").replace("ln=10", "ln=63"), "costs too much"),
    "scrypt of ln 999999999": (scrypt_hash("x").replace("ln=10", "ln=999999999"), "costs too much"),
    "scrypt in blocks of 17": (scrypt_hash("x").replace("r=8", "r=17"), "costs too much"),
    "scrypt with 17 lanes": (scrypt_hash("x").replace("p=1", "p=17"), "costs too much"),
    "scrypt of no rounds": (scrypt_hash("x").replace("ln=10", "ln=0"), "is not a whole hash"),
    "scrypt without salt": (scrypt_hash("x", salt=b""), "is not a whole hash"),
    "scrypt of base64url": (scrypt_hash("x").replace("$scrypt", "$scrypt")[:-1] + "_", "is not a whole hash"),
    "argon2id of 1 GiB": (MADE_ELSEWHERE["argon2-cffi"].replace("m=65536", "m=1048576"), "costs too much"),
    "argon2id of 17 passes": (MADE_ELSEWHERE["argon2-cffi"].replace("t=3", "t=17"), "costs too much"),
    "argon2id with 17 lanes": (MADE_ELSEWHERE["argon2-cffi"].replace("p=4", "p=17"), "costs too much"),
    "argon2id of 2^32 passes": (MADE_ELSEWHERE["argon2-cffi"].replace("t=3", "t=4294967297"), "is not a whole hash"),
    "argon2id of version 16": (MADE_ELSEWHERE["argon2-cffi"].replace("v=19", "v=16"), "is not a whole hash"),
    "PBKDF2 of 999 rounds": (django_hash("x").replace("$1000$", "$999$"), "is not a whole hash"),
    "PBKDF2 of 4000001 rounds": (django_hash("x").replace("$1000$", "$4000001$"), "costs too much"),
    "PBKDF2 cut short": (django_hash("x")[:-5], "is not a whole hash"),
    "PBKDF2 without salt": (django_hash("x", salt=""), "is not a whole hash"),
    "513 bytes": ("$2b$" + "a" * 509, "is not a whole hash"),
    "NUL": (MADE_ELSEWHERE["bcrypt 2b"] + "\0", "is not a whole hash"),
}


@pytest.mark.parametrize("kind", WRONG_HASHES)
def test_a_hash_that_cannot_be_verified_is_refused_and_not_shown(server, kind):
    encoded, reason = WRONG_HASHES[kind]
    account = new_account(password_hash=encoded)

    result = take_over(server, [new_account(), account])

    assert result.returncode == 1 and f"line 2: password_hash {reason}" in result.stderr, result
    assert len(encoded) < 8 or encoded not in result.stderr + result.stdout + server.log()
    assert account["username"] not in users(server)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: is not JSON (at byte "),
        ("[]", "line 2: is not an object"),
        ('{"username": "a", "username": "b"}', "line 2: is not JSON"),
        ({"username": "ab"}, "line 2: username has 3 to 32"),
        ({"username": None}, "line 2: username has 3 to 32"),
        ({"username": 7}, "line 2: username is not a text"),
        ({"email": "nobody"}, "line 2: email is not an e-mail address"),
        ({"email": "jürgen@example.org"}, "line 2: email is not an e-mail address"),
        ({"email_verified": "true"}, "line 2: email_verified is neither true nor false"),
        ({"disabled": 1}, "line 2: disabled is neither true nor false"),
        ({"created_at": "yesterday"}, "line 2: created_at is not a time"),
        ({"created_at": "2019-02-29T00:00:00Z"}, "line 2: created_at is not a time"),
        ({"created_at": "2019-03-04T05:06:07+24:00"}, "line 2: created_at is not a time"),
        ({"created_at": "1969-12-31T23:59:59Z"}, "line 2: created_at is not a time"),
        ({"created_at": "2219-03-04"}, "line 2: created_at lies in the future"),
        ({"password": "secret"}, "line 2: has a field that is not known"),
        ("x" * 20_000, "line 2 is longer than 16384 bytes"),
    ],
    ids=str,
)
def test_a_wrong_line_is_named_and_nothing_of_its_batch_is_imported(server, line, told):
    before, after = new_account(), new_account()
    text = line if isinstance(line, str) else json.dumps(new_account() | line)

    result = server.command(
        "user", "import", "-", "--format", "jsonl", stdin=jsonl([before]) + text + "\n" + jsonl([after])
    )

    assert result.returncode == 1 and told in result.stderr, result
    assert "secret" not in result.stderr
    assert not {before["username"], after["username"]} & users(server)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the first line does not name the columns"),
        ("username,mail\n", "column 2 has a name that is not known"),
        ("username,email,email\n", "names a column twice"),
        ("username,created_at\n", "does not name the columns username and email"),
        ('username,email\nabc,"x@example.org\n', "a quotation mark is not closed"),
        ('username,email\nabc,x"y@example.org\n"', "line 2: is not CSV"),
        ('username,email\nabc,"x"y@example.org\n', "line 2: is not CSV"),
        ("username,email\nabc\n", "line 2: has 1 fields, and the first line names 2"),
        ("username,email\nabc,a@example.org,b\n", "line 2: has 3 fields"),
        ('username,email\n\n"ab\nc",a@example.org\nabc,b\n', "line 5: email is not an e-mail address"),
        ("username,email,disabled\nabc,a@example.org,maybe\n", "line 2: disabled is neither true nor false"),
    ],
)
def test_csv_that_is_none_is_refused(server, text, told):
    result = server.command("user", "import", "-", "--format", "csv", stdin=text)

    assert result.returncode == 1 and told in result.stderr, result
    assert "abc" not in users(server)


def test_the_format_is_that_of_the_name_or_must_be_said(server, tmp_path):
    account = new_account()
    (tmp_path / "users.JSONL").write_text(jsonl([account]))
    (tmp_path / "users.txt").write_text(jsonl([new_account()]))

    assert server.command("user", "import", str(tmp_path / "users.JSONL")).returncode == 0
    assert server.command("user", "import", str(tmp_path / "users.txt")).returncode == 64
    assert server.command("user", "import", "-").returncode == 64
    assert server.command("user", "import", str(tmp_path / "none.csv")).returncode == 1
    assert account["username"] in users(server)


# Names that are taken


def test_a_taken_name_stops_its_batch(server, person):
    free = new_account()
    by_email = new_account(email=person.email.upper())
    by_name = new_account(username=person.username)

    result = take_over(server, [free, by_email, by_name])

    assert result.returncode == 1, result
    assert "line 2: email is taken" in result.stderr and "line 3: username is taken" in result.stderr
    assert free["username"] not in users(server)
    assert Client(server).login(person.email, person.password).status == 200


def test_taken_names_are_skipped_where_that_is_asked(server, person):
    free = new_account()
    hostile = new_account(email=person.email, password_hash=MADE_ELSEWHERE["bcrypt 2b"])

    result = take_over(server, [hostile, free, new_account(username=person.username), free], "--skip-existing")

    assert (result.returncode, result.stdout) == (0, "1 account was imported; 3 accounts were skipped.\n"), result
    assert "line 1: email is taken; skipped" in result.stderr
    assert "line 3: username is taken; skipped" in result.stderr
    assert "line 4: email is that of line 2; skipped" in result.stderr
    assert Client(server).login(person.email, PASSWORD).status == 401
    assert Client(server).login(person.email, person.password).status == 200


def test_the_same_name_twice_in_a_file_is_refused(server):
    one = new_account()

    result = take_over(server, [one, new_account(email=one["email"]), new_account(username=one["username"].upper())])

    assert result.returncode == 1
    assert "line 2: email is that of line 1" in result.stderr
    assert "line 3: username is that of line 1" in result.stderr
    assert one["username"] not in users(server)


def test_a_dry_run_tells_and_changes_nothing(server, person):
    accounts = [new_account() for _ in range(3)]
    wrong = [new_account(email=person.email), new_account(password_hash="x"), accounts[0]]
    before = users(server)

    good = take_over(server, accounts, "--dry-run")
    bad = take_over(server, accounts + wrong, "--dry-run")

    assert (good.returncode, good.stdout) == (0, "All 3 can be imported.\n"), good
    assert bad.returncode == 1 and "3 lines cannot be imported, and 3 can" in bad.stderr, bad
    for told in ("line 4: email is taken", "line 5: password_hash is no hash", "line 6: email is that of line 1"):
        assert told in bad.stderr
    assert users(server) == before


# Many


def test_batches_are_whole_and_the_rest_follows_when_the_file_is_mended(own_server):
    server = own_server()
    accounts = [new_account(password_hash=django_hash(PASSWORD)) for _ in range(1_203)]
    broken = [dict(account) for account in accounts]
    broken[700]["email"] = "broken"

    first = take_over(server, broken)

    assert first.returncode == 1 and "line 701: email is not" in first.stderr, first
    assert "500 accounts were imported before" in first.stderr and "--skip-existing" in first.stderr
    assert users(server) == {account["username"] for account in accounts[:500]}

    second = take_over(server, accounts, "--skip-existing")

    assert (second.returncode, second.stdout) == (0, "703 accounts were imported; 500 accounts were skipped.\n"), second
    assert second.stderr.count("is taken; skipped") == 100 and "and more that are not told" in second.stderr
    assert users(server) == {account["username"] for account in accounts}
    assert server.command("audit", "verify").returncode == 0


def test_an_import_goes_on_after_the_command_was_killed(own_server, tmp_path):
    server = own_server()
    accounts = [new_account() for _ in range(6_000)]
    path = tmp_path / "users.jsonl"
    path.write_text(jsonl(accounts))
    process = subprocess.Popen(
        [executable(), "user", "import", str(path)],
        env={name: value for name, value in server.environment().items() if value is not None},
        cwd=server.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while server.query("SELECT count(*) FROM account")[0][0] < 500:
        assert time.monotonic() < deadline and process.poll() is None
    process.kill()
    process.wait(10)

    count = server.query("SELECT count(*) FROM account")[0][0]
    assert count < 6_000
    again = server.command("user", "import", str(path), "--skip-existing", timeout=60)

    assert again.returncode == 0, again
    assert server.query("SELECT count(*) FROM account")[0][0] == 6_000
    # All that was there before the second one came is whole batches; one may have been made after the first look.
    skipped = int(re.search(r"(\d+) accounts were skipped", again.stdout)[1])
    assert skipped % 500 == 0 and skipped >= count


def test_without_a_server_the_command_does_it_itself(own_server):
    server = own_server()
    server.terminate()
    account = new_account(password_hash=MADE_ELSEWHERE["Django of old"])

    assert take_over(server, [account]).returncode == 0
    exported = server.command("user", "export", "-", "--format", "jsonl").stdout

    assert account["username"] in exported
    server.start()
    assert log_in(server, account, PASSWORD).status == 200


def test_a_person_sees_how_far_it_has_come(server, tmp_path):
    path = tmp_path / "users.jsonl"
    path.write_text(jsonl([new_account() for _ in range(1_100)]))
    terminal, other = pty.openpty()
    process = subprocess.Popen(
        [executable(), "user", "import", str(path)],
        env={name: value for name, value in server.environment().items() if value is not None},
        cwd=server.root,
        stdout=subprocess.PIPE,
        stderr=other,
        text=True,
    )
    os.close(other)
    shown = b""
    while select.select([terminal], [], [], 30)[0]:
        try:
            shown += os.read(terminal, 4_096)
        except OSError:
            break
    os.close(terminal)

    assert process.wait(10) == 0 and process.stdout.read() == "1100 accounts were imported.\n"
    assert b"[##############################] 100 %  1100 accounts" in shown
    assert re.search(rb"\d+ %  500 accounts", shown), shown


# And out again


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_what_is_exported_can_be_imported_elsewhere(own_server, tmp_path, suffix):
    here, there = own_server(), own_server()
    accounts = [
        new_account(
            password_hash=list(MADE_ELSEWHERE.values())[number % len(MADE_ELSEWHERE)],
            created_at=f"2020-01-02T03:04:05.{number % 1000:03}Z", disabled=number % 7 == 0, email_verified=number % 3 == 0,
        )
        for number in range(1_100)
    ]  # fmt: skip
    assert take_over(here, accounts).returncode == 0
    person = Person(here).sign_up()
    path = tmp_path / f"users.{suffix}"

    result = here.command("user", "export", str(path), "--with-password-hashes")

    assert (result.returncode, result.stdout) == (0, f"1101 accounts are in {path}.\n"), result
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert there.command("user", "import", str(path)).stdout == "1101 accounts were imported.\n"
    columns = "username, email, email_verified, created_at, password_hash, disabled"
    query = f"SELECT {columns} FROM account ORDER BY username"
    assert here.query(query) == there.query(query)
    assert Client(there).login(person.email, person.password).status == 200
    assert log_in(there, accounts[1], PASSWORD).status == 200


def test_a_long_list_always_comes_whole(own_server):
    """A channel that is closed too early throws away what the other end has not taken yet."""
    server = own_server()
    accounts = [new_account(password_hash=MADE_ELSEWHERE["Django"]) for _ in range(1_100)]
    assert take_over(server, accounts).returncode == 0

    for _ in range(100):
        result = server.command("user", "export", "-", "--format", "jsonl", "--with-password-hashes")
        assert (result.returncode, len(result.stdout.splitlines())) == (0, 1_100), result.stderr


def test_hashes_are_exported_only_where_that_is_asked(own_server, tmp_path):
    server = own_server()
    person = Person(server).sign_up()

    plain = server.command("user", "export", "-", "--format", "jsonl")
    table = server.command("user", "export", "-", "--format", "csv")
    hashes = server.command("user", "export", "-", "--format", "jsonl", "--with-password-hashes")

    row = json.loads(plain.stdout)
    assert set(row) == {"username", "email", "email_verified", "created_at", "disabled"}
    assert (row["username"], row["email"], row["disabled"]) == (person.username, person.email, False)
    assert list(csv.DictReader(io.StringIO(table.stdout)))[0]["username"] == person.username
    assert "argon2" not in plain.stdout + table.stdout
    assert OWN.match(json.loads(hashes.stdout)["password_hash"])
    log = server.log()
    assert "user export --with-password-hashes" in log and "argon2id" not in log


def test_an_export_leaves_files_that_are_there_as_they_are(server, tmp_path):
    path = tmp_path / "users.csv"
    path.write_text("mine")

    result = server.command("user", "export", str(path))

    assert result.returncode == 1 and path.read_text() == "mine"


def test_an_export_that_fails_leaves_no_file(own_server, tmp_path):
    server = own_server()
    server.terminate()
    path = tmp_path / "users.csv"

    result = server.command("user", "export", str(path), environment={"DATABASE_URL": f"sqlite://{tmp_path}/none"})

    assert result.returncode == 69 and not path.exists(), result
