"""The audit log: what the operator reads of it, and what is found when somebody has changed the file."""

import json
import re
import sqlite3
import uuid

import pytest

from client import Client, Person, new_password
from server import eventually

DONE, REFUSED, USAGE, UNAVAILABLE = 0, 1, 64, 69


@pytest.fixture(params=["running", "stopped"])
def server(request, own_server):
    """A server of its own: the same commands hold while it runs and while it does not."""
    server = own_server()
    server.runs_during_commands = request.param == "running"
    return server


@pytest.fixture
def run(server):
    def call(*arguments, code=DONE):
        if not server.runs_during_commands and server.is_alive():
            server.terminate()
        result = server.command(*arguments)
        assert result.returncode == code, (arguments, result)
        return result

    return call


@pytest.fixture
def lived(own_server):
    """A server on which two people have done this and that, sealed, and stopped."""
    server = own_server()
    people = [Person(server).sign_up() for _ in range(2)]
    for person in people:
        first, second = person.login(), person.login()
        second.revoke(first.session["id"])
        second.logout()
    server.terminate()
    server.person = people[0]
    return server


def change(server, *statements):
    """Somebody who can write the file does, while the server is stopped."""
    with sqlite3.connect(server.database_path()) as database:
        changed = sum(
            database.execute(statement, {"chain": uuid.UUID(server.person.id).bytes}).rowcount
            for statement in statements
        )
    database.close()
    assert changed > 0


def verify(server, code=DONE):
    result = server.command("audit", "verify")
    assert result.returncode == code, result
    return result


# list


def test_what_has_happened_is_listed_newest_first(server, run):
    person = Person(server).sign_up()
    person.login(address="203.0.113.9").logout()

    rows = json.loads(run("audit", "list", "--json").stdout)
    text = run("audit", "list").stdout

    assert [row["kind"] for row in rows] == ["session_logged_out", "login_succeeded", "account_created"]
    assert [row["event"] for row in rows] == ["session_expired", "authn_login_success", "user_created"]
    assert rows == sorted(rows, key=lambda row: row["at"], reverse=True)
    assert rows[1]["user"] == person.username and rows[1]["ip"] == "203.0.113.9" and rows[1]["by"] == "session"
    assert len(text.splitlines()) == 4 and "authn_login_success" in text and "203.0.113.9" in text


@pytest.mark.parametrize("by", ["username", "email", "id"])
def test_the_events_of_one_user_are_listed(server, run, by):
    person, other = Person(server).sign_up(), Person(server).sign_up()
    person.login(), other.login()
    identity = {"username": person.username, "email": person.email, "id": person.id}[by]

    rows = json.loads(run("audit", "list", "--json", "--user", identity).stdout)

    assert {row["user"] for row in rows} == {person.username}
    assert len(rows) == 2


def test_the_events_of_a_deleted_user_are_listed_by_the_id(server, run):
    person = Person(server).sign_up()
    person.login()
    assert server.command("user", "delete", person.username).returncode == DONE

    rows = json.loads(run("audit", "list", "--json", "--user", person.id).stdout)

    assert [row["kind"] for row in rows] == ["account_deleted", "login_succeeded", "account_created"]
    assert run("audit", "list", "--user", person.username, code=REFUSED).stdout == ""


def test_a_list_is_bounded_by_number_and_time(server, run):
    person = Person(server).sign_up()
    for _ in range(3):
        person.login()
    rows = json.loads(run("audit", "list", "--json").stdout)

    assert json.loads(run("audit", "list", "--json", "--limit", "2").stdout) == rows[:2]
    assert json.loads(run("audit", "list", "--json", "--since", rows[1]["at"]).stdout) == [
        row for row in rows if row["at"] >= rows[1]["at"]
    ]
    assert json.loads(run("audit", "list", "--json", "--since", "1h").stdout) == rows
    assert json.loads(run("audit", "list", "--json", "--since", "2999-01-01").stdout) == []


@pytest.mark.parametrize("arguments", [["list", "--limit", "0"], ["list", "--limit", "x"], ["list", "--since", "yesterday"], ["list", "--since", "2026-02-30"],
                                       ["export", "--since", "2026-13-01T00:00:00Z"], [], ["verify", "x"]])  # fmt: skip
def test_a_wrong_call_is_a_usage_error(own_server, arguments):
    result = own_server(start=False).command("audit", *arguments)

    assert result.returncode == USAGE
    assert result.stdout == ""


def test_where_there_is_no_database_nothing_is_listed_or_sound(own_server):
    server = own_server(start=False)

    for command in ("list", "verify", "export"):
        assert server.command("audit", command).returncode == UNAVAILABLE


# export


def test_an_export_is_whole_and_ends_with_the_newest_seal(server, run):
    person = Person(server).sign_up()
    person.login(address="203.0.113.9").logout()
    server.restart()  # what is written is sealed at an orderly end

    *events, seal = [json.loads(line) for line in run("audit", "export").stdout.splitlines()]

    assert [event["kind"] for event in events] == ["account_created", "login_succeeded", "session_logged_out"]
    assert [event["number"] for event in events] == [1, 2, 3]
    assert {event["chain"] for event in events} == {person.id}
    assert all(re.fullmatch("[0-9a-f]{64}", event["hash"]) for event in events)
    assert events[1]["address"] == "203.0.113.9" and len(events[1]["addressSalt"]) == 32
    assert re.fullmatch("[0-9a-f]{64}", seal["hash"]) and seal["seal"] >= 1
    assert run("audit", "export", "--since", "2999-01-01").stdout.splitlines() == [json.dumps(seal, separators=(",", ":"))]


# verify


def test_a_log_that_nobody_touched_is_sound(server, run):
    person = Person(server).sign_up()
    for _ in range(3):
        person.login()
    Client(server).login(person.email, new_password())

    said = run("audit", "verify")

    assert said.stdout.startswith("The audit log is sound: ") and len(said.stdout.splitlines()) == 1
    assert said.stderr == ""


@pytest.mark.parametrize("column, value", [("kind", "'session_expired'"), ("at", "at + 1"), ("actor", "'operator'"), ("device_info", "'Desktop - Lynx'"),
                                           ("address", "'192.0.2.1'"), ("session_id", "randomblob(16)"), ("ended_count", "7")])  # fmt: skip
def test_an_edited_event_is_found(lived, column, value):
    verify(lived)

    change(lived, f"UPDATE audit_event SET {column} = {value} WHERE chain = :chain AND number = 2")

    said = verify(lived, REFUSED)
    assert len(said.stdout.splitlines()) == 1
    assert lived.person.id in said.stdout and "event 2" in said.stdout
    assert "not sound" in said.stderr


def test_a_missing_event_is_found(lived):
    change(lived, "DELETE FROM audit_event WHERE chain = :chain AND number = 3")

    assert "event 3 is missing" in verify(lived, REFUSED).stdout


def test_events_in_each_others_place_are_found(lived):
    change(
        lived,
        "UPDATE audit_event SET number = 99 WHERE chain = :chain AND number = 2",
        "UPDATE audit_event SET number = 2 WHERE chain = :chain AND number = 3",
        "UPDATE audit_event SET number = 3 WHERE chain = :chain AND number = 99",
    )

    assert "moved" in verify(lived, REFUSED).stdout


def test_a_cut_tail_is_found_even_when_the_head_was_set_back(lived):
    change(
        lived,
        "DELETE FROM audit_event WHERE chain = :chain AND number > 2",
        "UPDATE audit_chain SET number = 2, sealed_number = 2, hash = (SELECT e.hash FROM audit_event e WHERE e.chain = :chain AND number = 2)"
        " WHERE chain = :chain",
    )

    said = verify(lived, REFUSED)
    assert "is missing, which seal" in said.stdout

    # The server goes on with it, and it stays known.
    lived.start()
    lived.person.login()
    assert "seal" in verify(lived, REFUSED).stdout


def test_a_seal_that_was_taken_away_is_found(lived):
    lived.start()
    lived.person.login()
    lived.terminate()
    change(lived, "DELETE FROM audit_seal WHERE number = 1", "DELETE FROM audit_sealed WHERE seal = 1")

    assert "seal 1 is missing" in verify(lived, REFUSED).stdout


def test_a_finding_is_told_by_a_running_server_too(lived):
    change(lived, "DELETE FROM audit_event WHERE chain = :chain AND number = 3")
    lived.start()

    said = verify(lived, REFUSED)

    assert "event 3 is missing" in said.stdout and "not sound" in said.stderr


def test_the_log_is_sound_in_a_backup_and_after_its_restore(server, run, tmp_path):
    person = Person(server).sign_up()
    person.login()
    backup = str(tmp_path / "backup.sqlite")
    run("backup", backup)
    if server.is_alive():
        server.terminate()
    assert server.command("restore", backup).returncode == DONE

    verify(server)
    server.start()
    person.login()
    verify(server)


# What ages


def addresses(server):
    return [row[0] for row in server.query("SELECT address FROM audit_event WHERE address_commitment IS NOT NULL")]


def go_on(server, days):
    """Stops the server and starts it so many days after now."""
    server.terminate()
    server.set_clock(days * 86_400)
    server.start()


def test_addresses_are_shortened_and_removed_and_events_purged_when_their_time_comes(own_server):
    server = own_server({"SESSION_RETENTION": "3650d"}, faketime=True)
    person = Person(server).sign_up()
    client = person.login(address="203.0.113.9")
    client.logout()
    assert set(addresses(server)) >= {"203.0.113.9"}

    go_on(server, 29)
    verify(server)
    assert "203.0.113.9" in addresses(server)

    go_on(server, 31)
    eventually(lambda: "203.0.113.9" not in addresses(server), what="the shortening")
    assert "203.0.113.0" in addresses(server)
    session = "SELECT sign_in_address FROM session WHERE ended_at IS NOT NULL"
    eventually(lambda: server.query(session) == [("203.0.113.0",)], what="the shortening of the session's address")
    assert "203.0.113.0/24" in server.command("audit", "list").stdout
    verify(server)

    go_on(server, 181)
    eventually(lambda: set(addresses(server)) == {None}, what="the removal")
    assert server.query(session) == [(None,)]
    verify(server)

    go_on(server, 401)
    purged = "SELECT count(*) FROM audit_event WHERE kind = 'audit_purged'"
    eventually(lambda: server.query(purged) == [(1,)], what="the purge")
    assert server.query("SELECT count(*) FROM audit_event") == [(1,)]
    verify(server)
    person.login()
    verify(server)


def test_what_is_switched_off_does_not_age(own_server):
    server = own_server(
        {"ADDRESS_SHORTEN_AFTER": "off", "ADDRESS_REMOVE_AFTER": "off", "AUDIT_RETENTION": "3650d"}, faketime=True
    )
    Person(server).sign_up().login(address="203.0.113.9")

    go_on(server, 500)
    seals = "SELECT max(number) FROM audit_seal"
    [(before,)] = server.query(seals)
    Person(server).sign_up()
    server.terminate()

    assert "203.0.113.9" in addresses(server)
    assert server.query(seals) > [(before,)]
    assert server.query("SELECT count(*) FROM audit_event WHERE kind = 'audit_purged'") == [(0,)]
