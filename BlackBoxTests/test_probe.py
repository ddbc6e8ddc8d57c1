"""`sessiond probe`: an operator's look from outside whether what was ended is refused by every node."""

import http.client
import json
import os
import pty
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from client import Client, Person, new_name, new_password
from postgres import Database
from server import PASSWORD_CANARY, TOKEN_SHAPE, Server, die_with_parent, eventually, executable, free_port

DONE, VIOLATION, USAGE, UNAVAILABLE, CONFIGURATION = 0, 1, 64, 69, 78


def assert_no_secret(text):
    assert PASSWORD_CANARY not in text
    assert not TOKEN_SHAPE.search(text.encode())


def probe(person, *arguments, password=None, code=DONE):
    """Runs a probe to its end; what it printed."""
    arguments = ["probe", "--identifier", person.username, "--interval", "0s", *arguments]
    result = person.server.command(*arguments, stdin=(password or person.password) + "\n", timeout=120)
    assert_no_secret(result.stdout + result.stderr)
    assert result.returncode == code, result
    return result


class Running:
    """A probe that goes on until it is told to stop."""

    def __init__(self, person, *arguments, stdout=subprocess.PIPE):
        self.metrics_port = free_port()
        self.process = subprocess.Popen(
            [
                executable(), "probe", "--identifier", person.username, "--interval", "0s",
                "--metrics-address", f"127.0.0.1:{self.metrics_port}", *arguments,
            ],
            env=person.server.environment(),
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=die_with_parent,
        )  # fmt: skip
        self.process.stdin.write(f"{person.password}\n".encode())
        self.process.stdin.close()
        self.process.stdin = None

    def metric(self, name):
        """The sum of a metric's series; nothing while it is not served."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as response:
                text = response.read().decode()
        except OSError:
            return None
        assert_no_secret(text)
        values = re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE)
        assert values, f"no {name} in {text}"
        return sum(map(float, values))

    def stop(self, with_signal=signal.SIGTERM):
        """What it printed, and its exit code."""
        self.process.send_signal(with_signal)
        stdout, stderr = self.process.communicate(timeout=60)
        stdout, stderr = (stdout or b"").decode(), stderr.decode()
        assert_no_secret(stdout + stderr)
        return self.process.returncode, stdout, stderr


@contextmanager
def running(person, *arguments, **options):
    probe = Running(person, *arguments, **options)
    try:
        yield probe
    finally:
        probe.process.kill()
        probe.process.wait(10)


@contextmanager
def node_that_accepts_everything(server):
    """A node whose checks are all accepted; everything else is done by the server behind it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/api/auth/verify":
                self.send_response_only(204)
                self.end_headers()
                return
            behind = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            behind.request(self.command, self.path, body, dict(self.headers.items()))
            answer = behind.getresponse()
            content = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            behind.close()

        do_GET = do_POST = do_DELETE = pass_on

        def log_message(self, *_):
            pass

    fake = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.daemon_threads = True
    threading.Thread(target=fake.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{fake.server_port}"
    finally:
        fake.shutdown()
        fake.server_close()


def open_sessions(person):
    listed = person.server.command("session", "list", "--json", "--user", person.username)
    assert listed.returncode == 0, listed
    return json.loads(listed.stdout)


def add_user(server):
    """Somebody whom the operator has added."""
    person = Person(server, username=new_name(), password=new_password())
    added = server.command(
        "user", "add", "--email", person.email, "--username", person.username, stdin=person.password + "\n"
    )
    assert added.returncode == 0, added
    return person


# What holds


def test_a_node_that_keeps_its_word_is_found_to_do_so_for_every_kind_of_ending(server, person):
    result = probe(person, server.origin, "--rounds", "3")

    lines = result.stdout.splitlines()
    assert len(lines) == 3 and result.stderr == ""
    for line, ending in zip(lines, ("revocation", "log-out", "revocation of all")):
        assert f": {ending} through {server.origin} in " in line
    assert "rounds 3  revocations 3 " in lines[2]
    assert lines[2].endswith("unavailable 0  VIOLATIONS 0  false log-outs 0")
    assert open_sessions(person) == []


@pytest.fixture
def two_nodes():
    """Two nodes that share a database."""
    database = Database()
    nodes = [Server({"DATABASE_URL": database.url()}, start=False) for _ in range(2)]
    try:
        for node in nodes:
            node.launch()
        for node in nodes:
            eventually(node.is_ready, 30, what="readiness")
        yield nodes
    finally:
        for node in nodes:
            node.process.send_signal(signal.SIGCONT)
            node.close()
        database.drop()


def rounds(prober):
    return prober.metric("probe_rounds_total") or 0


def test_two_nodes_that_share_a_database_keep_their_word(two_nodes):
    person = Person(two_nodes[0]).sign_up()
    with running(person, *(node.origin for node in two_nodes)) as prober:
        eventually(lambda: rounds(prober) >= 4, 60, what="four rounds")
        assert prober.metric("revocation_violations_total") == 0
        assert prober.metric("probe_false_logouts_total") == 0
        assert prober.metric("probe_unavailable_total") == 0
        assert prober.metric("probe_checks_total") > 4 * 2 * 10
        assert prober.metric("probe_revocation_seconds_count") >= 4
        code, stdout, stderr = prober.stop()

    assert (code, stderr) == (DONE, "")
    assert all(f"through {node.origin} " in stdout for node in two_nodes)
    assert open_sessions(person) == []


def test_a_node_that_stands_still_is_unavailable_until_it_goes_on(two_nodes):
    here, away = two_nodes
    person = Person(here).sign_up()
    with running(person, here.origin, away.origin) as prober:
        eventually(lambda: rounds(prober) >= 1, 30, what="a round")
        away.process.send_signal(signal.SIGSTOP)
        eventually(lambda: prober.metric("probe_unavailable_total"), 30, what="a check without an answer")
        away.process.send_signal(signal.SIGCONT)
        going = rounds(prober)
        eventually(lambda: rounds(prober) >= going + 2, 60, what="a whole round with it")
        assert prober.metric("probe_false_logouts_total") == 0
        code, _, stderr = prober.stop()

    told = [line.partition(" ")[2] for line in stderr.splitlines()]
    assert code == DONE
    assert told[0].startswith(f"{away.origin} is unavailable: ") and told[-1] == f"{away.origin} is available again"
    assert open_sessions(person) == []


def test_what_the_operator_ends_himself_is_told_as_a_false_log_out(server, person):
    with running(person, server.origin) as prober:
        eventually(lambda: open_sessions(person), what="a session that lives on in the first round")
        assert server.command("session", "revoke", "--user", person.username).returncode == 0
        eventually(lambda: prober.metric("probe_false_logouts_total"), what="the false log-out")
        code, _, stderr = prober.stop()

    assert code == DONE
    assert stderr.count("FALSE LOG-OUT: ") == 1 and "VIOLATION" not in stderr


# What does not hold


def test_a_node_that_goes_on_accepting_is_told_at_once_and_at_the_end(server, person):
    with node_that_accepts_everything(server) as liar, running(person, server.origin, liar) as prober:
        eventually(lambda: prober.metric("revocation_violations_total"), 20, what="a violation")
        eventually(lambda: (prober.metric("probe_rounds_total") or 0) >= 2, 30, what="two rounds")
        code, stdout, stderr = prober.stop()

    assert code == VIOLATION
    told = re.findall(r"Z VIOLATION: (\S+) accepted a session in a check that began (\S+) ms after its (.+) was", stderr)
    assert len(told) > 10 and {node for node, _, _ in told} == {liar}
    assert {ending for _, _, ending in told} >= {"revocation", "log-out"}
    assert all(0 <= float(delay) < 4_000 for _, delay, _ in told) and float(told[0][1]) < 1_000
    assert re.search(r"VIOLATIONS [1-9]", stdout)
    assert stderr.splitlines()[-1].endswith("accepted after the end of their session had been answered")
    assert open_sessions(person) == []


# What nodes cannot say


def test_a_node_that_is_down_is_unavailable_and_no_violation(server, person):
    down = f"http://127.0.0.1:{free_port()}"

    result = probe(person, down, server.origin, "--rounds", "2")

    assert [line.partition(" ")[2] for line in result.stderr.splitlines()] == [
        f"{down} is unavailable: Connection refused"
    ]
    last = result.stdout.splitlines()[-1]
    assert "revocations 2 " in last and last.endswith("VIOLATIONS 0  false log-outs 0")
    assert int(re.search(r"unavailable (\d+)", last)[1]) > 10


def test_a_node_that_accepts_connections_and_says_nothing_is_unavailable(server, person):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        name = f"http://127.0.0.1:{silent.getsockname()[1]}"
        result = probe(person, server.origin, name, "--rounds", "1")

    assert f"{name} is unavailable: it does not answer within 3 s" in result.stderr
    assert result.stdout.endswith("VIOLATIONS 0  false log-outs 0\n")


def test_nothing_was_probed_when_no_node_answers(server, person):
    result = probe(person, f"http://127.0.0.1:{free_port()}", "--rounds", "1", code=UNAVAILABLE)

    assert "nothing was probed" in result.stderr


def test_a_probe_waits_when_there_are_too_many_log_ins(server, person):
    for _ in range(10):
        assert Client(server).login(person.username, new_password()).status == 401

    result = probe(person, server.origin, "--rounds", "1", code=UNAVAILABLE)

    assert re.search(r"too many log-ins: waiting for \d+ s", result.stdout)


# What cannot be probed


def test_a_wrong_password_ends_the_probe_with_a_sentence(server, person):
    result = probe(person, server.origin, password=new_password(), code=CONFIGURATION)

    assert "the name or the password of the probe account is wrong" in result.stderr
    assert result.stdout == ""


def test_an_account_with_a_second_factor_is_refused(own_server):
    server = own_server()
    person = Person(server).sign_up()
    person.enable_two_factor()

    result = probe(person, server.origin, code=CONFIGURATION)

    assert "the probe account has a second factor" in result.stderr


def test_nodes_behind_a_public_name_are_asked_by_that_name(own_server):
    server = own_server({"PUBLIC_URL": "http://sessions.example.org", "COOKIE_NAME": "sid"})
    person = add_user(server)

    refused = probe(person, server.origin, code=CONFIGURATION)
    result = probe(person, server.origin, "--public-url", "http://sessions.example.org", "--rounds", "2")

    assert "--public-url" in refused.stderr
    assert result.stdout.endswith("VIOLATIONS 0  false log-outs 0\n")
    assert open_sessions(person) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["http://127.0.0.1:1/path"], ["nonsense"], ["http://127.0.0.1:1", "http://127.0.0.1:1"],
        ["http://127.0.0.1:1", "--rounds", "0"], ["http://127.0.0.1:1", "--interval", "-1s"],
        ["http://127.0.0.1:1", "--password", "x"], ["http://127.0.0.1:1", "--metrics-address", "9091"],
    ],
)  # fmt: skip
def test_a_wrong_call_is_a_usage_error(server, arguments):
    result = server.command("probe", "--identifier", "somebody", *arguments)

    assert result.returncode == USAGE, result


def test_no_password_is_no_violation(server):
    result = server.command("probe", "--identifier", "somebody", server.origin)

    assert result.returncode == CONFIGURATION and "password" in result.stderr, result


# How it ends, and how it shows


@pytest.mark.parametrize("seconds", [0, 0.02, 0.05, 1])
@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_probe_that_is_told_to_stop_ends_its_sessions_first(server, person, with_signal, seconds):
    with running(person, server.origin) as prober:
        eventually(lambda: open_sessions(person), what="a session")
        time.sleep(seconds)
        code, _, stderr = prober.stop(with_signal)

    assert (code, stderr) == (DONE, "")
    assert open_sessions(person) == []


def test_an_address_for_metrics_that_is_taken_is_told(server, person):
    result = probe(person, server.origin, "--metrics-address", server.host, code=UNAVAILABLE)

    assert f"cannot listen on {server.host}" in result.stderr
    assert open_sessions(person) == []


def test_a_terminal_shows_a_table_that_stays_in_its_place(server, person, tmp_path):
    password = tmp_path / "password"
    password.write_text(person.password + "\n")
    password.chmod(0o600)
    ours, theirs = pty.openpty()
    with running(person, server.origin, "--rounds", "1", "--password-file", str(password), stdout=theirs) as prober:
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 65_536):
                shown += data
        except OSError:  # The other end has gone.
            pass
        assert prober.process.wait(30) == DONE
    os.close(ours)

    tables = shown.decode().split("\x1b[4A")
    assert len(tables) > 3, "it is drawn anew while the round goes on"
    assert re.search(r"NODE +CHECKS +ACCEPTED +REFUSED +UNAVAILABLE +P50 MS +P99 MS", tables[0])
    assert re.search(rf"{server.origin} +\d+ +3 +\d+ +0 +\d+\.\d\d +\d+\.\d\d", tables[-1])
    assert "rounds 1  revocations 1 " in tables[-1]
    assert_no_secret(shown.decode())


def test_a_password_that_others_can_read_is_not_taken(server, person, tmp_path):
    password = tmp_path / "password"
    password.write_text(person.password + "\n")
    password.chmod(0o644)

    result = probe(person, server.origin, "--password-file", str(password), code=CONFIGURATION)

    assert "chmod 600" in result.stderr
