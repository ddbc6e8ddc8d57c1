"""The operator's answer to an incident: sessions are found and ended, log-ins locked, and what has happened is summed up."""

import json
import os
import pty
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import CHROME, FIREFOX, IPHONE, Client, Person, new_password
from contract import assert_problem
from copies import Copies
from postgres import Database
from server import REPOSITORY, Server, die_with_parent, eventually, executable, in_parallel
from test_command_line import DONE, REFUSED, UNAVAILABLE, USAGE

CITY = REPOSITORY / "Tests/SessionsGeoTests/Fixtures/city.mmdb"
IN_VIENNA, ELSEWHERE = "203.0.113.7", "198.51.100.9"
HEADLESS = CHROME.replace("Chrome/", "HeadlessChrome/")


@pytest.fixture
def server(own_server):
    return own_server()


@pytest.fixture(params=["running", "stopped"])
def run(request, server):
    """Runs a command beside the running server or without one, and starts the server again to see what came of it."""

    def call(*arguments, code=DONE):
        if request.param == "stopped" and server.is_alive():
            server.terminate()
        result = server.command(*arguments)
        assert result.returncode == code, (arguments, result)
        if not server.is_alive():
            server.start()
        return result

    return call


def command(server, *arguments, code=DONE, **options):
    result = server.command(*arguments, **options)
    assert result.returncode == code, (arguments, result)
    return result


def found(run, *arguments):
    return json.loads(run("incident", *arguments, "--json").stdout)


def lock_id(result):
    return result.stdout.split()[1].rstrip(":")


# incident


def test_sessions_are_found_by_each_criterion_and_nothing_is_ended(server, run):
    server.change({"GEOIP_DATABASE": str(CITY)})
    server.restart()
    ada, bob = Person(server).sign_up(), Person(server).sign_up()
    laptop = ada.login(address=IN_VIENNA, user_agent=FIREFOX)
    phone = ada.login(address=ELSEWHERE, user_agent=IPHONE)
    other = bob.login(address="203.0.113.200", user_agent=CHROME)
    numbers = {
        ("--network", "203.0.113.0/24"): (2, 2),
        ("--network", IN_VIENNA): (1, 1),
        ("--country", "at"): (2, 2),
        ("--user-agent", "FIREFOX/"): (1, 1),
        ("--account", ada.username): (2, 1),
        ("--account", ada.email): (2, 1),
        ("--account", ada.id): (2, 1),
        ("--since", "1h"): (3, 2),
        ("--until", "1h"): (0, 0),
        ("--since", "1h", "--account", ada.username, "--network", "203.0.113.0/24"): (1, 1),
        ("--country", "DE"): (0, 0),
    }

    for criteria, (sessions, accounts) in numbers.items():
        result = found(run, *criteria)
        assert (result["sessions"], result["accounts"]) == (sessions, accounts), criteria
        assert len(result["sample"]) == sessions
    text = run("incident", "--network", "203.0.113.0/24", "--sample", "1").stdout

    assert "2 live sessions of 2 accounts" in text and "and 1 more" in text
    assert laptop.is_signed_in() and phone.is_signed_in() and other.is_signed_in()


def test_as_many_sessions_end_as_were_counted_and_the_others_go_on(server, run):
    people = [Person(server).sign_up() for _ in range(2)]
    inside = [person.login(address=f"203.0.113.{number + 1}") for person in people for number in range(2)]
    outside = [person.login(address=ELSEWHERE) for person in people]
    assert all(client.is_signed_in() for client in inside + outside)
    criteria = ("--network", "203.0.113.0/24")
    before = found(run, *criteria)

    result = json.loads(run("incident", *criteria, "--end", "--reason", "stolen laptops", "--json").stdout)

    assert before["sessions"] == result["ended"] == 4 and before["accounts"] == result["accounts"] == 2
    for client in inside:
        assert_problem(client.me(), "session_revoked", 401)
    assert all(client.is_signed_in() for client in outside)
    assert found(run, *criteria)["sessions"] == 0
    for person in people:
        events = person.events("session_revoked")
        assert [(event["by"], event["detail"], event["ended"]) for event in events] == [("operator", "stolen laptops", 1)] * 2
    assert server.command("audit", "verify").returncode == DONE


def test_ended_sessions_are_told_of_in_the_owners_history_and_on_open_pages(server):
    person = Person(server).sign_up()
    home, stolen = person.login(), person.login(address=IN_VIENNA, user_agent=FIREFOX)
    with stolen.events() as stream:
        command(server, "incident", "--network", IN_VIENNA, "--end")

        assert stream.expect("signed-out", 2) == {"reason": "revoked"}
    event = home.get("/api/account/activity").json["events"][0]
    assert (event["type"], event["actor"], event["sessionId"]) == ("session_revoked", "operator", stolen.session["id"])


def test_the_most_recent_address_counts_before_it_is_written(server):
    client = Person(server).sign_up().login(address=ELSEWHERE)
    client.address = IN_VIENNA
    assert client.is_signed_in()

    result = json.loads(command(server, "incident", "--network", IN_VIENNA, "--json").stdout)

    assert result["sessions"] == 1


def test_an_account_that_is_unknown_is_told(server):
    for arguments in (["incident", "--account", "nobody"], ["incident", "--account", "nobody", "--end"]):
        result = command(server, *arguments, code=REFUSED)
        assert "no user" in result.stderr and result.stdout == ""


@pytest.fixture
def crowd():
    """Thousands of sessions of hundreds of accounts, on a server over PostgreSQL."""
    database = Database()
    server = Server({"DATABASE_URL": database.url()})
    owner = Person(server).sign_up()
    client = owner.login()
    server.terminate()
    copies = Copies(database, client, 300)
    copies.add_accounts()
    # So many that the command is still at it when it is interrupted, however busy the machine is.
    copies.add_sessions(0, 12_000, [])
    copies.settle()
    server.start()
    yield server, client, database
    server.close()
    database.drop()


def test_what_was_interrupted_is_run_again_for_the_rest(crowd):
    server, owner, database = crowd
    before = json.loads(command(server, "incident", "--since", "30d", "--json").stdout)
    assert before["sessions"] > 12_000 and before["accounts"] > 200
    process = subprocess.Popen(
        [executable(), "incident", "--since", "30d", "--end"],
        env=server.environment(),
        cwd=server.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent,
    )
    assert " of " in process.stderr.readline()  # the first tenth has been ended
    process.send_signal(signal.SIGINT)
    process.wait(10)
    process.stderr.close()

    live = "SELECT count(*) FROM session WHERE ended_at IS NULL"

    def is_over():
        """Nobody goes on with it: two looks, with a second between them, see the same."""
        first = database.query(live)
        deadline = time.monotonic() + 1
        eventually(lambda: time.monotonic() > deadline)
        return first == database.query(live)

    eventually(is_over, 30, what="the end of the interrupted command")
    rest = json.loads(command(server, "incident", "--since", "30d", "--json").stdout)["sessions"]
    assert 0 < rest < before["sessions"], "it was interrupted"

    result = json.loads(command(server, "incident", "--since", "30d", "--end", "--json", timeout=120).stdout)

    assert result["ended"] == rest
    assert database.query(live) == [(0,)]
    [(events,)] = database.query("SELECT count(*) FROM audit_event WHERE kind = 'session_revoked'")
    assert events == before["sessions"], "each session has one event"
    report = json.loads(command(server, "report", "--json").stdout)
    assert report["sessions"]["ended"]["revoked"] == before["sessions"]
    assert report["sessions"]["live"] == 0
    assert_problem(owner.me(), "session_revoked", 401)


def on_a_terminal(server, arguments, typed, timeout=30):
    """What a person sees who runs a command and types this; the exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(server.root)
        os.execve(executable(), [executable(), *arguments], server.environment())
    seen = b""
    typed = typed.encode()
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            data = os.read(terminal, 65_536)
        except OSError:
            break
        if not data:
            break
        seen += data
        if typed and b"[y/N]" in seen:
            os.write(terminal, typed)
            typed = b""
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return seen.decode(), os.waitstatus_to_exitcode(status)


def test_a_person_is_asked_and_sees_a_bar(server):
    person = Person(server).sign_up()
    client = person.login()

    seen, code = on_a_terminal(server, ["incident", "--account", person.username, "--end"], "n\n")
    assert code == REFUSED and "End 1 live session of 1 account?" in seen and "nothing was ended" in seen
    assert client.is_signed_in()

    seen, code = on_a_terminal(server, ["incident", "--account", person.username, "--end"], "y\n")
    assert code == DONE and "=] 1 of 1 sessions ended" in seen
    assert_problem(client.me(), "session_revoked", 401)

    client = person.login()
    seen, code = on_a_terminal(server, ["incident", "--account", person.username, "--end", "--yes"], "")
    assert code == DONE and "[y/N]" not in seen
    assert not client.is_signed_in()


def test_a_person_is_asked_before_a_lock_is_set(server):
    person = Person(server).sign_up()
    client = person.login()

    seen, code = on_a_terminal(server, ["lock", "--account", person.username, "--for", "1h"], "n\n")

    assert code == REFUSED and "nothing was locked" in seen
    assert client.is_signed_in() and person.login().is_signed_in()


# lock


TARGETS = {
    "account": lambda person: ("--account", person.username),
    "network": lambda _: ("--network", "203.0.113.0/24"),
    "browser": lambda _: ("--browser", "headless chrome"),
    "user_agent": lambda _: ("--user-agent", "HeadlessChrome/1"),
}


def assert_same_refusal(response, wrong):
    """Byte for byte what a wrong password is answered with, but for the time of day."""
    assert_problem(response, "invalid_credentials", 401)
    assert response.body == wrong.body
    heads = [[(n, v) for n, v in each.headers if n.lower() != "date"] for each in (response, wrong)]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("kind", TARGETS)
def test_a_lock_ends_what_matches_and_refuses_the_right_password_as_a_wrong_one(server, run, kind):
    person, other = Person(server).sign_up(), Person(server).sign_up()
    inside = person.login(address=IN_VIENNA, user_agent=HEADLESS)
    outside = other.login(address=ELSEWHERE)
    assert inside.is_signed_in()

    result = run("lock", *TARGETS[kind](person), "--for", "2h", "--reason", "an incident")

    assert "1 session was ended" in result.stdout
    assert_problem(inside.me(), "session_revoked", 401)
    assert outside.is_signed_in()
    wrong = Client(server, HEADLESS, IN_VIENNA).login(person.email, new_password())
    right = Client(server, HEADLESS, IN_VIENNA).login(person.email, person.password)
    assert_same_refusal(right, wrong)
    assert other.login(address=ELSEWHERE).is_signed_in()
    if kind != "account":
        home = person.login(address=ELSEWHERE)
        denied = next(e for e in home.get("/api/account/activity").json["events"] if e["type"] == "login_denied")
        assert denied["detail"] == kind and denied["ipAddress"] == IN_VIENNA
        assert "Right password from" in home.page("/settings/security/activity").text
    [row] = json.loads(run("lock", "list", "--json").stdout)
    assert (row["kind"], row["reason"]) == (kind, "an incident")
    assert row["id"] == lock_id(result) and row["id"] in run("lock", "list").stdout

    run("lock", "remove", row["id"])

    assert person.login(address=IN_VIENNA, user_agent=HEADLESS).is_signed_in()
    assert json.loads(run("lock", "list", "--json").stdout) == []
    kinds = [event["kind"] for event in json.loads(run("audit", "list", "--json").stdout)]
    assert kinds.count("lock_set") == kinds.count("lock_removed") == 1
    if kind == "account":
        assert {"lock_set", "lock_removed", "login_denied"} <= {event["kind"] for event in person.events()}


def test_the_form_says_of_a_locked_account_what_it_says_of_a_wrong_password(server):
    person = Person(server).sign_up()
    command(server, "lock", "--account", person.email, "--for", "1h")
    pages = []
    for password in (person.password, new_password()):
        client = Client(server)
        form = client.page("/login").form_to("/login")
        pages.append(client.submit(form, {"Email or username": person.email, "Password": password}))

    assert pages[0].status == pages[1].status and pages[0].body == pages[1].body


def test_the_owner_reads_of_the_lock_in_plain_words(server):
    person = Person(server).sign_up()
    result = command(server, "lock", "--account", person.username, "--for", "1h")
    assert Client(server).login(person.email, person.password).status == 401
    command(server, "lock", "remove", lock_id(result))

    text = person.login().page("/settings/security/activity").text

    assert "Signing in was locked for a time by the operator" in text
    assert "Signing in was unlocked by the operator" in text
    assert "refused: signing in is locked by the operator" in text


def test_guesses_under_a_lock_are_counted_whether_or_not_they_are_right(server):
    person, locked = Person(server).sign_up(), Person(server).sign_up()
    command(server, "lock", "--account", locked.username, "--for", "1h")
    for _ in range(10):
        assert Client(server).login(locked.email, locked.password).status == 401
        assert Client(server).login(person.email, new_password()).status == 401

    for each in (locked, person):
        assert_problem(Client(server).login(each.email, each.password), "too_many_attempts", 429)


@pytest.fixture
def later(own_server):
    return own_server(faketime=True)


def test_a_lock_refuses_the_second_step_as_a_wrong_code(later):
    person = Person(later).sign_up()
    person.enable_two_factor()
    client, challenge = person.first_step(Client(later, address=IN_VIENNA))

    command(later, "lock", "--network", IN_VIENNA, "--for", "1h")

    right = client.enter_code(challenge, person.new_code())
    wrong = client.enter_code(challenge, "000000")
    assert_problem(right, "invalid_code", 401)
    assert right.body == wrong.body
    assert person.login(address=ELSEWHERE).is_signed_in()
    assert len(person.events("login_denied")) == 1
    # The first step is refused too: no challenge tells that the password was right.
    assert_problem(Client(later, address=IN_VIENNA).login(person.email, person.password), "invalid_credentials", 401)


def test_a_lock_ends_by_itself_and_survives_a_restart(later):
    person = Person(later).sign_up()
    command(later, "lock", "--account", person.username, "--for", "10m")
    later.restart()

    later.go_on(590)
    assert Client(later).login(person.email, person.password).status == 401
    later.go_on(11)
    assert person.login().is_signed_in()
    assert json.loads(command(later, "lock", "list", "--json").stdout) == []
    later.restart()
    # The upkeep takes it away.
    eventually(lambda: later.query("SELECT count(*) FROM login_lock") == [(0,)], 30, what="the purge")


def test_a_lock_is_set_anew_for_another_time(server):
    person = Person(server).sign_up()
    for duration in ("1h", "2h"):
        command(server, "lock", "--account", person.username, "--for", duration)

    [row] = json.loads(command(server, "lock", "list", "--json").stdout)

    assert row["target"] == person.username
    command(server, "lock", "remove", row["id"])
    assert person.login().is_signed_in()


def test_no_log_in_that_was_under_way_outlives_a_lock(server):
    outlived(server, server)


def outlived(here, there):
    """Many log ins at one node while a lock is set at another: afterwards there is no session in the network."""
    people = [Person(here).sign_up() for _ in range(8)]
    for round in range(3):
        network = f"203.0.{round}.0/24"

        def log_in(person, round=round):
            client = Client(here, address=f"203.0.{round}.{people.index(person) + 1}", patience=30)
            statuses = [client.login(person.email, person.password).status for _ in range(3)]
            return client, statuses

        with ThreadPoolExecutor(1) as pool:
            first = Client(here, address=f"203.0.{round}.200")
            assert first.login(people[0].email, people[0].password).status == 200
            setting = pool.submit(command, there, "lock", "--network", network, "--for", "1h")
            answers = in_parallel(log_in, people)
            setting.result(30)

        assert {status for _, statuses in answers for status in statuses} <= {200, 401}
        for client, _ in [*answers, (first, [])]:
            assert client.me().status == 401
        result = json.loads(command(there, "incident", "--network", network, "--json").stdout)
        assert result["sessions"] == 0
        assert Client(here, address=f"203.0.{round}.1").login(people[0].email, people[0].password).status == 401


def test_a_lock_at_one_node_ends_sessions_at_the_other_and_holds_there():
    database = Database()
    nodes = [Server({"DATABASE_URL": database.url()}, start=False) for _ in range(2)]
    try:
        for node in nodes:
            node.launch()
        for node in nodes:
            eventually(node.is_ready, 30, what="readiness")
        here, there = nodes
        person = Person(here).sign_up()
        client = person.login(address=IN_VIENNA)
        far = Client(there, address=IN_VIENNA, cookies=client.jar)
        assert client.is_signed_in() and far.is_signed_in()

        command(there, "lock", "--account", person.username, "--for", "1h")

        assert_problem(client.me(), "session_revoked", 401)
        assert_problem(far.me(), "session_revoked", 401)
        for node in nodes:
            assert Client(node).login(person.email, person.password).status == 401
        outlived(here, there)
    finally:
        for node in nodes:
            node.close()
        database.drop()


# report


def test_a_report_sums_up_what_has_happened(server, run):
    person, other = Person(server).sign_up(), Person(server).sign_up()
    home, phone = person.login(), person.login()
    other.login().logout()
    for _ in range(11):
        Client(server, address=IN_VIENNA).login(person.email, new_password())
    home.revoke(phone.session["id"])
    new = new_password()
    home.post("/api/account/password", {"currentPassword": person.password, "newPassword": new})
    run("lock", "--network", "198.51.100.0/24", "--for", "1h")

    report = json.loads(run("report", "--json").stdout)
    text = run("report", "--days", "90").stdout

    log_ins, sessions = report["logIns"], report["sessions"]
    assert (log_ins["succeeded"], log_ins["accounts"]) == (3, 2)
    assert (log_ins["failed"], log_ins["refused"]) == (10, 1)
    assert (sessions["opened"], sessions["live"]) == (3, 1)
    assert sessions["ended"] | {"logged_out": 1, "revoked": 1} == sessions["ended"]
    assert report["changes"]["passwordChanged"] == 1 and report["changes"]["accountsCreated"] == 2
    assert report["locks"] == {"set": 1, "removed": 0, "inForce": 1}
    assert report["mostFailures"]["accounts"] == [{"name": person.username, "count": 10}]
    assert report["mostFailures"]["networks"] == [{"name": "203.0.113.0/24", "count": 10}]
    assert {"code": "failure_burst", "severity": "warning", "count": 1} in report["signals"]
    assert "3  succeeded" in text and person.username in text and "203.0.113.0/24" in text


def test_a_report_tells_only_of_its_days(later):
    person = Person(later).sign_up()
    person.login()
    later.go_on(3 * 86_400)
    assert Client(later).login(person.email, new_password()).status == 401

    def numbers(days):
        return json.loads(command(later, "report", "--days", days, "--json").stdout)["logIns"]

    assert (numbers("2")["succeeded"], numbers("2")["failed"]) == (0, 1)
    assert (numbers("4")["succeeded"], numbers("4")["failed"]) == (1, 1)


def test_reports_of_owners_are_counted(server):
    person = Person(server).sign_up()
    home = person.login()
    stranger = person.login(user_agent=FIREFOX)
    event = next(
        each
        for each in home.get("/api/account/activity").json["events"]
        if each["type"] == "login_succeeded" and each["sessionId"] == stranger.session["id"]
    )
    assert home.post(f"/api/account/activity/{event['id']}/report", {}).status == 200

    report = json.loads(command(server, "report", "--json").stdout)

    assert report["reports"]["notTheOwner"] == 1
    assert report["sessions"]["ended"]["reported"] == 1


# Usage


@pytest.mark.parametrize(
    "arguments",
    [
        ["incident"],
        ["incident", "--end"],
        ["incident", "--network", "203.0.113.7/24"],
        ["incident", "--network", "nonsense"],
        ["incident", "--country", "AUT"],
        ["incident", "--country", "1!"],
        ["incident", "--user-agent", ""],
        ["incident", "--user-agent", "x" * 201],
        ["incident", "--since", "yesterday"],
        ["incident", "--since", "1h", "--until", "2h"],
        ["incident", "--since", "1h", "--sample", "101"],
        ["incident", "--since", "1h", "--sample", "-1"],
        ["incident", "--since", "1h", "--reason", "why"],
        ["incident", "--since", "1h", "--end", "--reason", "x" * 65],
        ["incident", "--since", "1h", "--end", "--reason", "two\nlines"],
        ["lock"],
        ["lock", "--account", "ada"],
        ["lock", "--for", "1h"],
        ["lock", "--account", "ada", "--browser", "Edge", "--for", "1h"],
        ["lock", "--account", "ada", "--for", "59s"],
        ["lock", "--account", "ada", "--for", "31d"],
        ["lock", "--account", "ada", "--for", "forever"],
        ["lock", "--network", "10.0.0.0/7", "--for", "1h"],
        ["lock", "--network", "0.0.0.0/0", "--for", "1h"],
        ["lock", "--network", "2000::/15", "--for", "1h"],
        ["lock", "--browser", "IE6", "--for", "1h"],
        ["lock", "--user-agent", "Moz", "--for", "1h"],
        ["lock", "--user-agent", "x" * 49, "--for", "1h"],
        ["lock", "remove"],
        ["lock", "list", "extra"],
        ["report", "--days", "0"],
        ["report", "--days", "91"],
        ["report", "--days", "many"],
    ],
)
def test_a_wrong_call_is_a_usage_error(server, arguments):
    client = Person(server).sign_up().login()

    result = command(server, *arguments, code=USAGE)

    assert result.stderr.strip() and result.stdout == ""
    assert client.is_signed_in()
    assert json.loads(command(server, "lock", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["lock", "--account", "nobody", "--for", "1h"],
        ["lock", "remove", "nonsense"],
        ["lock", "remove", "0190a7b0-0000-7000-8000-000000000000"],
    ],
)
def test_what_is_not_there_is_neither_locked_nor_unlocked(run, arguments):
    result = run(*arguments, code=REFUSED)

    assert result.stderr.strip() and result.stdout == ""


@pytest.mark.parametrize(
    "arguments", [["incident", "--since", "1h"], ["lock", "list"], ["report"], ["lock", "--browser", "curl", "--for", "1h"]]
)
def test_without_a_database_nothing_is_made_up(own_server, arguments):
    server = own_server(start=False)

    command(server, *arguments, code=UNAVAILABLE)

    assert not list(server.data.iterdir())
