"""Lifetimes: 86,400 s and 2,592,000 s, fixed at log-in, by the server's clock alone."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from client import Client, Person
from contract import assert_problem, instant
from server import Server, eventually

DAY = 86_400
MONTH = 2_592_000
SWEEP_SECONDS = 61
PURGE_SECONDS = 330


def go_to(server, moment):
    """Moves the server's clock to this moment (seconds since 1970)."""
    server.set_clock(moment - time.time())


def record(server, session_id):
    """The session's row as stored, or None."""
    rows = server.query("SELECT * FROM session WHERE id = ?", uuid.UUID(session_id).bytes)
    return rows[0] if rows else None


def assert_expired(server, token):
    for path in ("/api/auth/me", "/api/auth/verify", "/api/sessions", "/api/sessions/events"):
        assert_problem(Client(server).get(path, cookies=f"token={token}"), "session_expired", 401)
        assert_problem(Client(server).get(path, bearer=token), "session_expired", 401)
    page = Client(server).open("/settings/security", cookies=f"token={token}")
    assert (page.status, page.location.split("&")[0]) == (303, "/login?reason=expired")


@pytest.mark.parametrize("remember, lifetime, step", [(False, DAY, 3_600), (True, MONTH, DAY)])
def test_a_session_dies_at_its_hour_however_active_it_is(own_server, remember, lifetime, step):
    server = own_server(faketime=True)
    client = Person(server).sign_up().login(remember=remember)
    created, expires = instant(client.session["createdAt"]), instant(client.session["expiresAt"])
    assert expires - created == pytest.approx(lifetime, abs=0.001)

    for moment in range(int(created) + step, int(expires), step):
        go_to(server, moment)
        response = client.me()
        assert response.status == 200, (moment - created, response)
        assert response.json["session"]["expiresAt"] == client.session["expiresAt"]
        assert response.all("set-cookie") == []
    go_to(server, expires - 2)
    assert client.is_signed_in()

    go_to(server, expires)
    assert_expired(server, client.token)


def test_a_short_session_dies_while_a_remembered_one_of_the_same_person_lives(own_server):
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    short, remembered = person.login(), person.login(remember=True)

    go_to(server, instant(short.session["expiresAt"]))

    assert_expired(server, short.token)
    assert remembered.session_ids() == [remembered.session["id"]]


def test_an_expired_session_leaves_the_list_the_moment_it_expires(own_server):
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    short, remembered = person.login(), person.login(remember=True)

    go_to(server, instant(short.session["expiresAt"]) - 2)
    assert set(remembered.session_ids()) == {short.session["id"], remembered.session["id"]}
    go_to(server, instant(short.session["expiresAt"]))

    assert remembered.session_ids() == [remembered.session["id"]]


def test_an_expired_session_revokes_nothing(own_server):
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    short, remembered = person.login(), person.login(remember=True)

    go_to(server, instant(short.session["expiresAt"]))

    assert_problem(short.revoke(remembered.session["id"]), "session_expired", 401)
    assert_problem(short.post("/api/sessions/revoke-all"), "session_expired", 401)
    assert remembered.is_signed_in()


def test_a_restart_does_not_move_the_expiry(own_server):
    server = own_server(faketime=True)
    client = Person(server).sign_up().login()

    go_to(server, instant(client.session["expiresAt"]) - 600)
    assert client.is_signed_in()
    server.set_clock(0)
    server.restart()
    assert client.me().json["session"]["expiresAt"] == client.session["expiresAt"]
    go_to(server, instant(client.session["expiresAt"]))

    assert_expired(server, client.token)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2038, 1, 19, 3, 14, 0, tzinfo=UTC),
        datetime(2040, 2, 28, 23, 59, 50, tzinfo=UTC),
        datetime(2100, 3, 1, tzinfo=UTC),
        datetime(2106, 2, 7, 6, 28, 0, tzinfo=UTC),
    ],
    ids=lambda moment: moment.date().isoformat(),
)
def test_lifetimes_hold_on_awkward_dates(own_server, moment):
    server = own_server(faketime=True)
    go_to(server, moment.timestamp())
    client = Person(server).sign_up().login()
    expires = instant(client.session["expiresAt"])
    assert expires == pytest.approx(moment.timestamp() + DAY, abs=30)

    go_to(server, expires - 2)
    assert client.is_signed_in()
    go_to(server, expires)
    assert_expired(server, client.token)


# The sweep and the purge. One course of events, since each part of it takes a minute or more of real time. It goes on in the
# background from the first test of this file, and what it has seen is judged at the end of the whole run.


@pytest.fixture(scope="session")
def course_under_way():
    server = Server(faketime=True)
    pool = ThreadPoolExecutor(1)
    yield pool.submit(follow_course, server)
    server.close()
    pool.shutdown()


@pytest.fixture(autouse=True)
def begin_the_course(course_under_way):
    """Starts it with the first test of this file."""


@pytest.fixture
def course(course_under_way):
    return course_under_way.result(3 * SWEEP_SECONDS + PURGE_SECONDS)


def follow_course(server):
    """What is seen while a session expires, is swept, the clock goes back, and the record is purged."""
    person = Person(server).sign_up()
    short, remembered = person.login(), person.login(remember=True)
    identity, expires = short.session["id"], instant(short.session["expiresAt"])
    seen = {"identity": identity}

    with short.events() as own, remembered.events() as others:
        go_to(server, expires + 1)
        started = time.monotonic()
        seen["others"] = others.expect("session-ended", SWEEP_SECONDS)
        seen["own"] = own.expect("signed-out", SWEEP_SECONDS)
        own.expect_end(5)
    seen["row"] = eventually(lambda: ended(server, identity), SWEEP_SECONDS, 0.2, what="the sweep")
    seen["swept_after"] = time.monotonic() - started
    seen["code_after_sweep"] = short.me().code

    go_to(server, expires - 3_600)
    seen["status_with_the_clock_back"] = short.me().status

    # The remembered session expired a day less than thirty days after the short one: it is swept now, and not yet purged.
    go_to(server, expires + MONTH + 3_600)
    eventually(lambda: record(server, identity) is None, PURGE_SECONDS, 0.5, what="the purge")
    seen["kept"] = record(server, remembered.session["id"])
    seen["code_after_purge"] = short.me().code
    return seen


def ended(server, session_id):
    row = record(server, session_id)
    return row if row and "expired" in row else None


@pytest.mark.last
def test_an_expired_session_is_marked_ended_within_a_minute(course):
    assert "expired" in course["row"]
    assert course["swept_after"] <= SWEEP_SECONDS


@pytest.mark.last
def test_the_streams_tell_of_an_expiry(course):
    assert course["own"] == {"reason": "expired"}
    assert course["others"] == {"id": course["identity"], "reason": "expired"}


@pytest.mark.last
def test_a_swept_session_is_still_called_expired(course):
    assert course["code_after_sweep"] == "session_expired"


@pytest.mark.last
def test_a_swept_session_stays_ended_when_the_clock_goes_back(course):
    assert course["status_with_the_clock_back"] == 401


@pytest.mark.last
def test_an_ended_record_is_purged_after_30_days(course):
    assert course["kept"] is not None, "a record younger than that is kept"


@pytest.mark.last
def test_a_purged_session_is_still_refused(course):
    assert course["code_after_purge"] in ("session_expired", "token_invalid")
