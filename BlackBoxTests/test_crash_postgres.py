"""kill -9 of PostgreSQL and of nodes in the middle of log-ins and revocations: what was acknowledged holds."""

import os
import random

import pytest

from client import Person
from ledgers import assert_audit_log_is_sound, assert_kept, under_load
from replicated import Single
from server import Server, eventually

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "10"))
WORKERS = 6


@pytest.fixture
def database():
    """A server of its own: others would be killed with it."""
    made = Single()
    yield made
    made.close()


def test_what_was_acknowledged_survives_kill_9_of_the_database_and_of_nodes(database, own_server):
    nodes = [own_server({"DATABASE_URL": database.instance.url}, start=False) for _ in range(2)]
    for node in nodes:
        node.start()
    people = [Person(nodes[0]).sign_up() for _ in range(WORKERS)]
    ended, killed = set(), set()

    for number in range(ROUNDS):
        victims = random.Random(f"victims {number}").choice(["database", "first", "second", "all"])
        killed.add(victims)
        with under_load(nodes, people, number) as ledgers:
            if victims in ("database", "all"):
                database.instance.kill()
            for node, name in zip(nodes, ("first", "second")):
                if victims in (name, "all"):
                    node.kill()
        if victims in ("database", "all"):
            database.instance.start()
        for node in nodes:
            if not node.is_alive():
                node.launch()
        for node in nodes:
            eventually(node.is_ready, 30, what="readiness")
        for node in nodes:
            now_ended = assert_kept(node, ledgers, ended, f"round {number}, {victims} killed")
        ended = now_ended
        assert_audit_log_is_sound(nodes[0])

    assert ended, "the rounds have seen revocations"
    assert ROUNDS < 10 or killed == {"database", "first", "second", "all"}
