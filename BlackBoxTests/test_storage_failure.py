"""Storage that cannot be written to: 503, and nobody is let in, logged out or told that something was done."""

import sqlite3
from contextlib import contextmanager

import pytest

from client import Client, Person
from contract import assert_problem


@contextmanager
def broken(server):
    """Somebody else holds the database's lock for writing: every write fails at once."""
    database = sqlite3.connect(server.database_path(), isolation_level=None, timeout=10)
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        database.execute("ROLLBACK")
        database.close()


@pytest.fixture
def failing(own_server):
    """A server, a person, two signed-in browsers of theirs."""
    server = own_server()
    person = Person(server).sign_up()
    return server, person, person.login(), person.login()


def assert_unavailable(response):
    assert_problem(response, "storage_unavailable", 503)
    assert int(response.header("retry-after")) > 0
    assert response.all("set-cookie") == []


def test_nobody_is_let_in(failing):
    server, person, _, _ = failing
    with broken(server):
        assert_unavailable(Client(server).login(person.email, person.password))
        assert_unavailable(
            Client(server).post(
                "/api/auth/register", {"email": "b@example.org", "username": "bea", "password": person.password}
            )
        )
        # An attempt that cannot be counted is not looked at, or whoever breaks the storage could guess as they like.
        assert_unavailable(Client(server).login(person.email, person.password + "x"))

    assert Client(server).login(person.email, person.password).status == 200
    assert Client(server).login("bea", person.password).status == 401


def test_nobody_is_told_that_a_session_has_ended(failing):
    server, _, first, second = failing
    with broken(server):
        assert_unavailable(first.revoke(second.session["id"]))
        assert_unavailable(first.post("/api/sessions/revoke-others"))
        assert_unavailable(first.post("/api/sessions/revoke-all"))
        assert second.is_signed_in()

    assert first.revoke(second.session["id"]).status == 204
    assert not second.is_signed_in()


def test_nobody_is_logged_out_and_the_cookie_stays(failing):
    server, _, first, second = failing
    with broken(server):
        assert_unavailable(first.logout())
        assert first.is_signed_in() and second.is_signed_in()

    assert first.is_signed_in()
    assert first.logout().status == 204


def test_a_page_says_so_and_the_cookie_stays(failing):
    server, person, first, _ = failing
    with broken(server):
        page = first.page("/settings/security/revoke-others")
        answers = [first.submit(page.form_to("/settings/security/revoke-others"))]
        answers.append(first.submit(page.form_to("/logout")))
        stranger = Client(server)
        answers.append(stranger.submit(stranger.page("/login").form_to("/login"), {
            "Email or username": person.email, "Password": person.password,
        }))
        for answer in answers:
            assert answer.status == 503 and int(answer.header("retry-after")) > 0, answer
            assert answer.header("content-type") == "text/html; charset=utf-8"
            assert answer.all("set-cookie") == []

    assert first.is_signed_in()
