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


def paths_of_forms(other):
    return f"/settings/security/sessions/{other.session['id']}/revoke", "/settings/security/revoke-others"


def test_the_forms_ask_for_the_password(stale):
    _, _, old, other = stale
    for path in paths_of_forms(other):
        response = old.submit(old.page(path).form_to(path))
        assert response.status == 422 and 'id="password"' in response.text, response
    assert other.is_signed_in()


def test_the_forms_take_the_password_and_go_on_under_a_new_token(stale):
    _, person, old, other = stale
    path = paths_of_forms(other)[0]
    former = Client(old.server, cookies=old.jar)

    response = old.submit(old.page(path).form_to(path), {"Current password": "wrong"})
    assert response.status == 422 and other.is_signed_in(), response
    response = old.submit(old.page(path).form_to(path), {"Current password": person.password})

    assert response.status == 303 and not other.is_signed_in(), response
    assert old.is_signed_in() and not former.is_signed_in()
    assert 'name="password"' not in old.page(paths_of_forms(old)[1]).text, "it was just given"


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


def test_showing_again_who_is_there_lets_others_be_ended_and_changes_neither_id_nor_expiry(stale):
    _, person, old, other = stale
    before = old.me().json["session"]
    former = Client(old.server, cookies=old.jar)

    response = old.post("/api/auth/reauthenticate", {"password": person.password})

    assert response.status == 200 and response.json["session"]["id"] == before["id"], response
    assert response.json["session"]["expiresAt"] == before["expiresAt"]
    assert_problem(former.me(), "token_invalid", 401)
    assert old.revoke(other.session["id"]).status == 204
    assert not other.is_signed_in()


def test_the_page_that_asks_leads_on_to_a_path_of_this_host_alone(stale):
    _, person, old, _ = stale
    for asked, led in (("/settings/profile", "/settings/profile"), ("https://evil.example/", "/settings/security")):
        again = old.get(f"/settings/security/reauthenticate?return={asked}")
        form = old.page(f"/settings/security/reauthenticate?return={asked}").form_to("/settings/security/reauthenticate")
        assert again.status == 200 and form.data({})["return"] == led
    response = old.submit(form, {"Current password": person.password})
    assert (response.status, response.header("location")) == (303, "/settings/security")
    assert old.get("/settings/security/reauthenticate").status == 303, "nothing is asked twice"


def test_after_logging_in_again_others_can_be_ended(stale):
    server, person, old, other = stale
    again = Client(server, cookies=old.jar)
    assert again.login(person.email, person.password).status == 200

    assert again.revoke(other.session["id"]).status == 204
    assert not other.is_signed_in()
