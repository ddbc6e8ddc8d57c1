"""The operator's command line, beside a running server and without one."""

import json
import os
import socket
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import Client, Person, new_name, new_password
from contract import assert_problem
from server import PASSWORD_CANARY, eventually

DONE, REFUSED, USAGE, UNAVAILABLE, CONFIGURATION = 0, 1, 64, 69, 78


@pytest.fixture(params=["running", "stopped"])
def server(request, own_server):
    """A server of its own: the same commands hold while it runs and while it does not."""
    server = own_server()
    server.runs_during_commands = request.param == "running"
    return server


@pytest.fixture
def run(server):
    """Runs a command in the state the test is about, and starts the server again to see what came of it."""

    def call(*arguments, stdin="", code=DONE):
        if not server.runs_during_commands and server.is_alive():
            server.terminate()
        result = server.command(*arguments, stdin=stdin)
        assert result.returncode == code, (arguments, result)
        assert PASSWORD_CANARY not in result.stdout + result.stderr
        if code != DONE:
            assert result.stderr.strip(), "a refusal says why on standard error"
            assert result.stdout == ""
        if not server.is_alive():
            server.start()
        return result

    return call


def add(run, name=None, password=None, code=DONE, email=None):
    name, password = name or new_name(), password or new_password()
    run("user", "add", "--email", email or f"{name}@example.org", "--username", name, stdin=password + "\n", code=code)
    return name, password


# user add


def test_an_added_user_can_log_in(server, run):
    name, password = add(run)

    assert Client(server).login(name, password).status == 200
    assert Client(server).login(f"{name}@example.org", password).status == 200


def test_the_password_is_one_line_of_standard_input_exactly(server, run):
    name, password = add(run, password=f" {new_password()} ")

    assert Client(server).login(name, password).status == 200
    assert Client(server).login(name, password.strip()).status == 401


def test_a_user_is_not_added_twice(server, run):
    name, password = add(run)

    add(run, name, code=REFUSED)
    add(run, email=f"{name}@example.org", code=REFUSED)

    assert Client(server).login(name, password).status == 200


@pytest.mark.parametrize("name, email, password", [("a b", "x@example.org", new_password()), ("good-name", "nonsense", new_password()), ("good-name", "x@example.org", "password1"),
                                                   ("good-name", "x@example.org", "short"), ("good-name", "x@example.org", "")])  # fmt: skip
def test_a_user_that_could_not_register_is_not_added(server, run, name, email, password):
    run("user", "add", "--email", email, "--username", name, stdin=password + "\n", code=REFUSED)

    assert json.loads(run("user", "list", "--json").stdout) == []


# user list


def test_users_are_listed(server, run):
    first, _ = add(run)
    second, _ = add(run)

    text = run("user", "list").stdout
    rows = json.loads(run("user", "list", "--json").stdout)

    assert first in text and second in text
    assert {row["username"] for row in rows} == {first, second}
    assert {row["email"] for row in rows} == {f"{first}@example.org", f"{second}@example.org"}
    assert all("argon2" not in json.dumps(row) and "hash" not in json.dumps(row).lower() for row in rows)


def test_an_empty_list_is_a_list(server, run):
    assert json.loads(run("user", "list", "--json").stdout) == []
    assert json.loads(run("session", "list", "--json").stdout) == []


# user set-password


@pytest.mark.parametrize("by", ["username", "email", "id"])
def test_a_set_password_replaces_the_old_one_and_ends_every_session(server, run, by):
    name, old = add(run)
    client = Client(server)
    assert client.login(name, old).status == 200
    identity = {"username": name, "email": f"{name}@example.org", "id": client.user["id"]}[by]
    new = new_password()

    run("user", "set-password", identity, stdin=new + "\n")

    assert Client(server).login(name, old).status == 401
    assert Client(server).login(name, new).status == 200
    assert_problem(client.me(), "session_revoked", 401)


@pytest.mark.parametrize("password", ["short", "password1", "", "x" * 1025])
def test_a_weak_password_is_not_set(server, run, password):
    name, old = add(run)

    run("user", "set-password", name, stdin=password + "\n", code=REFUSED)

    assert Client(server).login(name, old).status == 200


# user disable, enable, delete


def test_a_disabled_user_is_out_at_once_and_stays_out(server, run):
    name, password = add(run)
    client = Client(server)
    client.login(name, password)

    run("user", "disable", name)

    assert_problem(client.me(), "session_revoked", 401)
    assert_problem(Client(server).login(name, password), "invalid_credentials", 401)


def test_an_enabled_user_can_log_in_again_and_old_sessions_stay_ended(server, run):
    name, password = add(run)
    client = Client(server)
    client.login(name, password)
    run("user", "disable", name)

    run("user", "enable", name)

    assert Client(server).login(name, password).status == 200
    assert_problem(client.me(), "session_revoked", 401)


def test_a_deleted_user_is_gone_and_a_namesake_inherits_nothing(server, run):
    name, password = add(run)
    client = Client(server)
    client.login(name, password)

    run("user", "delete", name)

    assert client.me().status == 401
    assert_problem(Client(server).login(name, password), "invalid_credentials", 401)
    assert json.loads(run("user", "list", "--json").stdout) == []
    add(run, name)
    assert client.me().status == 401
    assert_problem(Client(server).login(name, password), "invalid_credentials", 401)


@pytest.mark.parametrize("command", ["set-password", "disable", "enable", "delete"])
@pytest.mark.parametrize("identity", ["nobody", "nobody@example.org", "0190a7b0-0000-7000-8000-000000000000"])
def test_an_unknown_user_is_not_found(server, run, command, identity):
    run("user", command, identity, stdin=new_password() + "\n", code=REFUSED)


# session list and revoke


@pytest.fixture
def two_people(server):
    people = [Person(server).sign_up() for _ in range(2)]
    return people, [person.login() for person in people for _ in range(2)]


def listed(run, *arguments):
    return {row["id"]: row for row in json.loads(run("session", "list", *arguments, "--json").stdout)}


def test_sessions_are_listed(server, run, two_people):
    _, clients = two_people

    rows = listed(run)
    text = run("session", "list").stdout

    assert set(rows) == {client.session["id"] for client in clients}
    assert all(client.session["id"] in text for client in clients)
    assert not any("token" in key.lower() or "digest" in key.lower() for row in rows.values() for key in row)
    assert all(client.token.split(".")[2] not in json.dumps(list(rows.values())) + text for client in clients)


def test_the_sessions_of_one_user_are_listed(server, run, two_people):
    people, clients = two_people

    for identity in (people[0].username, people[0].email, people[0].id):
        assert set(listed(run, "--user", identity)) == {client.session["id"] for client in clients[:2]}


def test_one_session_is_revoked(server, run, two_people):
    _, clients = two_people

    run("session", "revoke", clients[0].session["id"])

    assert_problem(clients[0].me(), "session_revoked", 401)
    assert all(client.is_signed_in() for client in clients[1:])
    assert clients[0].session["id"] not in listed(run)


def test_the_sessions_of_one_user_are_revoked(server, run, two_people):
    people, clients = two_people

    run("session", "revoke", "--user", people[0].username)

    assert [client.is_signed_in() for client in clients] == [False, False, True, True]


def test_all_sessions_are_revoked(server, run, two_people):
    people, clients = two_people

    run("session", "revoke", "--all")

    assert not any(client.is_signed_in() for client in clients)
    assert listed(run) == {}
    assert people[0].login().is_signed_in()


@pytest.mark.parametrize("arguments", [["0190a7b0-0000-7000-8000-000000000000"], ["--user", "nobody"], ["nonsense"]])
def test_what_is_not_there_is_not_revoked(server, run, two_people, arguments):
    _, clients = two_people

    result = server.command("session", "revoke", *arguments)

    assert result.returncode in ((REFUSED, USAGE) if arguments == ["nonsense"] else (REFUSED,)), result
    assert all(client.is_signed_in() for client in clients)


def test_an_open_page_hears_of_a_revocation_from_the_command_line(own_server):
    server = own_server()
    client = Person(server).sign_up().login()

    with client.events() as stream:
        assert server.command("session", "revoke", client.session["id"]).returncode == DONE

        assert stream.expect("signed-out", 2) == {"reason": "revoked"}
        stream.expect_end(2)


# backup, restore, migrate


def test_a_backup_is_restored_with_its_users_and_without_its_sessions(server, run, tmp_path):
    name, password = add(run)
    client = Client(server)
    client.login(name, password)
    target = tmp_path / "backup"
    run("backup", str(target))
    later = Person(server).sign_up()
    afterwards = later.login()

    server.terminate()
    result = server.command("restore", str(target))
    server.start()

    assert result.returncode == DONE, result
    assert client.me().status == 401 and afterwards.me().status == 401, "nothing that was ended comes back"
    assert Client(server).login(name, password).status == 200
    assert Client(server).login(later.email, later.password).status == 401


def test_a_session_ended_after_the_backup_does_not_come_back(server, run, tmp_path):
    person = Person(server).sign_up()
    client, ended = person.login(), person.login()
    run("backup", str(tmp_path / "backup"))
    client.revoke(ended.session["id"])

    server.terminate()
    assert server.command("restore", str(tmp_path / "backup")).returncode == DONE
    server.start()

    for each in (client, ended):
        assert each.me().status == 401


def test_a_backup_is_whole_and_holds_no_secret(server, run, tmp_path):
    person = Person(server).sign_up()
    client = person.login()
    target = tmp_path / "backup"

    run("backup", str(target))

    content = target.read_bytes()
    assert content.startswith(b"SQLite format 3\0")
    assert stat.S_IMODE(target.stat().st_mode) & 0o077 == 0
    assert PASSWORD_CANARY.encode() not in content and client.token.encode() not in content
    assert client.token.split(".")[2].encode() not in content and server.secret.encode() not in content


def test_log_ins_go_on_during_a_backup(own_server, tmp_path):
    server = own_server()
    person = Person(server).sign_up()

    for number in range(3):
        assert server.command("backup", str(tmp_path / f"backup-{number}")).returncode == DONE
        assert person.login().is_signed_in()


def test_a_restore_is_refused_while_the_server_runs(own_server, tmp_path):
    server = own_server()
    client = Person(server).sign_up().login()
    assert server.command("backup", str(tmp_path / "backup")).returncode == DONE

    result = server.command("restore", str(tmp_path / "backup"))

    assert result.returncode in (REFUSED, UNAVAILABLE), result
    assert result.stderr.strip()
    assert client.is_signed_in()


@pytest.mark.parametrize(
    "content",
    [None, b"", b"nonsense" * 1000, b"SQLite format 3\0" + bytes(5000)],
    ids=["absent", "empty", "text", "header only"],
)
def test_a_restore_of_something_else_changes_nothing(own_server, tmp_path, content):
    server = own_server()
    person = Person(server).sign_up()
    source = tmp_path / "source"
    if content is not None:
        source.write_bytes(content)
    server.terminate()

    result = server.command("restore", str(source))
    server.start()

    assert result.returncode in (REFUSED, UNAVAILABLE), result
    assert result.stderr.strip()
    assert person.login().is_signed_in()


def test_a_backup_to_an_impossible_place_is_refused(server, run, tmp_path):
    result = server.command("backup", str(tmp_path / "no" / "such" / "folder" / "backup"))

    assert result.returncode in (REFUSED, UNAVAILABLE), result
    assert result.stderr.strip()


def test_migrating_twice_is_no_error(own_server):
    server = own_server(start=False)

    assert server.command("migrate").returncode == DONE
    assert server.command("migrate").returncode == DONE
    server.start()


# Usage


@pytest.mark.parametrize("arguments", [["nonsense"], ["user"], ["user", "nonsense"], ["user", "add"], ["user", "add", "--email", "x@example.org"], ["user", "disable"], ["session", "revoke"],
                                       ["session", "revoke", "--all", "--user", "x"], ["backup"], ["restore"], ["serve", "--nonsense"], ["user", "list", "--nonsense"], ["user", "disable", "a", "b"]])  # fmt: skip
def test_a_wrong_call_is_a_usage_error(own_server, arguments):
    server = own_server(start=False)

    result = server.command(*arguments)

    assert result.returncode == USAGE, result
    assert result.stderr.strip()


@pytest.mark.parametrize(
    "arguments", [["--help"], ["help"], ["user", "--help"], ["session", "revoke", "--help"], ["serve", "--help"]]
)
def test_help_is_told(own_server, arguments):
    result = own_server(start=False).command(*arguments)

    assert result.returncode == DONE
    assert "sessiond" in result.stdout


def test_a_password_is_never_taken_from_the_arguments(own_server):
    server = own_server(start=False)

    result = server.command("user", "add", "--email", "x@example.org", "--username", "somebody", "--password", "x")

    assert result.returncode == USAGE


def test_no_line_on_standard_input_adds_nobody(own_server):
    server = own_server()

    result = server.command("user", "add", "--email", "x@example.org", "--username", "somebody", stdin="")

    assert result.returncode in (REFUSED, USAGE), result
    assert json.loads(server.command("user", "list", "--json").stdout) == []


# The socket and the files


def test_the_socket_is_for_the_owner_alone(own_server):
    server = own_server()
    path = server.data / "sessiond.sock"

    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_of_the_server_can_be_read_by_others(own_server):
    previous = os.umask(0o022)
    try:
        server = own_server()
    finally:
        os.umask(previous)
    Person(server).sign_up().login()

    for path in server.data.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"\xff" * 100, b"x" * 1_000_000, b"GET / HTTP/1.1\r\n\r\n", b"{" * 10_000]
)
def test_nonsense_on_the_socket_ends_nothing(own_server, data):
    server = own_server()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(server.data / "sessiond.sock"))
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            pass

    assert server.command("user", "list", "--json").returncode == DONE
    assert server.is_alive()


def test_somebody_who_holds_the_socket_open_holds_up_nobody(own_server):
    server = own_server()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(server.data / "sessiond.sock"))

        assert server.command("user", "list", "--json").returncode == DONE
        assert server.terminate(15) == 0


def test_a_socket_left_behind_by_a_killed_server_is_no_hindrance(own_server):
    server = own_server()
    server.kill()

    assert server.command("user", "list", "--json").returncode == DONE
    server.start()
    assert server.command("user", "list", "--json").returncode == DONE


def test_a_database_that_is_none_is_unavailable(own_server):
    server = own_server()
    path = server.database_path()
    server.terminate()
    for each in path.parent.glob(path.name + "-*"):
        each.unlink()
    path.write_bytes(b"this is no database" * 1000)

    result = server.command("user", "list")

    assert result.returncode == UNAVAILABLE, result
    assert result.stderr.strip()
    process = server.launch()
    assert process.wait(20) == UNAVAILABLE


def test_a_database_of_a_newer_version_is_refused(own_server):
    server = own_server()
    path = server.database_path()
    server.terminate()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()

    process = server.launch()

    assert process.wait(20) == UNAVAILABLE
    assert "version" in server.log().lower()


def test_terminating_ends_the_process_in_order(own_server):
    server = own_server()
    client = Person(server).sign_up().login()

    assert server.terminate() == 0
    assert not (server.data / "sessiond.sock").exists()
    server.start()
    assert client.is_signed_in()


def test_requests_under_way_are_answered_before_the_end(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client = Client(server)
    client.get("/health")

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.login, person.email, person.password)
        eventually(lambda: client.connection is not None)
        assert server.terminate() == 0
        try:
            assert answer.result(10).status in (200, 503)
        except (ConnectionError, OSError):
            pass  # had not arrived yet
