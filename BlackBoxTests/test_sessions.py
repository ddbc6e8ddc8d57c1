"""The list of sessions, ending them, and the stream that tells of it."""

import json
import re
import time
import uuid
from urllib.parse import quote

import pytest

from client import CHROME, FIREFOX, IPHONE, SAFARI, Client, Person
from contract import assert_problem, assert_session, instant
from server import eventually, in_parallel
from wire import Connection, raw, request_bytes


def assert_ended(server, token, code="session_revoked"):
    for path in ("/api/auth/me", "/api/auth/verify", "/api/sessions", "/api/sessions/events"):
        assert_problem(Client(server).get(path, cookies=f"token={token}"), code, 401)
        assert_problem(Client(server).get(path, bearer=token), code, 401)


# The list


def test_the_list_holds_the_callers_live_sessions_most_recently_active_first(server, person, other):
    first, second, third = person.login(), person.login(), person.login()
    other.login()
    first.me()

    response = first.get("/api/sessions")

    assert response.status == 200
    assert set(response.json) == {"sessions", "nextCursor"}
    assert response.json["nextCursor"] is None
    ids = [session["id"] for session in response.json["sessions"]]
    assert ids == [first.session["id"], third.session["id"], second.session["id"]]
    activity = [session["lastActivity"] for session in response.json["sessions"]]
    assert activity == sorted(activity, reverse=True)


def test_each_listed_session_has_exactly_the_described_fields(server, person):
    client = person.login(user_agent=FIREFOX, address="203.0.113.7")
    person.login(remember=True, user_agent=IPHONE, address="203.0.113.8")

    phone, desktop = sorted(client.sessions(), key=lambda session: session["isCurrent"])

    assert_session(
        desktop,
        id=client.session["id"],
        deviceInfo="Desktop - Firefox",
        deviceType="Desktop",
        browser="Firefox",
        os=desktop["os"],
        ipAddress="203.0.113.7",
        signInIpAddress="203.0.113.7",
        userAgent=FIREFOX,
        location=None,
        rememberMe=False,
        isActive=True,
        isCurrent=True,
        signals=[],
    )
    assert_session(
        phone,
        deviceInfo="Mobile Device - Safari",
        ipAddress="203.0.113.8",
        rememberMe=True,
        isActive=True,
        isCurrent=False,
    )
    assert desktop["browserVersion"].startswith("140") and desktop["os"].startswith("Linux")


@pytest.mark.parametrize(
    "agent, info, name",
    [
        (CHROME, "Desktop - Chrome", "Chrome"),
        (FIREFOX, "Desktop - Firefox", "Firefox"),
        (SAFARI, "Desktop - Safari", "Safari"),
        (IPHONE, "Mobile Device - Safari", "Safari"),
        (CHROME + " Edg/138.0.0.0", "Desktop - Edge", "Edge"),
        (CHROME + " OPR/120.0.0.0", "Desktop - Opera", "Opera"),
        ("Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Mobile Device - Unknown", "Samsung Internet"),
        ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1", "Tablet - Safari", "Safari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Mobile Device - Chrome", "Chrome"),
        ("Mozilla/5.0 (Android 14; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0", "Tablet - Firefox", "Firefox"),
        ("curl/8.5.0", "Desktop - Unknown", "curl"),
        ("", "Unknown", None),
        (None, "Unknown", None),
    ],
)  # fmt: skip
def test_the_device_is_told_from_the_user_agent(server, person, agent, info, name):
    client = Client(server)
    response = client.post(
        "/api/auth/login",
        {"identifier": person.email, "password": person.password},
        headers={"User-Agent": agent},
    )

    session = response.json["session"]
    assert_session(session, deviceInfo=info)
    assert session["userAgent"] in ((agent,) if agent else ("", None))
    if name:
        assert session["browserName"].lower() == name.lower()


def test_client_hints_are_heard_first(server, person):
    hints = {
        "Sec-CH-UA": '"Chromium";v="138", "Google Chrome";v="138", "Not.A/Brand";v="99"',
        "Sec-CH-UA-Mobile": "?0",
        "Sec-CH-UA-Platform": '"Android"',
    }

    response = Client(server).post(
        "/api/auth/login", {"identifier": person.email, "password": person.password}, headers=hints
    )

    assert response.json["session"]["deviceInfo"] == "Tablet - Chrome"


def test_address_and_user_agent_are_those_of_the_last_request(server, person):
    client = person.login(user_agent=CHROME, address="203.0.113.20")

    client.user_agent, client.address = FIREFOX, "203.0.113.21"
    client.me()
    session = client.sessions()[0]

    assert (session["ipAddress"], session["userAgent"]) == ("203.0.113.21", FIREFOX)
    assert session["signInIpAddress"] == "203.0.113.20"


@pytest.mark.parametrize("path", ["/api/auth/me", "/api/auth/verify", "/api/sessions", "/settings/security"])
def test_a_request_is_activity(server, person, path):
    watcher, client = person.login(), person.login()
    before = {session["id"]: session["lastActivity"] for session in watcher.sessions()}[client.session["id"]]

    def moved():
        client.get(path)
        now = {session["id"]: session["lastActivity"] for session in watcher.sessions()}[client.session["id"]]
        return instant(now) > instant(before)

    eventually(moved)


def test_activity_never_moves_the_expiry(server, person):
    client = person.login()
    expires = client.session["expiresAt"]

    for _ in range(50):
        client.me()

    assert client.me().json["session"]["expiresAt"] == expires


def test_a_list_without_a_session_is_refused(server, client):
    assert_problem(client.get("/api/sessions"), "session_missing", 401)


@pytest.fixture(scope="module")
def crowd(server):
    """Somebody with 12 sessions; the last is the one that asks."""
    person = Person(server).sign_up()
    return [person.login() for _ in range(12)]


@pytest.mark.parametrize("limit", [1, 2, 5, 11, 12, 13, 100])
def test_pages_of_every_size_hold_each_session_once(crowd, limit):
    client = crowd[-1]
    whole = client.session_ids()
    seen, query = [], f"?limit={limit}"

    while True:
        page = client.get(f"/api/sessions{query}").json
        assert len(page["sessions"]) <= limit
        seen += [session["id"] for session in page["sessions"]]
        if page["nextCursor"] is None:
            break
        assert len(page["sessions"]) == limit
        query = f"?limit={limit}&cursor={page['nextCursor']}"

    assert seen == whole


def test_sessions_touched_between_pages_are_neither_lost_nor_repeated(server):
    person = Person(server).sign_up()
    clients = [person.login() for _ in range(10)]
    asking = clients[0]
    order = asking.session_ids()

    page = asking.get("/api/sessions?limit=3").json
    seen = [session["id"] for session in page["sessions"]]
    turn = 0
    while page["nextCursor"]:
        for client in clients[1 + turn : 9 : 2]:  # some seen already, some to come
            client.me()
        turn += 1
        page = asking.get(f"/api/sessions?limit=3&cursor={page['nextCursor']}").json
        seen += [session["id"] for session in page["sessions"]]

    assert sorted(seen) == sorted(order)
    assert seen == order


def test_a_session_ended_between_pages_is_not_shown_and_no_other_is_lost(server):
    person = Person(server).sign_up()
    clients = [person.login() for _ in range(8)]
    asking = clients[-1]
    order = asking.session_ids()

    page = asking.get("/api/sessions?limit=3").json
    seen = [session["id"] for session in page["sessions"]]
    gone = [order[1], order[4]]
    for each in gone:
        assert asking.revoke(each).status == 204
    while page["nextCursor"]:
        page = asking.get(f"/api/sessions?limit=3&cursor={page['nextCursor']}").json
        seen += [session["id"] for session in page["sessions"]]

    assert seen == [each for each in order if each != order[4]]


def test_a_session_started_between_pages_does_not_shift_them(server):
    person = Person(server).sign_up()
    clients = [person.login() for _ in range(6)]
    order = clients[-1].session_ids()

    page = clients[-1].get("/api/sessions?limit=4").json
    seen = [session["id"] for session in page["sessions"]]
    person.login()
    page = clients[-1].get(f"/api/sessions?limit=4&cursor={page['nextCursor']}").json
    seen += [session["id"] for session in page["sessions"]]

    assert seen == order and page["nextCursor"] is None


@pytest.mark.parametrize(
    "limit",
    ["0", "-1", "101", "1000000000", "NaN", "1.5", "1e1", "0x10", "ten", "٣", "99999999999999999999", "%00", "+-5"],
)
def test_a_limit_outside_1_to_100_is_refused(crowd, limit):
    response = crowd[-1].get(f"/api/sessions?limit={quote(limit, safe='%+')}")

    problem = assert_problem(response, status=422)
    assert [error["field"] for error in problem["errors"]] == ["limit"]


@pytest.mark.parametrize(
    "cursor", ["x", "0", "-1", "AAAA", "eyJhIjoxfQ", "%27%20OR%201=1", "x" * 2000, "null", "%00", "../.."]
)
def test_a_forged_cursor_is_refused(crowd, cursor):
    response = crowd[-1].get(f"/api/sessions?limit=2&cursor={cursor}")

    problem = assert_problem(response, status=422)
    assert [error["field"] for error in problem["errors"]] == ["cursor"]


def test_somebody_elses_cursor_shows_nothing_of_theirs(crowd, server, person):
    client = person.login()
    cursor = crowd[-1].get("/api/sessions?limit=2").json["nextCursor"]

    response = client.get(f"/api/sessions?limit=2&cursor={cursor}")

    assert response.status in (200, 422), response
    if response.status == 200:
        assert {session["id"] for session in response.json["sessions"]} <= {client.session["id"]}


@pytest.mark.parametrize("query", ["limit=1&limit=2", "cursor=a&cursor=b"])
def test_a_parameter_given_twice_is_refused(crowd, query):
    assert crowd[-1].get(f"/api/sessions?{query}").status in (400, 422)


@pytest.mark.parametrize("query", ["unknown=1", "a[]=1&a[]=2", "userId=someone", "callback=alert", "_method=DELETE"])
def test_unknown_parameters_are_ignored(crowd, query):
    response = crowd[-1].get(f"/api/sessions?{query}")

    assert response.status == 200
    assert len(response.json["sessions"]) == len(crowd)
    assert response.media_type == "application/json"


# Ending them


def test_a_revoked_session_is_refused_at_its_next_request(server, person):
    client, ended = person.login(), person.login()
    assert ended.is_signed_in()

    response = client.revoke(ended.session["id"])

    assert response.status == 204 and response.body == b""
    assert_ended(server, ended.token)
    assert client.session_ids() == [client.session["id"]]


def test_revoking_leaves_every_other_session_alone(server, person, other):
    client, ended, kept = person.login(), person.login(), person.login()
    stranger = other.login()

    client.revoke(ended.session["id"])

    assert client.is_signed_in() and kept.is_signed_in() and stranger.is_signed_in()


def test_revoking_twice_is_no_error(server, person):
    client, ended = person.login(), person.login()

    assert client.revoke(ended.session["id"]).status == 204
    assert client.revoke(ended.session["id"]).status == 204


def test_revoking_a_session_that_logged_out_is_no_error(server, person):
    client, ended = person.login(), person.login()
    ended.logout()

    assert client.revoke(ended.session["id"]).status == 204


def test_the_current_session_is_not_revoked(server, person):
    client = person.login()

    response = client.revoke(client.session["id"])

    assert_problem(response, "current_session", 409)
    assert client.is_signed_in()


def test_an_unknown_session_and_somebody_elses_look_the_same(server, person, other):
    client, stranger = person.login(), other.login()
    ended = other.login()
    stranger.revoke(ended.session["id"])

    answers = [
        client.revoke(stranger.session["id"]),
        client.revoke(ended.session["id"]),
        client.revoke(str(uuid.uuid4())),
        client.revoke("0190a7b0-0000-7000-8000-000000000000"),
    ]

    for answer in answers:
        assert_problem(answer, "session_not_found", 404)
        body = {key: value for key, value in answer.json.items() if key not in ("requestId", "instance")}
        assert body == {key: answers[0].json[key] for key in body}
        assert [name for name, _ in answer.headers] == [name for name, _ in answers[0].headers]
    assert stranger.is_signed_in()


@pytest.mark.parametrize(
    "identity",
    ["x", "0", "-1", "9223372036854775808", "null", "{id}0", "%7B{id}%7D", "{id}%20", "%27%20OR%201=1--", "x" * 4000, "%00", "..%2f..", "{id}%00", "*"],
)  # fmt: skip
def test_what_is_no_session_id_ends_nothing(server, person, identity):
    client, kept = person.login(), person.login()

    response = client.delete("/api/sessions/" + identity.replace("{id}", kept.session["id"]))

    assert response.status in (400, 404, 422), response
    assert kept.is_signed_in()


def test_revoking_without_a_session_is_refused(server, person):
    kept = person.login()

    assert_problem(Client(server).revoke(kept.session["id"]), "session_missing", 401)

    assert kept.is_signed_in()


def test_a_revoked_session_revokes_nothing(server, person):
    client, ended, kept = person.login(), person.login(), person.login()
    client.revoke(ended.session["id"])

    assert_problem(ended.revoke(kept.session["id"]), "session_revoked", 401)
    assert_problem(ended.post("/api/sessions/revoke-others"), "session_revoked", 401)
    assert_problem(ended.post("/api/sessions/revoke-all"), "session_revoked", 401)

    assert kept.is_signed_in() and client.is_signed_in()


def test_revoking_the_others_keeps_the_current_one(server, person, other):
    client, *ended = [person.login() for _ in range(4)]
    stranger = other.login()

    response = client.post("/api/sessions/revoke-others")

    assert (response.status, response.json) == (200, {"revoked": 3})
    assert response.all("set-cookie") == []
    for each in ended:
        assert_ended(server, each.token)
    assert client.is_signed_in() and stranger.is_signed_in()
    assert client.post("/api/sessions/revoke-others").json == {"revoked": 0}


def test_revoking_all_ends_the_current_one_too_and_clears_the_cookie(server, person, other):
    clients = [person.login(remember=number % 2 == 0) for number in range(4)]
    tokens = [client.token for client in clients]
    stranger = other.login()

    response = clients[0].post("/api/sessions/revoke-all")

    assert (response.status, response.json) == (200, {"revoked": 4})
    cookie = response.cookie("token")
    assert cookie.value == ""
    assert sorted(cookie.attributes) == sorted(["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=0"])
    for token in tokens:
        assert_ended(server, token)
    assert stranger.is_signed_in()
    assert person.login().is_signed_in()


def test_a_revoked_token_is_refused_a_thousand_times_at_once(server, person):
    client, ended = person.login(), person.login()
    token = ended.token
    assert client.revoke(ended.session["id"]).status == 204

    def replay(_):
        browser = Client(server, cookies={"token": token})
        return [browser.get("/api/auth/verify").status for _ in range(50)]

    statuses = [status for each in in_parallel(replay, range(20)) for status in each]
    assert statuses == [401] * 1000


def test_no_request_that_starts_after_the_answer_is_accepted(server, person):
    client = person.login()
    for _ in range(25):
        ended = person.login()
        answered = []

        def use(_, ended=ended, answered=answered):
            browser = Client(server, cookies={"token": ended.token})
            while True:
                late = bool(answered)
                if browser.get("/api/auth/verify").status == 401:
                    return True
                assert not late, "accepted after the revocation had been answered"

        def end(_, ended=ended, answered=answered):
            assert client.revoke(ended.session["id"]).status == 204
            answered.append(True)

        in_parallel(lambda work: work(None), [use, use, use, end])


def test_a_request_in_flight_does_not_revive_a_revoked_session(server, person):
    client, ended = person.login(), person.login()
    identity, token = ended.session["id"], ended.token

    def use():
        browser = Client(server, cookies={"token": token})
        for _ in range(30):
            browser.me()

    in_parallel(lambda work: work(), [use] * 8 + [lambda: client.revoke(identity)])

    assert_ended(server, token)
    assert identity not in client.session_ids()


def test_the_same_session_revoked_50_times_at_once_is_ended_once(server, person):
    watcher = person.login()
    ended = person.login()
    revokers = [Client(server, cookies={"token": watcher.token}) for _ in range(50)]

    with watcher.events() as stream:
        responses = in_parallel(lambda revoker: revoker.revoke(ended.session["id"]), revokers)

        assert [response.status for response in responses] == [204] * 50
        assert stream.expect("session-ended")["id"] == ended.session["id"]
        marker = person.login()
        assert stream.expect("session-started")["session"]["id"] == marker.session["id"]


def test_of_two_sessions_that_revoke_each_other_at_once_one_is_left(server, person):
    for _ in range(10):
        first, second = person.login(), person.login()

        answers = in_parallel(lambda pair: pair[0].revoke(pair[1].session["id"]), [(first, second), (second, first)])

        assert sorted(answer.status for answer in answers) == [204, 401]
        assert [first.is_signed_in(), second.is_signed_in()].count(True) == 1


def test_a_revocation_survives_kill_9(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client, ended = person.login(), person.login()

    assert client.revoke(ended.session["id"]).status == 204
    server.kill()
    server.start()

    assert_ended(server, ended.token)
    assert client.is_signed_in()


# The stream


def test_the_stream_tells_of_a_session_that_starts(server, person):
    client = person.login()

    with client.events() as stream:
        assert stream.status == 200
        started = person.login(user_agent=FIREFOX)
        data = stream.expect("session-started")

    assert set(data) == {"session"}
    assert_session(data["session"], id=started.session["id"], deviceInfo="Desktop - Firefox", isCurrent=False)


def test_the_stream_tells_of_a_session_that_is_revoked(server, person):
    client, ended = person.login(), person.login()

    with client.events() as stream:
        client.revoke(ended.session["id"])

        assert stream.expect("session-ended") == {"id": ended.session["id"], "reason": "revoked"}


def test_the_stream_tells_of_a_session_that_logs_out(server, person):
    client, ended = person.login(), person.login()

    with client.events() as stream:
        ended.logout()

        assert stream.expect("session-ended") == {"id": ended.session["id"], "reason": "logged_out"}


def test_the_stream_of_a_revoked_session_says_so_within_a_second_and_closes(server, person):
    client, ended = person.login(), person.login()

    with ended.events() as stream:
        client.revoke(ended.session["id"])

        assert stream.expect("signed-out", seconds=1) == {"reason": "revoked"}
        stream.expect_end(2)


def test_the_stream_of_a_session_that_logs_out_says_so_and_closes(server, person):
    client = person.login()

    with client.events() as stream:
        client.logout()

        assert stream.expect("signed-out", seconds=1) == {"reason": "logged_out"}
        stream.expect_end(2)


def test_revoking_all_closes_every_stream(server, person):
    clients = [person.login() for _ in range(3)]
    streams = [client.events() for client in clients]

    clients[0].post("/api/sessions/revoke-all")

    for stream in streams:
        found = stream.next()
        while found is not None and found[0] in ("comment", "session-ended"):
            found = stream.next()
        assert found is not None and found[0] == "signed-out", found
        assert set(found[1]) == {"reason"}
        stream.expect_end(2)
        stream.close()


def test_revoking_the_others_tells_the_stream_of_each(server, person):
    client, *ended = [person.login() for _ in range(4)]

    with client.events() as stream:
        client.post("/api/sessions/revoke-others")
        told = [stream.expect("session-ended") for _ in ended]

    assert sorted(each["id"] for each in told) == sorted(each.session["id"] for each in ended)


def test_the_stream_tells_nothing_of_anybody_else(server, person, other):
    client = person.login()

    with client.events() as stream:
        stranger, second = other.login(), other.login()
        stranger.revoke(second.session["id"])
        mine = person.login()

        assert stream.expect("session-started")["session"]["id"] == mine.session["id"]


def test_the_stream_of_a_disabled_person_says_so_and_closes(server, person):
    client = person.login()

    with client.events() as stream:
        assert server.command("user", "disable", person.username).returncode == 0

        assert stream.expect("signed-out", seconds=2) == {"reason": "disabled"}
        stream.expect_end(2)


def test_the_stream_takes_a_bearer_token(server, person):
    client = person.login()

    with client.events(bearer=client.token) as stream:
        assert stream.status == 200


def test_the_stream_is_refused_without_a_session(server, client):
    client.jar["token"] = "x"

    with client.events() as stream:
        assert_problem(stream.response, "token_invalid", 401)


def test_at_most_8_streams_of_a_session_are_open(server, person):
    client, second = person.login(), person.login()
    streams = [client.events() for _ in range(8)]
    assert [stream.status for stream in streams] == [200] * 8

    with client.events() as ninth, second.events() as elsewhere:
        assert_problem(ninth.response, "too_many_attempts", 429)
        assert elsewhere.status == 200

    streams.pop().close()
    eventually(lambda: opens(client), what="room for a stream after one was closed")
    for stream in streams:
        stream.close()


def opens(client):
    with client.events() as stream:
        return stream.status == 200


def test_a_quiet_stream_sends_a_comment_every_15_seconds(server, person):
    with person.login().events() as stream:
        start = time.monotonic()
        found = stream.next(20)
        while found and found[0] == "comment" and time.monotonic() - start < 5:
            found = stream.next(20)  # a greeting

        assert found and found[0] == "comment", found
        assert time.monotonic() - start <= 17


def test_a_stream_that_is_not_read_does_not_hold_up_the_others(server, person):
    client = person.login()
    with client.events(), client.events() as read:
        for _ in range(30):
            person.login().logout()

        for _ in range(30):
            read.expect("session-started")
            read.expect("session-ended")


def test_an_open_stream_is_no_activity(server, person):
    watcher, client = person.login(), person.login()

    with client.events() as stream:
        opened = find(watcher, client)["lastActivity"]
        person.login()
        stream.expect("session-started")

        assert find(watcher, client)["lastActivity"] == opened


def find(watcher, client):
    return next(session for session in watcher.sessions() if session["id"] == client.session["id"])


def test_open_streams_do_not_hold_up_the_end_of_the_server(own_server):
    server = own_server()
    client = Person(server).sign_up().login()

    with client.events() as stream:
        assert stream.status == 200

        assert server.terminate(10) == 0


def test_the_stream_is_plain_server_sent_events(server, person):
    client = person.login()
    with Connection(server.port) as connection:
        connection.send(
            request_bytes("GET", "/api/sessions/events", [("Host", server.host), ("Cookie", f"token={client.token}")])
        )
        status, headers = connection.read_head()
        person.login(user_agent='Line\tBreaker \\ " : data: x')
        text = ""
        while "\n\n" not in text.replace("\r\n", "\n") or "session-started" not in text:
            size = int(connection.take_until(b"\r\n"), 16)
            text += connection.take(size + 2)[:-2].decode()

    assert status == 200
    fields = {name.lower(): value for name, value in headers}
    assert fields["content-type"].startswith("text/event-stream")
    assert fields["cache-control"] == "no-store"
    block = next(each for each in text.split("\n\n") if "session-started" in each)
    assert re.search(r"^event: ?session-started$", block, re.M)
    data = [line for line in block.splitlines() if line.startswith("data:")]
    assert json.loads("\n".join(line[5:] for line in data))


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
def test_the_stream_answers_get_only(server, person, method):
    client = person.login()
    lines = [("Host", server.host), ("Cookie", f"token={client.token}"), ("Sec-Fetch-Site", "same-origin")]
    lines += [("Content-Length", "0"), ("Content-Type", "application/json")]

    response = raw(server.port, request_bytes(method, "/api/sessions/events", lines), method)

    assert response.status in ((405, 200) if method == "HEAD" else (404, 405)), response
