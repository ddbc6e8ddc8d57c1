"""Ending other sessions takes a fresh log-in (REAUTH_AFTER): who finds a browser open must not be able to lock its owner out."""

import time

import pytest

from client import Client, Person
from contract import assert_problem, instant


@pytest.fixture
def stale(own_server):
    """A server, a person, a browser whose log-in is just over an hour old, and a newer one, where an hour is the limit."""
    server = own_server({"REAUTH_AFTER": "1h"}, faketime=True)
    person = Person(server).sign_up()
    old = person.login(remember=True)
    logged_in = instant(old.session["createdAt"])
    server.set_clock(logged_in + 3_590 - time.time())
    assert old.revoke(person.login().session["id"]).status == 204, "an hour is not over yet"
    server.set_clock(logged_in + 3_601 - time.time())
    return server, person, old, person.login()


def test_ending_other_sessions_asks_for_a_fresh_log_in(stale):
    _, _, old, other = stale
    for response in (old.revoke(other.session["id"]), old.post("/api/sessions/revoke-others")):
        assert_problem(response, "reauthentication_required", 403)
    assert other.is_signed_in()


def test_the_forms_ask_for_it_too(stale):
    _, _, old, other = stale
    for path in (f"/settings/security/sessions/{other.session['id']}/revoke", "/settings/security/revoke-others"):
        form = old.page(path).form_to(path)
        response = old.submit(form)
        assert response.status == 403 and "reauthenticate=1" in response.text, response
    assert other.is_signed_in()


def test_seeing_the_list_and_logging_out_never_ask(stale):
    _, _, old, other = stale
    assert len(old.session_ids()) == 2
    assert old.page("/settings/security").rows
    assert old.logout().status == 204
    assert other.is_signed_in()


def test_logging_out_everywhere_never_asks(stale):
    _, _, old, other = stale
    response = old.post("/api/sessions/revoke-all")
    assert (response.status, response.json) == (200, {"revoked": 2})
    assert not other.is_signed_in()


def test_after_logging_in_again_others_can_be_ended(stale):
    server, person, old, other = stale
    again = Client(server, cookies=old.jar)
    assert again.login(person.email, person.password).status == 200

    assert again.revoke(other.session["id"]).status == 204
    assert not other.is_signed_in()
