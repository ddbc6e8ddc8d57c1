"""A standby, and what may be lost with a primary that has none: nothing that was answered."""

import pytest

from client import Client
from contract import assert_problem
from replicated import DATABASE, Pair
from server import eventually, in_parallel, start_fails

LEASE_LOST = {503}


@pytest.fixture
def pair():
    made = []

    def make(**arguments):
        made.append(Pair(**arguments))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_node_that_stays_with_a_primary_that_was_replaced_vouches_for_nobody(pair):
    pair = pair().start()
    pair.split()

    pair.revoke_on_the_new_primary()

    assert pair.statuses_on_the_old_primary() == LEASE_LOST
    old, new = pair.nodes
    assert new.status(pair.phone.token) == 401 and new.status(pair.laptop.token) == 204


def test_a_node_goes_over_to_the_new_primary_and_knows_what_was_ended_on_either(pair):
    pair = pair().start()
    ended_before = pair.person.login()
    assert [node.status(ended_before.token) for node in pair.nodes] == [204, 204]
    assert Client(pair.nodes[0].server, cookies=pair.laptop.jar).revoke(ended_before.session["id"]).status == 204
    pair.split()
    pair.revoke_on_the_new_primary()

    pair.replicated.primary.stop()
    pair.nodes[0].links[0].close()

    eventually(pair.nodes[0].server.is_ready, 30, what="readiness on the new primary")
    for node in pair.nodes:
        assert [node.status(each.token) for each in (ended_before, pair.phone, pair.laptop)] == [401, 401, 204]


def test_a_node_whose_lease_is_from_the_new_primary_reads_nothing_on_the_old_one(pair):
    pair = pair().start()
    pair.split()
    node, old = pair.nodes[0], pair.replicated.primary
    pooled = "FROM pg_stat_activity WHERE application_name = 'sessiond' AND backend_type = 'client backend'"
    assert old.sql(f"SELECT 1 {pooled}")

    # Only the lease's connection goes over; those that records are read by stay where they are.
    node.links[0].admit_nobody()
    old.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sessiond lease'")
    members = "SELECT 1 FROM node WHERE state = 1 HAVING count(*) = 2"
    eventually(lambda: pair.replicated.standby.sql(members, DATABASE), 30, what="membership on the new primary")
    assert old.sql(f"SELECT 1 {pooled}")
    pair.revoke_on_the_new_primary()

    assert node.status(pair.phone.token) == 401
    assert node.status(pair.laptop.token) == 204


def test_without_its_standby_a_primary_confirms_no_revocation_and_no_lease(pair):
    pair = pair().start()
    node = pair.nodes[0].server
    pair.replicated.standby.stop()

    # One way or the other, nobody is told that it is done.
    answer = Client(node, cookies=pair.laptop.jar, patience=30).revoke(pair.phone.session["id"])
    assert answer.status == 503
    eventually(lambda: node.answers("/ready") == 503, 10, what="the lost lease")
    assert_problem(Client(node).get("/ready"), "lease_lost", 503)

    pair.replicated.standby.start()
    eventually(node.is_ready, 30, what="readiness with the standby")
    # It was made on the primary, and reaches the standby with the next one.
    assert Client(node, cookies=pair.laptop.jar).revoke(pair.phone.session["id"]).status in (204, 404)
    for each in pair.nodes:
        eventually(each.server.is_ready, 30, what="readiness")
        assert each.status(pair.phone.token) == 401
        assert each.status(pair.laptop.token) == 204


def test_a_revocation_whose_wait_for_the_standby_is_cancelled_is_not_confirmed(pair):
    pair = pair().start()
    primary, node = pair.replicated.primary, pair.nodes[0].server
    pair.replicated.standby.stop()
    waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'sessiond'"

    def cancel():
        eventually(lambda: primary.sql(f"SELECT 1 {waiting}"), what="a commit that waits")
        primary.sql(f"SELECT pg_cancel_backend(pid) {waiting}")

    def revoke():
        return Client(node, cookies=pair.laptop.jar, patience=30).revoke(pair.phone.session["id"])

    answer, _ = in_parallel(lambda action: action(), [revoke, cancel])

    assert answer.status == 503


def test_without_its_standby_a_primary_does_not_keep_a_node_from_ending(pair):
    pair = pair().start()
    pair.replicated.standby.stop()

    assert [node.server.terminate(12) for node in pair.nodes] == [0, 0]


def test_a_standby_that_no_commit_waits_for_is_refused_unless_that_is_accepted_by_name(pair):
    pair = pair(synchronous=False)
    settings = {"DATABASE_URL": pair.replicated.primary.url}

    code, said = start_fails(settings)

    assert code == 78 and "asynchronous-standby" in said and "ACCEPT_REVOCATION_LOSS" in said
    assert pair.replicated.primary.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", DATABASE) == [("0",)]
    code, said = start_fails(settings | {"ACCEPT_REVOCATION_LOSS": "fsync-off"})
    assert code == 78 and "asynchronous-standby" in said
    node = pair.nodes[0].server
    node.change({"ACCEPT_REVOCATION_LOSS": "fsync-off, asynchronous-standby"})
    node.start()


def test_a_server_that_does_not_write_to_its_disk_is_refused(pair):
    pair = pair()
    primary = pair.replicated.primary
    primary.set("fsync", "off")
    primary.set("full_page_writes", "off")

    code, said = start_fails({"DATABASE_URL": primary.url})

    assert code == 78 and "fsync-off" in said and "full-page-writes-off" in said


def test_a_server_that_begins_to_lose_what_it_confirms_is_told_of(pair):
    pair = pair(synchronous=False)
    primary, node = pair.replicated.primary, pair.nodes[0].server
    pair.replicated.standby.stop()
    eventually(lambda: not primary.sql("SELECT 1 FROM pg_stat_replication"), what="no standby")
    node.start()
    pair.replicated.standby.start()

    eventually(lambda: "revocations_at_risk" in node.log(), 40, every=0.5, what="the warning")
