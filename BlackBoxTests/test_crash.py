"""kill -9 in the middle of log-ins and revocations: what was acknowledged holds."""

import os
import time

from client import Client, Person
from ledgers import assert_audit_log_is_sound, assert_kept, under_load

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "20"))
WORKERS = 6


def assert_integrity(server):
    database = server.database_copy()
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        database.close()


def test_what_was_acknowledged_survives_kill_9(own_server):
    server = own_server()
    people = [Person(server).sign_up() for _ in range(WORKERS)]
    ended = set()

    for number in range(ROUNDS):
        with under_load([server], people, number) as ledgers:
            server.kill()
        assert_integrity(server)
        started = time.monotonic()
        server.start()
        assert time.monotonic() - started < 5, "the start after a crash is quick"
        ended = assert_kept(server, ledgers, ended, f"round {number}")
        assert_audit_log_is_sound(server)

    assert ended, "the rounds have seen revocations"


def test_an_acknowledged_account_survives_kill_9(own_server):
    server = own_server()
    for _ in range(3):
        person = Person(server).sign_up()
        server.kill()
        server.start()

        assert person.login().is_signed_in()


def test_an_acknowledged_command_survives_kill_9(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client = person.login()

    assert server.command("user", "disable", person.username).returncode == 0
    server.kill()
    server.start()

    assert client.me().status == 401
    assert Client(server).login(person.email, person.password).status == 401


def test_noted_activity_is_kept_at_an_orderly_end(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client = person.login(address="203.0.113.40")
    client.address = "203.0.113.41"
    client.me()

    server.terminate()
    server.start()

    watcher = person.login()
    [session] = [each for each in watcher.sessions() if each["id"] == client.session["id"]]
    assert session["ipAddress"] == "203.0.113.41"
    assert session["lastActivity"] > session["createdAt"]
