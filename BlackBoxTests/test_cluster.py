"""Several nodes over one PostgreSQL: what one has ended, none accepts."""

import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import Client, Person
from contract import assert_problem
from postgres import Database, Link
from server import Server, eventually, in_parallel
from wire import Connection, request_bytes

# What a revocation takes at most when a member does not answer: the leases, clocks that are 1 % wrong, 50 ms, and 0.3 s to spare.
WAIT_SECONDS = 3.111 + 0.3
LEASE_SECONDS = 3.0


class Cluster:
    """A database and the nodes that share it, each with a link of its own."""

    def __init__(self, count):
        self.database = Database()
        self.links = [Link(self.database.address) for _ in range(count)]
        self.nodes = [Server({"DATABASE_URL": self.database.url(link.port)}, start=False) for link in self.links]

    def start(self):
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            eventually(node.is_ready, 30, what="readiness")
        return self

    def close(self):
        for link in self.links:
            link.mend()
        for node in self.nodes:
            if node.process and node.is_alive():
                node.process.send_signal(signal.SIGCONT)
            node.close()
        for link in self.links:
            link.close()
        self.database.drop()

    def statuses(self, token):
        return [check(node, token) for node in self.nodes]


def check(node, token):
    return Client(node).get("/api/auth/verify", cookies=f"token={token}").status


@pytest.fixture
def cluster():
    made = []

    def make(count=2):
        made.append(Cluster(count))
        return made[-1].start()

    yield make
    for one in made:
        one.close()


def test_nodes_that_start_together_on_an_empty_database_all_come_up(cluster):
    nodes = cluster(3).nodes

    assert [node.answers("/ready") for node in nodes] == [200, 200, 200]


def test_a_session_is_good_on_every_node_and_ended_on_every_node(cluster):
    cluster = cluster(3)
    person = Person(cluster.nodes[0]).sign_up()
    laptop, phone = person.login(), person.login()
    assert cluster.statuses(phone.token) == [204, 204, 204]

    for node in cluster.nodes:
        assert Client(node, cookies=laptop.jar).get("/api/sessions").status == 200
    revoked = Client(cluster.nodes[1], cookies=laptop.jar).revoke(phone.session["id"])

    assert revoked.status == 204
    for node in cluster.nodes:
        assert_problem(Client(node).get("/api/auth/verify", cookies=f"token={phone.token}"), "session_revoked", 401)
    assert cluster.statuses(laptop.token) == [204, 204, 204]


def test_whatever_ends_sessions_ends_them_everywhere(cluster):
    cluster = cluster(2)
    here, there = cluster.nodes
    person = Person(here).sign_up()

    def both(action):
        victim, actor = person.login(), person.login()
        assert cluster.statuses(victim.token) == [204, 204]
        actor = Client(there, cookies=actor.jar)
        action(actor, victim)
        assert cluster.statuses(victim.token) == [401, 401]

    both(lambda actor, victim: actor.post("/api/sessions/revoke-others"))
    both(lambda actor, victim: actor.post("/api/sessions/revoke-all"))
    both(lambda actor, victim: Client(there, cookies=victim.jar).logout())
    # The same browser logs in again: what it had before is replaced.
    both(lambda actor, victim: Client(there, cookies=victim.jar).login(person.email, person.password))
    new = "quagga-vellum new password of 40 letters"
    both(
        lambda actor, victim: actor.post(
            "/api/account/password", {"currentPassword": person.password, "newPassword": new}
        )
    )


def test_nodes_that_nothing_happens_to_stay_members(cluster):
    database = cluster(3).database
    beats = dict(database.query("SELECT id, beat FROM node"))

    # Twice as long as one that is silent keeps its row.
    eventually(
        lambda: all(beat > beats.get(node, beat) + 18 for node, beat in database.query("SELECT id, beat FROM node")),
        40,
        every=1,
        what="beats",
    )

    assert set(dict(database.query("SELECT id, beat FROM node"))) == set(beats) and len(beats) == 3


def test_a_stopped_node_costs_a_revocation_no_more_than_the_lease_and_refuses_when_it_goes_on(cluster):
    cluster = cluster(3)
    person = Person(cluster.nodes[0]).sign_up()
    laptop, phone = person.login(), person.login()
    assert cluster.statuses(phone.token) == [204, 204, 204]
    stopped = cluster.nodes[2]

    with Connection(stopped.port) as waiting:
        stopped.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        assert laptop.revoke(phone.session["id"]).status == 204
        assert time.monotonic() - begun <= WAIT_SECONDS + 0.5
        # It lies in the socket's buffer, and is read when the process goes on: after the answer to the revocation.
        waiting.send(
            request_bytes("GET", "/api/auth/verify", [("Host", stopped.host), ("Cookie", f"token={phone.token}")])
        )
        stopped.process.send_signal(signal.SIGCONT)
        assert waiting.read().status in (401, 503)

    eventually(lambda: check(stopped, laptop.token) == 204, what="the node to come back")
    assert check(stopped, phone.token) == 401


@pytest.mark.parametrize("fault", ["swallow", "cut"])
def test_a_node_that_loses_the_database_vouches_while_its_lease_lasts_and_then_says_503(cluster, fault):
    cluster = cluster(2)
    here, away = cluster.nodes
    person = Person(here).sign_up()
    laptop, phone = person.login(), person.login()
    assert cluster.statuses(phone.token) == cluster.statuses(laptop.token) == [204, 204]

    getattr(cluster.links[1], fault)()
    assert laptop.revoke(phone.session["id"]).status == 204
    seen = [check(away, phone.token), check(away, laptop.token)]

    assert seen[0] in (401, 503), "it was ended, and the answer had been given"
    eventually(lambda: check(away, laptop.token) == 503, what="the lease to run out")
    response = Client(away).get("/api/auth/verify", cookies=f"token={laptop.token}")
    assert_problem(response, "storage_unavailable", 503)
    assert not response.all("set-cookie") and response.header("retry-after")
    assert check(here, laptop.token) == 204
    cluster.links[1].mend()
    eventually(lambda: check(away, laptop.token) == 204, what="the node to come back")
    assert check(away, phone.token) == 401


def test_a_log_out_of_what_is_being_ended_elsewhere_is_answered_when_it_holds_everywhere(cluster):
    cluster = cluster(2)
    here, away = cluster.nodes
    person = Person(here).sign_up()
    laptop, phone = person.login(), person.login()
    assert cluster.statuses(phone.token) == cluster.statuses(laptop.token) == [204, 204]
    token = phone.token  # the log-out takes it out of the jar
    cluster.links[1].swallow()

    with ThreadPoolExecutor(1) as pool:
        revoked = pool.submit(laptop.revoke, phone.session["id"])
        eventually(lambda: check(here, token) == 401, what="this node to know of the end")
        assert phone.logout().status == 204
        assert check(away, token) in (401, 503)
        assert revoked.result().status == 204


def test_the_line_of_readiness_tells_a_lost_lease_from_a_lost_database(cluster):
    cluster = cluster(1)
    node = cluster.nodes[0]
    cluster.database.query("UPDATE revocation_head SET seq = -1")  # A log that goes back grants nothing.

    def code():
        response = Client(node).get("/ready")
        return response.status, response.json.get("code")

    eventually(lambda: code() == (503, "lease_lost"), what="the lease to be lost")
    cluster.links[0].cut()
    eventually(lambda: code() == (503, "storage_unavailable"), what="the database to be lost")


def test_a_killed_node_is_expelled_and_revocations_are_quick_again(cluster):
    cluster = cluster(2)
    person = Person(cluster.nodes[0]).sign_up()
    laptop = person.login()
    cluster.nodes[1].kill()

    begun = time.monotonic()
    assert laptop.revoke(person.login().session["id"]).status == 204
    assert time.monotonic() - begun <= WAIT_SECONDS + 0.5

    eventually(lambda: cluster.database.query("SELECT count(*) FROM node") == [(1,)], 30, what="its row to go")
    begun = time.monotonic()
    assert laptop.revoke(person.login().session["id"]).status == 204
    assert time.monotonic() - begun < 1


def test_a_node_that_is_told_to_stop_leaves_and_nobody_waits_for_it(cluster):
    cluster = cluster(2)
    person = Person(cluster.nodes[0]).sign_up()
    laptop = person.login()

    assert cluster.nodes[1].terminate() == 0

    assert cluster.database.query("SELECT count(*) FROM node") == [(1,)]
    begun = time.monotonic()
    assert laptop.revoke(person.login().session["id"]).status == 204
    assert time.monotonic() - begun < 1


def test_the_operator_ends_sessions_on_nodes_that_know_nothing_of_the_command(cluster):
    cluster = cluster(2)
    person = Person(cluster.nodes[0]).sign_up()
    phone = person.login()
    assert cluster.statuses(phone.token) == [204, 204]
    elsewhere = Server({"DATABASE_URL": cluster.database.url()}, start=False)
    try:
        listed = elsewhere.command("session", "list", "--user", person.email)
        ended = elsewhere.command("session", "revoke", phone.session["id"])
    finally:
        elsewhere.close()

    assert phone.session["id"] in listed.stdout, listed.stderr
    assert ended.returncode == 0, ended.stderr
    assert cluster.statuses(phone.token) == [401, 401]


def test_an_open_page_on_another_node_is_signed_out(cluster):
    cluster = cluster(2)
    here, there = cluster.nodes
    person = Person(here).sign_up()
    laptop, phone = person.login(), person.login()

    with Client(there, cookies=phone.jar).events() as stream:
        assert laptop.revoke(phone.session["id"]).status == 204
        stream.expect("signed-out", 1)


def test_a_session_that_is_opened_on_one_node_reaches_the_open_pages_of_another_within_two_seconds(cluster):
    cluster = cluster(2)
    here, there = cluster.nodes
    person = Person(here).sign_up()
    laptop = person.login()

    with Client(there, cookies=laptop.jar).events() as stream:
        phone = person.login()
        assert stream.expect("session-started", 2)["session"]["id"] == phone.session["id"]
        assert laptop.revoke(phone.session["id"]).status == 204
        assert stream.expect("session-ended", 1)["id"] == phone.session["id"]


def test_the_operator_sees_the_nodes(cluster):
    cluster = cluster(2)
    listed = cluster.nodes[0].command("nodes", "--json")

    nodes = json.loads(listed.stdout)

    assert [node["state"] for node in nodes] == ["active", "active"]
    assert {int(node["name"].rpartition(":")[2]) for node in nodes} == {node.pid for node in cluster.nodes}
    assert all(0 <= node["silentMilliseconds"] < 3_000 and node["applied"] == node["head"] == 0 for node in nodes)


def test_what_a_restored_database_holds_as_alive_opens_nothing(cluster):
    cluster = cluster(1)
    node = cluster.nodes[0]
    person = Person(node).sign_up()
    laptop = person.login()
    assert check(node, laptop.token) == 204

    finished = node.command("restore-finish")

    assert finished.returncode == 0, finished.stderr
    assert "1 session was ended" in finished.stdout
    # It was started with the database of before, and its tokens would be worth nothing.
    eventually(lambda: Client(node).get("/ready").json.get("code") == "lease_lost", what="the lease to be lost")
    node.restart()
    assert check(node, laptop.token) == 401
    assert check(node, person.login().token) == 204


def test_no_attempt_is_lost_when_an_account_is_guessed_at_on_several_nodes_at_once(cluster):
    cluster = cluster(3)
    person = Person(cluster.nodes[0]).sign_up()

    def guess(number):
        return Client(cluster.nodes[number % 3]).login(person.email, f"wrong quagga-vellum {number}").status

    statuses = in_parallel(guess, range(24))

    assert statuses.count(401) == 10, statuses
    assert statuses.count(429) == 14


def test_restarts_one_after_the_other_fail_no_check_on_the_nodes_that_stay(cluster):
    cluster = cluster(2)
    person = Person(cluster.nodes[0]).sign_up()
    laptop = person.login()
    assert cluster.statuses(laptop.token) == [204, 204]
    stop = False

    def checks(node):
        seen = []
        while not stop:
            seen.append(check(node, laptop.token))
        return seen

    with ThreadPoolExecutor(1) as pool:
        stays = pool.submit(checks, cluster.nodes[0])
        for _ in range(3):
            cluster.nodes[1].restart()
        stop = True
        seen = stays.result()

    assert len(seen) > 50 and set(seen) == {204}
