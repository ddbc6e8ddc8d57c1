"""What owners do to their own accounts: another password, proving who they are, taking their data along; and what each change ends."""

import json
from urllib.parse import quote

import pytest

import tokens
from client import Client, Person, new_address, new_name, new_password, totp
from contract import assert_problem, assert_session, assert_user, instant
from server import in_parallel
from test_storage_failure import broken

PASSWORD, REAUTHENTICATE, EXPORT = "/api/account/password", "/api/auth/reauthenticate", "/api/account/export"
SETUP, ENABLE, DISABLE, NEW_CODES = (
    f"/api/account/two-factor/{name}" for name in ("setup", "enable", "disable", "recovery-codes")
)
PER_SESSION = 10
PER_ACCOUNT = 10
PER_NETWORK = 30


@pytest.fixture(scope="module")
def server(module_server):
    """A server whose clock can be moved on. After this file it must be the very process it was."""
    server = module_server(faketime=True)
    pid = server.pid
    yield server
    assert server.is_alive() and server.pid == pid, f"the server died:\n{server.log()[-2000:]}"


def change_password(client, person, new=None, **more):
    """Changes it; the answer, and the person knows the new one if it was taken."""
    new = new or new_password()
    response = client.post(PASSWORD, {"currentPassword": person.password, "newPassword": new} | more)
    if response.status == 200:
        person.password = new
    return response


def bare(client, **options):
    """A browser that has this session and nothing else: no account knows it."""
    return Client(client.server, cookies={"token": client.token}, **options)


def assert_replaced(server, old, client):
    """The session goes on under a new token, and the old one is dead in every way to present it."""
    assert client.token != old
    for path in ("/api/auth/me", "/api/auth/verify", "/api/sessions", "/api/sessions/events"):
        assert_problem(Client(server).get(path, cookies=f"token={old}"), "token_invalid", 401)
        assert_problem(Client(server).get(path, bearer=old), "token_invalid", 401)
    assert Client(server).open("/settings/security", cookies=f"token={old}").status == 303
    me = client.me()
    assert me.status == 200, me
    assert me.json["session"]["id"] == client.session["id"]
    assert me.json["session"]["expiresAt"] == client.session["expiresAt"]
    return me


def assert_ended(server, client, reason="revoked"):
    assert_problem(client.me(), "session_revoked", 401)
    assert_problem(Client(server).me(bearer=client.token), "session_revoked", 401)
    page = client.open("/settings/security")
    assert (page.status, page.location.split("&")[0]) == (303, f"/login?reason={reason}")


def assert_challenge_void(browser, challenge, person):
    """Neither a code nor a recovery code finishes this log-in."""
    assert_problem(browser.enter_code(challenge, person.new_code()), "challenge_expired", 401)
    assert_problem(browser.enter_code(challenge, person.recovery_codes[-1]), "challenge_expired", 401)


def told(stream, event):
    """The data of the first such event; what else the stream tells is passed over."""
    while found := stream.next(2):
        if found[0] == event:
            return found[1]
    raise AssertionError(f"the stream ended before {event}")


# Another password


def test_the_new_password_counts_from_now_on_and_the_old_one_no_longer(server, person):
    client, old = person.login(), person.password
    before = client.me().json["user"]["passwordChangedAt"]

    response = change_password(client, person)

    assert (response.status, response.json) == (200, {"revoked": 0}), response
    assert response.header("cache-control") == "no-store"
    assert_problem(Client(server).login(person.email, old), "invalid_credentials", 401)
    assert person.login().is_signed_in()
    after = client.me().json["user"]["passwordChangedAt"]
    assert instant(after) == pytest.approx(server.now, abs=10) and (before is None or after > before)


def test_the_session_goes_on_under_a_new_token(server, person):
    client = person.login()
    old = client.token

    assert change_password(client, person).status == 200

    assert_replaced(server, old, client)
    before, after = tokens.parts(old)[1], tokens.parts(client.token)[1]
    assert (before["sid"], before["sub"], before["exp"]) == (after["sid"], after["sub"], after["exp"])
    assert before["jti"] != after["jti"]


@pytest.mark.parametrize("remember, lifetime", [(False, 86_400), (True, 2_592_000)])
def test_the_new_cookie_is_like_the_first_and_does_not_lengthen_the_session(server, person, remember, lifetime):
    client = person.login(remember=remember)
    server.go_on(7_200)

    cookie = change_password(client, person).cookie("token")

    assert client_attributes(cookie) and cookie.attribute("Max-Age") == str(lifetime)
    assert client.is_signed_in()
    assert client.me().json["session"]["expiresAt"] == client.session["expiresAt"]


def client_attributes(cookie):
    """A session's cookie has these attributes and no others."""
    names = sorted(attribute.partition("=")[0] for attribute in cookie.attributes)
    assert names == ["HttpOnly", "Max-Age", "Path", "SameSite"], cookie.line
    return cookie.attributes


def test_the_browser_is_known_by_another_secret_and_all_others_are_forgotten(server, person):
    elsewhere, client = person.login(), person.login()
    before = client.jar["known_browser"]

    response = change_password(client, person, revokeOtherSessions=False)

    assert response.cookie("known_browser").value == client.jar["known_browser"] != before
    client.logout()
    for _ in range(PER_ACCOUNT):
        Client(server).login(person.email, "not the password")
    body = {"identifier": person.email, "password": person.password}
    for forgotten in (before, elsewhere.jar["known_browser"]):
        answer = Client(server).post("/api/auth/login", body, cookies=f"known_browser={forgotten}")
        assert_problem(answer, "too_many_attempts", 429)
    assert client.login(person.email, person.password).status == 200


def test_a_browser_that_was_not_known_is_not_made_known(server, person):
    client = bare(person.login())

    assert change_password(client, person).cookie("known_browser") is None


def test_the_other_sessions_end_and_the_page_says_why(server, person, other):
    client, elsewhere, remembered = person.login(), person.login(), person.login(remember=True)
    stranger = other.login()

    assert change_password(client, person).json == {"revoked": 2}

    for each in (elsewhere, remembered):
        assert_ended(server, each, "password_changed")
    assert client.session_ids() == [client.session["id"]]
    assert stranger.is_signed_in()


def test_the_other_sessions_go_on_where_the_owner_says_so(server, person):
    client, elsewhere = person.login(), person.login()
    old = client.token

    assert change_password(client, person, revokeOtherSessions=False).json == {"revoked": 0}

    assert_replaced(server, old, client)
    assert elsewhere.is_signed_in()


def test_the_open_pages_are_told_by_the_stream(server, person):
    client, elsewhere = person.login(), person.login()

    with client.events() as own, elsewhere.events() as others:
        assert change_password(client, person).status == 200
        assert told(others, "signed-out") == {"reason": "password_changed"}
        others.expect_end(2)
        told(own, "token-replaced")


def test_a_wrong_current_password_changes_nothing(server, person):
    client, elsewhere = person.login(), person.login()
    old = client.token

    for wrong in (new_password(), person.password + " ", person.password.upper(), person.password[:-1], ""):
        response = client.post(PASSWORD, {"currentPassword": wrong, "newPassword": new_password()})
        assert_problem(response, "invalid_credentials", 403)
        assert response.all("set-cookie") == []

    assert client.token == old and client.is_signed_in() and elsewhere.is_signed_in()
    assert person.login().is_signed_in()


@pytest.mark.parametrize("new, words", [("kX9#vQ2", "at least 8"), ("password1", "most common"), ("zzzzyyyyzz", "too easy"), ("x" * 1_025, "1,024 bytes"),
                                        ("kettle {name} ocean", "Leave out"), ("my RTC-Collector kettle", "Leave out")])  # fmt: skip
def test_a_weak_password_is_not_taken_and_the_message_stands_at_its_field(server, person, new, words):
    client = person.login()

    response = client.post(
        PASSWORD, {"currentPassword": person.password, "newPassword": new.replace("{name}", person.username)}
    )

    problem = assert_problem(response, "weak_password", 422)
    assert [error["field"] for error in problem["errors"]] == ["newPassword"]
    assert words in problem["errors"][0]["message"]
    assert person.login().is_signed_in() and client.is_signed_in()


@pytest.mark.parametrize("body, field", [({}, "newPassword"), ({"currentPassword": "x"}, "newPassword"), ({"newPassword": "kettle ocean ladder"}, "currentPassword"),
                                         ({"currentPassword": 1, "newPassword": "kettle ocean ladder"}, "currentPassword"),
                                         ({"currentPassword": "x", "newPassword": ["kettle"]}, "newPassword"), ({"currentPassword": "x", "newPassword": None}, "newPassword"),
                                         ({"currentPassword": "x", "newPassword": "kettle ocean ladder", "revokeOtherSessions": "yes"}, "revokeOtherSessions"),
                                         ({"currentPassword": "x", "newPassword": "kettle ocean ladder", "revokeOtherSessions": 1}, "revokeOtherSessions")])  # fmt: skip
def test_a_body_of_another_shape_is_refused(server, person, body, field):
    response = person.login().post(PASSWORD, body)

    problem = assert_problem(response, status=422)
    assert field in [error["field"] for error in problem["errors"]]


def test_without_a_session_no_password_is_changed(server, person):
    client = person.login()
    token = client.token
    client.logout()
    body = {"currentPassword": person.password, "newPassword": new_password()}

    assert_problem(Client(server).post(PASSWORD, body), "session_missing", 401)
    assert_problem(Client(server).post(PASSWORD, body, cookies=f"token={token}"), "session_revoked", 401)

    assert person.login().is_signed_in()


def test_of_eight_changes_at_once_with_one_token_one_is_made(server, person):
    client = person.login()
    news = [new_password() for _ in range(8)]
    browsers = [Client(server, cookies=client.jar) for _ in news]

    def change(pair):
        browser, new = pair
        return browser.post(PASSWORD, {"currentPassword": person.password, "newPassword": new})

    answers = in_parallel(change, list(zip(browsers, news)))

    assert [each.status for each in answers].count(200) == 1, answers
    for each in answers:
        assert each.status == 200 or (each.status, each.code) in ((409, "session_changed"), (401, "token_invalid"),
                                                                 (403, "invalid_credentials")), each  # fmt: skip
    winner = [each.status for each in answers].index(200)
    works = [Client(server).login(person.email, new).status == 200 for new in news]
    assert works == [index == winner for index in range(8)]
    assert browsers[winner].is_signed_in()


def test_no_request_that_starts_after_the_answer_is_accepted_with_an_ended_token(server, person):
    for _ in range(5):
        client, ended = person.login(), person.login()
        answered, old = [], client.token

        def use(token, answered=answered):
            browser = Client(server, cookies={"token": token})
            while True:
                late = bool(answered)
                if browser.get("/api/auth/verify").status == 401:
                    return
                assert not late, "accepted after the change had been answered"

        def change(_, client=client, answered=answered):
            assert change_password(client, person).status == 200
            answered.append(True)

        in_parallel(lambda work: work[0](work[1]), [(use, ended.token), (use, old), (use, old), (change, None)])


def test_a_log_in_that_is_finished_while_the_password_changes_does_not_outlive_the_change(server, person):
    client = person.enable_two_factor()
    for _ in range(5):
        browser, challenge = person.first_step()
        code = person.new_code()

        changed, _ = in_parallel(
            lambda work: work(),
            [lambda: change_password(client, person), lambda: browser.enter_code(challenge, code)],
        )

        assert changed.status == 200
        assert not browser.is_signed_in() and client.is_signed_in()


def test_no_log_in_by_the_password_alone_outlives_turning_the_factor_on(server):
    for _ in range(5):
        person = Person(server).sign_up()
        client, browser = person.login(), Client(server)

        in_parallel(
            lambda work: work(),
            [lambda: person.enable_two_factor(client), lambda: browser.login(person.email, person.password)],
        )

        assert not browser.is_signed_in() and client.is_signed_in()


def test_a_program_gets_its_new_token_like_a_browser(server, person):
    token = person.login().token
    body = {"currentPassword": person.password, "newPassword": new_password()}

    response = Client(server).post(PASSWORD, body, bearer=token)

    assert response.status == 200, response
    assert Client(server).me(bearer=response.cookie("token").value).status == 200
    assert_problem(Client(server).me(bearer=token), "token_invalid", 401)


def test_a_changed_password_survives_kill_9(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client, elsewhere, old_password = person.login(), person.login(), person.password
    old = client.token

    assert change_password(client, person).status == 200
    server.kill()
    server.start()

    assert_problem(Client(server).login(person.email, old_password), "invalid_credentials", 401)
    assert_replaced(server, old, client)
    assert_ended(server, elsewhere, "password_changed")
    assert person.login().is_signed_in()


def test_the_second_factor_stays_on(server, person):
    client = person.enable_two_factor()

    assert change_password(client, person).status == 200

    browser, challenge = person.first_step()
    assert browser.enter_code(challenge, person.new_code()).status == 200
    assert client.me().json["user"]["twoFactorEnabled"] is True


def test_the_form_changes_it_too(server, person):
    client, elsewhere = person.login(), person.login()
    old, new = client.token, new_password()
    form = client.page("/settings/security/password").form_to("/settings/security/password")

    response = client.submit(form, {"Current password": person.password, "New password": new})

    assert (response.status, response.location.split("?")[0]) == (303, "/settings/security")
    assert "Your password was changed" in client.page(response.location).text
    assert_replaced(server, old, client)
    assert_ended(server, elsewhere, "password_changed")
    person.password = new
    assert person.login().is_signed_in()


def test_the_form_leaves_the_others_alone_where_the_box_is_not_ticked(server, person):
    client, elsewhere = person.login(), person.login()
    form = client.page("/settings/security/password").form_to("/settings/security/password")

    values = {"Current password": person.password, "New password": new_password(), "Log out my other devices": False}
    response = client.submit(form, values)

    assert response.status == 303, response
    assert elsewhere.is_signed_in()


@pytest.mark.parametrize("current, new, field", [("{wrong}", "{new}", "currentPassword"), ("{right}", "password1", "newPassword"), ("", "{new}", "currentPassword"),
                                                 ("{right}", "", "newPassword")])  # fmt: skip
def test_the_form_comes_again_with_the_message_at_its_field(server, person, current, new, field):
    client = person.login()
    words = {"wrong": new_password(), "right": person.password, "new": new_password()}
    form = client.page("/settings/security/password").form_to("/settings/security/password")
    values = {"Current password": current.format(**words), "New password": new.format(**words)}
    values["Log out my other devices"] = False

    page = client.page_of(client.submit(form, values), 422)

    assert page.find("input", id=field, aria_invalid="true"), page.text
    assert not page.find("input", id="revokeOtherSessions", checked=""), "as it was ticked before"
    for word in words.values():
        assert word not in page.response.text
    assert person.login().is_signed_in()


# Proving once more who it is


@pytest.fixture(scope="module")
def strict_server(module_server):
    """A server that asks again when a log-in is an hour old."""
    return module_server({"REAUTH_AFTER": "1h"}, faketime=True)


@pytest.fixture
def stale(strict_server):
    """A server, a person, a browser whose log-in is over an hour old, and a newer one."""
    person = Person(strict_server).sign_up()
    old = person.login(remember=True)
    strict_server.go_on(3_601)
    return strict_server, person, old, person.login()


def test_the_password_makes_an_old_log_in_fresh(stale):
    server, person, old, elsewhere = stale
    assert_problem(old.revoke(elsewhere.session["id"]), "reauthentication_required", 403)
    before = old.token

    response = old.post(REAUTHENTICATE, {"password": person.password})

    assert response.status == 200 and set(response.json) == {"session"}, response
    assert_session(response.json["session"], id=old.session["id"], expiresAt=old.session["expiresAt"], isCurrent=True)
    assert client_attributes(response.cookie("token"))
    assert response.cookie("token").attribute("Max-Age") == "2592000"
    assert_replaced(server, before, old)
    assert tokens.parts(old.token)[1]["auth_time"] > tokens.parts(before)[1]["auth_time"] + 3_000
    assert elsewhere.is_signed_in(), "it ends nothing by itself"
    assert old.revoke(elsewhere.session["id"]).status == 204
    assert person.events("reauthenticated")


def test_it_makes_no_other_session_fresh(stale):
    server, person, old, _ = stale
    other_old = person.login()
    server.go_on(3_601)
    assert old.post(REAUTHENTICATE, {"password": person.password}).status == 200

    assert_problem(other_old.post("/api/sessions/revoke-others"), "reauthentication_required", 403)


def test_a_wrong_password_makes_nothing_fresh(stale):
    _, person, old, elsewhere = stale
    before = old.token

    for wrong in (new_password(), "", person.password + "x"):
        response = old.post(REAUTHENTICATE, {"password": wrong})
        assert_problem(response, "invalid_credentials", 403)
        assert response.all("set-cookie") == []

    assert old.token == before
    assert_problem(old.revoke(elsewhere.session["id"]), "reauthentication_required", 403)


def test_with_the_factor_on_the_code_is_needed_too(strict_server):
    server = strict_server
    person = Person(server).sign_up()
    client = person.enable_two_factor()
    server.go_on(3_601)

    wrong = [
        {"password": person.password},
        {"password": person.password, "code": ""},
        {"password": person.password, "code": "000000" if person.code() != "000000" else "000001"},
        {"password": new_password(), "code": person.new_code()},
    ]
    for body in wrong:
        assert_problem(client.post(REAUTHENTICATE, body), "invalid_credentials", 403)
    assert_problem(client.post("/api/sessions/revoke-others"), "reauthentication_required", 403)
    response = client.post(REAUTHENTICATE, {"password": person.password, "code": person.new_code()})

    assert response.status == 200, response
    assert tokens.parts(client.token)[1]["amr"] == ["pwd", "otp"]
    assert client.post("/api/sessions/revoke-others").status == 200


def test_a_new_password_alone_makes_no_log_in_fresh_where_the_factor_is_on(strict_server):
    person = Person(strict_server).sign_up()
    client = person.enable_two_factor()
    strict_server.go_on(3_601)

    assert change_password(client, person).status == 200

    assert_problem(client.get(EXPORT), "reauthentication_required", 403)


def test_a_recovery_code_will_do_as_the_code(server, person):
    client = person.enable_two_factor()

    response = client.post(REAUTHENTICATE, {"password": person.password, "code": person.recovery_codes[0].upper()})

    assert response.status == 200, response
    again = client.post(REAUTHENTICATE, {"password": person.password, "code": person.recovery_codes[0]})
    assert_problem(again, "invalid_credentials", 403)


def test_it_never_opens_a_session(server, person):
    client = person.login()
    token = client.token
    client.logout()
    body = {"password": person.password}

    for browser, cookies, code in (
        (Client(server), None, "session_missing"),
        (Client(server), f"token={token}", "session_revoked"),
        (Client(server), "token=x", "token_invalid"),
    ):
        response = browser.post(REAUTHENTICATE, body, cookies=cookies)
        assert_problem(response, code, 401)
        assert response.cookies("token") == [] or response.cookie("token").value == ""


@pytest.mark.parametrize(
    "body, field", [({}, "password"), ({"password": 5}, "password"), ({"password": "x", "code": 123456}, "code")]
)
def test_a_proof_of_another_shape_is_refused(server, person, body, field):
    problem = assert_problem(person.login().post(REAUTHENTICATE, body), status=422)

    assert field in [error["field"] for error in problem["errors"]]


def test_the_page_asks_and_leads_back(stale):
    _, person, old, elsewhere = stale
    back = f"/settings/security/sessions/{elsewhere.session['id']}/revoke"
    page = old.page(f"/settings/security/reauthenticate?return={quote(back)}")
    form = page.form_to("/settings/security/reauthenticate")

    again = old.page_of(old.submit(form, {"Current password": new_password()}), 422)
    assert again.find("input", id="password", aria_invalid="true")
    response = old.submit(again.form_to("/settings/security/reauthenticate"), {"Current password": person.password})

    assert (response.status, response.location) == (303, back)
    assert old.revoke(elsewhere.session["id"]).status == 204


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "x"]
)
def test_the_page_leads_to_no_other_site(stale, target):
    _, person, old, _ = stale
    form = old.page(f"/settings/security/reauthenticate?return={quote(target)}").form_to(
        "/settings/security/reauthenticate"
    )
    assert "evil" not in str([control.value for control in form.controls])

    direct = old.request(
        "POST", "/settings/security/reauthenticate", form={"password": person.password, "return": target}
    )

    assert direct.status == 303 and direct.location.startswith("/settings/security"), direct


@pytest.mark.parametrize("path", ["/settings/security/sessions/{id}/revoke", "/settings/security/revoke-others"])
def test_without_scripts_an_old_log_in_ends_others_with_the_password(stale, path):
    _, person, old, elsewhere = stale
    path = path.replace("{id}", elsewhere.session["id"])

    response = old.submit(old.page(path).form_to(path), {"Current password": person.password})

    assert response.status == 303, response
    assert not elsewhere.is_signed_in() and old.is_signed_in()


# Ten wrong ones in a session

WRONG = {
    PASSWORD: {"currentPassword": "not the password", "newPassword": "seven green kettles in a row"},
    REAUTHENTICATE: {"password": "not the password"},
    SETUP: {"password": "not the password"},
}


@pytest.mark.parametrize("paths", [[PASSWORD], list(WRONG)], ids=["password", "all"])
def test_the_tenth_wrong_password_in_a_session_ends_it(server, person, paths):
    client, elsewhere = person.login(), person.login()
    for number in range(PER_SESSION - 1):
        path = paths[number % len(paths)]
        assert_problem(client.post(path, WRONG[path]), "invalid_credentials", 403)
    assert client.is_signed_in()

    response = client.post(paths[0], WRONG[paths[0]])

    assert_problem(response, "session_revoked", 401)
    assert_ended(server, client)
    assert elsewhere.is_signed_in()
    assert_problem(client.post(REAUTHENTICATE, {"password": person.password}), "session_revoked", 401)
    assert person.login().is_signed_in(), "the account's own failures were not used up"


def test_wrong_codes_count_among_them(server, person):
    client = person.enable_two_factor()
    person.server.go_to_step()
    wrong = "000000" if person.code() not in ("000000",) else "000001"
    for _ in range(PER_SESSION - 1):
        response = client.post(DISABLE, {"password": person.password, "code": wrong})
        assert_problem(response, "invalid_code", 403)

    response = client.post(NEW_CODES, {"password": person.password, "code": wrong})

    assert_problem(response, "session_revoked", 401)
    assert not client.is_signed_in()
    browser, challenge = person.first_step()
    assert browser.enter_code(challenge, person.new_code()).status == 200


def test_twenty_guesses_at_once_in_one_session_are_no_more_than_ten(server, person):
    client = person.login()
    browsers = [Client(server, cookies=client.jar) for _ in range(20)]

    answers = in_parallel(lambda browser: browser.post(REAUTHENTICATE, {"password": "not the password"}), browsers)

    assert [each.status for each in answers].count(403) <= PER_SESSION
    assert {each.status for each in answers} <= {401, 403, 409, 429}
    assert not client.is_signed_in()


def test_by_a_form_the_tenth_leads_to_the_log_in_page(server, person):
    client = person.login()
    form = client.page("/settings/security/password").form_to("/settings/security/password")
    values = {"Current password": "not the password", "New password": new_password()}
    for _ in range(PER_SESSION - 1):
        assert client.submit(form, values).status == 422

    response = client.submit(form, values)

    assert response.status == 303 and response.location.startswith("/login?reason=revoked"), response
    assert not client.is_signed_in()


def test_guesses_in_a_session_and_at_the_log_in_share_one_number(server, person):
    client = bare(person.login())
    for _ in range(PER_ACCOUNT // 2):
        assert_problem(client.post(REAUTHENTICATE, {"password": "not the password"}), "invalid_credentials", 403)
        Client(server).login(person.username, "not the password")

    for response in (
        client.post(REAUTHENTICATE, {"password": person.password}),
        client.post(PASSWORD, {"currentPassword": person.password, "newPassword": new_password()}),
        client.post(SETUP, {"password": person.password}),
        Client(server).login(person.email, person.password),
    ):
        assert_problem(response, "too_many_attempts", 429)
        assert 1 <= int(response.header("retry-after")) <= 900 and response.all("set-cookie") == []
    assert client.is_signed_in(), "to wait ends nothing"


def test_the_owner_changes_the_password_in_a_known_browser_whatever_others_guess(server, person):
    client = person.login()
    for _ in range(PER_ACCOUNT + 2):
        Client(server).login(person.email, "not the password")

    assert change_password(client, person).status == 200


def test_a_form_says_how_long_to_wait(server, person):
    client = bare(person.login())
    for _ in range(PER_ACCOUNT):
        Client(server).login(person.email, "not the password")
    form = client.page("/settings/security/password").form_to("/settings/security/password")

    response = client.submit(form, {"Current password": person.password, "New password": new_password()})

    assert response.status == 429 and int(response.header("retry-after")) <= 900
    assert "Try again" in response.text


def test_a_network_has_its_failures_within_sessions_and_outside_together(server, person, other):
    address = new_address()
    client, neighbour = bare(person.login(), address=address), bare(other.login(), address=address)
    for _ in range(PER_NETWORK - 8):
        Client(server, address=address).login(new_name(), "not the password")
    for _ in range(8):
        assert_problem(client.post(REAUTHENTICATE, {"password": "not the password"}), "invalid_credentials", 403)

    answer = neighbour.post(REAUTHENTICATE, {"password": other.password})

    assert_problem(answer, "too_many_attempts", 429)


# What each change of an account ends


def by_password(person, client):
    return change_password(client, person)


def by_turning_on(person, client):
    person.enable_two_factor(client)


def by_turning_off(person, client):
    return client.post(DISABLE, {"password": person.password, "code": person.new_code()})


def by_recovery_code(person, client):
    browser, challenge = person.first_step()
    response = browser.enter_code(challenge, person.recovery_codes[0])
    client.jar, client.session = browser.jar, browser.session
    return response


def by_report(person, client):
    event = client.get("/api/account/activity?limit=1").json["events"][0]
    return client.post(f"/api/account/activity/{event['id']}/report")


def by_operator(*command):
    def act(person, client):
        stdin = new_password() + "\n" if command == ("set-password",) else ""
        result = person.server.command("user", *command, person.username, stdin=stdin)
        assert result.returncode == 0, result
        person.password = stdin.strip() or person.password

    return act


CHANGES = {
    # what is done: how, the event, what the ended sessions are told, whether the caller's goes on, whether under a new token
    "password changed": (by_password, "password_changed", "password_changed", True, True),
    "factor turned on": (by_turning_on, "second_factor_enabled", "revoked", True, True),
    "factor turned off": (by_turning_off, "second_factor_disabled", "revoked", True, True),
    "recovery code used": (by_recovery_code, "recovery_code_used", "revoked", True, True),
    "reported": (by_report, "suspicion_reported", "reported", True, False),
    "account disabled": (by_operator("disable"), "account_disabled", "disabled", False, False),
    "password set": (by_operator("set-password"), "password_set", "password_changed", False, False),
    "factor reset": (by_operator("reset-two-factor"), "second_factor_disabled", "revoked", False, False),
}


@pytest.mark.parametrize("act, event, reason, survives, renews", CHANGES.values(), ids=CHANGES)
def test_what_changes_an_account_ends_every_other_way_in(server, person, other, act, event, reason, survives, renews):
    factor = act is not by_turning_on
    if factor:
        person.enable_two_factor()
    client, elsewhere, remembered = person.login(), person.login(), person.login(remember=True)
    stranger = other.login()
    old = client.token
    pending = person.first_step() if factor else None

    with elsewhere.events() as stream:
        response = act(person, client)
        assert response is None or response.status == 200, response
        assert told(stream, "signed-out")["reason"] == reason
        stream.expect_end(2)

    for each in (elsewhere, remembered):
        assert_problem(each.me(), "session_revoked", 401)
        assert_problem(Client(server).get("/api/auth/verify", bearer=each.token), "session_revoked", 401)
    if pending:
        assert_challenge_void(*pending, person)
    assert client.is_signed_in() is survives
    if survives:
        assert client.session_ids() == [client.session["id"]]
    if renews:
        assert client.token != old
        assert Client(server).me(cookies=f"token={old}").status == 401
    if renews and act is not by_recovery_code:
        assert_replaced(server, old, client)
    [row] = person.events(event)
    assert row["ended"] >= 2 or act is by_recovery_code, row
    assert stranger.is_signed_in()
    assert server.command("audit", "verify").returncode == 0


def test_turning_the_factor_on_and_off_tells_how_many_sessions_ended(server, person):
    client = person.login()
    person.login(), person.login(remember=True)
    secret = person.set_up_two_factor(client)["secret"]
    response = client.post(ENABLE, {"code": totp(secret, server.now)})
    assert response.json["revoked"] == 2
    person.secret, person.recovery_codes = secret, response.json["recoveryCodes"]
    server.remember_recovery_codes(person.recovery_codes)
    person.login()

    response = client.post(DISABLE, {"password": person.password, "code": person.new_code()})

    assert response.json == {"revoked": 1}


def test_new_recovery_codes_and_a_fresh_proof_end_nothing(server, person):
    client = person.enable_two_factor()
    elsewhere = person.login()
    browser, challenge = person.first_step()

    response = client.post(NEW_CODES, {"password": person.password, "code": person.new_code()})
    server.remember_recovery_codes(response.json["recoveryCodes"])
    assert client.post(REAUTHENTICATE, {"password": person.password, "code": person.new_code()}).status == 200

    assert elsewhere.is_signed_in()
    assert browser.enter_code(challenge, person.new_code()).status == 200


# The pages of the second factor, without scripts


def test_the_factor_is_turned_on_renewed_and_off_by_forms(server, person):
    client, elsewhere = person.login(), person.login()
    where = "/settings/security/two-factor/"
    form = client.page(where + "setup").form_to(where + "setup")
    again = client.page_of(client.submit(form, {"Current password": new_password()}), 422)
    assert again.find("input", id="password", aria_invalid="true")
    response = client.submit(form, {"Current password": person.password})
    assert (response.status, response.location) == (303, where + "enable"), response
    page = client.page(response.location)
    secret = key_on(page)
    server.remember_seed(secret)
    assert page.find("svg"), "a code to scan"
    form = page.form_to(where + "enable")

    wrong = client.page_of(client.submit(form, {"Code": "12345"}), 422)
    assert key_on(wrong) == secret, "the same seed is shown again"
    person.secret = secret
    page = client.page_of(client.submit(wrong.form_to(where + "enable"), {"Code": person.new_code()}), 200)
    codes = codes_on(page)
    server.remember_recovery_codes(codes)
    assert len(set(codes)) == 10 and page.response.header("cache-control") == "no-store"
    assert_ended(server, elsewhere)
    assert client.me().json["user"]["twoFactorEnabled"] is True
    assert client.open(where + "enable").status == 303, "they are shown once, and the key no longer"
    assert not any(
        code in client.open(path).text for path in (where + "recovery-codes", "/settings/security") for code in codes
    )

    form = client.page(where + "recovery-codes").form_to(where + "recovery-codes")
    values = {"Current password": person.password}
    wrong = client.page_of(client.submit(form, values | {"Two-factor code": "12345"}), 422)
    assert wrong.find("input", id="code", aria_invalid="true") and codes_on(wrong) == []
    page = client.page_of(client.submit(form, values | {"Two-factor code": person.new_code()}), 200)
    new = codes_on(page)
    server.remember_recovery_codes(new)
    assert len(set(new)) == 10 and not set(new) & set(codes)

    form = client.page(where + "disable").form_to(where + "disable")
    wrong = client.page_of(client.submit(form, values | {"Two-factor code": codes[0]}), 422)
    assert wrong.find("input", id="code", aria_invalid="true")
    response = client.submit(form, values | {"Two-factor code": new[0]})
    assert (response.status, response.location.split("?")[0]) == (303, "/settings/security")
    assert "Two-factor authentication is off" in client.page(response.location).text
    person.secret = None
    assert person.login().is_signed_in()


def key_on(page):
    """The seed as it is to be typed into an app."""
    start = page.response.text.index('<code class="key"')
    text = page.response.text[start : page.response.text.index("</code>", start)]
    return "".join(part.split("<")[0] for part in text.split("<span>")[1:]).replace(" ", "")


def codes_on(page):
    items = page.response.text.split("<li><code>")[1:]
    return [item.split("<")[0] for item in items]


@pytest.mark.parametrize("name", ["setup", "disable", "recovery-codes"])
def test_a_page_that_has_nothing_to_do_leads_back(server, person, name):
    client = person.enable_two_factor() if name == "setup" else person.login()

    response = client.open(f"/settings/security/two-factor/{name}")

    assert response.status in (303, 409), response
    if response.status == 303:
        assert response.location.startswith("/settings/security")


# When storage fails


def test_when_nothing_can_be_written_nothing_is_told_to_be_done(own_server):
    server = own_server(faketime=True)
    plain, guarded = Person(server).sign_up(), Person(server).sign_up()
    client, second = plain.login(), guarded.enable_two_factor()
    secret = plain.set_up_two_factor(client)["secret"]
    browser, challenge = guarded.first_step()
    tokens_before = client.token, second.token
    server.go_to_step()

    with broken(server):
        proof = {"password": guarded.password, "code": guarded.code()}
        for response in (
            client.post(PASSWORD, {"currentPassword": plain.password, "newPassword": new_password()}),
            client.post(REAUTHENTICATE, {"password": plain.password}),
            client.post(REAUTHENTICATE, {"password": "not the password"}),
            client.post(SETUP, {"password": plain.password}),
            client.post(ENABLE, {"code": totp(secret, server.now)}),
            second.post(DISABLE, proof),
            second.post(NEW_CODES, proof),
            browser.enter_code(challenge, guarded.code()),
            browser.enter_code(challenge, guarded.recovery_codes[0]),
            Client(server).login(guarded.email, guarded.password),
            browser.request(
                "POST", "/login/two-factor", form={"challenge": challenge, "code": guarded.code(), "method": "totp"}
            ),
        ):
            assert response.status == 503 and int(response.header("retry-after")) > 0, response
            assert response.all("set-cookie") == []

    assert (client.token, second.token) == tokens_before and client.is_signed_in() and second.is_signed_in()
    assert client.me().json["user"]["twoFactorEnabled"] is False
    assert second.me().json["user"]["twoFactorEnabled"] is True
    assert browser.enter_code(challenge, guarded.code()).status == 200, "nothing was used up"
    assert plain.login().is_signed_in()


# What is held of somebody


def test_an_export_holds_all_that_is_held_of_its_owner(server, person, other):
    stranger = other.login()
    client = person.enable_two_factor()
    ended = person.login(address="203.0.113.77")
    ended.logout()
    person.first_step()

    response = client.get(EXPORT)

    assert response.status == 200 and response.media_type == "application/json", response
    assert response.header("cache-control") == "no-store"
    document = response.json
    assert {"user", "sessions", "events", "knownBrowsers"} <= set(document)
    assert_user(document["user"], id=person.id, email=person.email, twoFactorEnabled=True)
    assert client.session["id"] in [session["id"] for session in document["sessions"]]
    assert ended.session["id"] in response.text and "203.0.113.77" in response.text
    kinds = [event["type"] for event in document["events"]]
    assert {
        "account_created",
        "login_succeeded",
        "second_factor_enabled",
        "session_logged_out",
        "second_factor_asked",
    } <= set(kinds)
    assert len(document["events"]) == len(person.events())
    assert document["knownBrowsers"] and all("lastLogin" in browser for browser in document["knownBrowsers"])
    for foreign in (other.id, other.email, stranger.session["id"]):
        assert foreign not in response.text


def test_an_export_holds_no_secret(server, person):
    client = person.enable_two_factor()
    browser, challenge = person.first_step()

    text = client.get(EXPORT).text

    secret = [
        person.secret,
        challenge,
        *person.recovery_codes,
        client.token,
        client.jar["known_browser"],
        person.password,
    ]
    secret += [client.token.rpartition(".")[2], "argon2", "$m="]
    assert [each for each in secret if each in text] == []
    names = set(names_in(json.loads(text)))
    assert not [name for name in names if any(word in name.lower() for word in ("hash", "digest", "secret", "seed", "token", "salt", "epoch"))]  # fmt: skip


def names_in(value):
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from names_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from names_in(each)


def test_an_export_asks_for_a_fresh_log_in(stale):
    _, person, old, _ = stale
    assert_problem(old.get(EXPORT), "reauthentication_required", 403)

    assert old.post(REAUTHENTICATE, {"password": person.password}).status == 200

    assert old.get(EXPORT).status == 200


def test_without_a_session_nothing_is_exported(server):
    assert_problem(Client(server).get(EXPORT), "session_missing", 401)
