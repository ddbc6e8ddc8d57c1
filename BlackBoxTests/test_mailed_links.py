"""What the links in mails do, and what they do not: a forgotten password, "this wasn't me", the address."""

import hashlib
import random
import secrets
import time
from statistics import median

import pytest

from client import FIREFOX, Client, Person, new_address, new_name, new_password
from contract import assert_problem
from post_office import PostOffice
from server import eventually, in_parallel

FORGOT = "/api/auth/forgot-password"
RESET = "/api/auth/reset-password"
REPORT = "/api/auth/report"
CONFIRM = "/api/auth/confirm-email"


@pytest.fixture(scope="module")
def office(authority):
    office = PostOffice(authority.context())
    yield office
    office.close()


@pytest.fixture(scope="module")
def server(module_server, office, authority):
    """A server whose clock is moved on. After this file it must be the very process it was."""
    server = module_server(office.settings(authority), faketime=True)
    pid = server.pid
    yield server
    assert server.is_alive() and server.pid == pid, f"the server died:\n{server.log()[-2000:]}"


@pytest.fixture
def person(server):
    return Person(server).sign_up()


@pytest.fixture
def alone(mailing, office):
    """Somebody on a server of their own."""
    return Person(mailing(office, faketime=True)).sign_up()


def mails(office, person):
    return [each for each in office.messages if each["To"].addresses[0].addr_spec == person.email]


def forget(person, identifier=None, address=None):
    response = Client(person.server, address=address).post(FORGOT, {"identifier": identifier or person.email})
    assert response.status == 202, response
    return response


def reset_link(office, person, number=1):
    """The path of the newest of so many links to set a password."""
    path = office.link("reset", person.email, number)
    person.server.remember(token_of(path))
    return path


def token_of(path):
    return path.rpartition("/")[2]


def reset(person, path, password=None, **options):
    body = {"token": token_of(path), "newPassword": password or new_password()}
    return Client(person.server, **options).post(RESET, body)


def can_log_in(person, password=None, identifier=None):
    response = Client(person.server).login(identifier or person.email, password or person.password)
    assert response.status in (200, 401), response
    return response.status == 200


def assert_void(response):
    assert_problem(response, "link_invalid", 404)
    assert response.all("set-cookie") == []


def visit(person, path, method="GET", **options):
    """As somebody who follows a link in a mail program that shows mail on another site."""
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    return Client(person.server).request(method, path, headers=headers, **options)


# A forgotten password


def test_a_forgotten_password_is_replaced_by_the_link(office, person):
    browser = person.login()
    forget(person)
    path = reset_link(office, person)
    new = new_password()

    response = reset(person, path, new)

    assert response.status == 200 and response.json == {"revoked": 1}, response
    assert response.all("set-cookie") == []
    assert not browser.is_signed_in()
    assert not can_log_in(person) and can_log_in(person, new)
    assert {"password_reset_requested", "password_reset"} <= {event["kind"] for event in person.events()}
    assert "password was changed" in office.message("password was changed", to=person.email)["Subject"]


def test_the_page_of_the_link_needs_no_cookie_and_does_the_same(office, person):
    forget(person, person.username)
    path = reset_link(office, person)
    page = visit(person, path)
    assert page.status == 200 and person.username in page.text and page.all("set-cookie") == []
    browser, new = Client(person.server), new_password()

    short = browser.request("POST", path, form={"newPassword": "short"})
    assert short.status == 422 and "newPassword-error" in short.text
    response = browser.request("POST", path, form={"newPassword": new})

    assert response.status == 303 and response.location == "/login?reason=password_changed"
    assert response.all("set-cookie") == [] and browser.jar == {}
    assert can_log_in(person, new)
    assert visit(person, path).status == 404


def test_to_look_at_a_link_does_nothing(office, person):
    browser = person.login()
    forget(person)
    paths = [reset_link(office, person), office.link("report", person.email), office.link("confirm-email", person.email)]

    for path in paths:
        for method in ("GET", "HEAD", "GET", "OPTIONS"):
            assert visit(person, path, method).status in (200, 204, 405)

    assert browser.is_signed_in() and can_log_in(person)
    assert browser.me().json["user"]["emailVerified"] is False
    assert reset(person, paths[0]).status == 200


def test_a_link_works_once(office, person):
    forget(person)
    path = reset_link(office, person)

    responses = in_parallel(lambda _: reset(person, path), range(20))

    assert sorted(response.status for response in responses) == [200] + [404] * 19
    assert_void(reset(person, path))
    assert len(person.events("password_reset")) == 1


def test_a_link_that_is_too_old_does_nothing(office, person):
    forget(person)
    path = reset_link(office, person)
    person.server.go_on(901)

    assert_void(reset(person, path))
    assert visit(person, path).status == 404
    assert can_log_in(person)


@pytest.mark.parametrize("lifetime, kind", [(901, "reset"), (86_401, "confirm-email")])
def test_a_mail_whose_link_is_too_old_is_not_sent_at_all(office, alone, lifetime, kind):
    office.link("confirm-email", alone.email)
    office.close()
    forget(alone)
    late = Person(alone.server).sign_up()
    waiting = "SELECT count(*) FROM outbox WHERE outcome IS NULL"
    eventually(lambda: alone.server.query(waiting)[0][0] == 2)
    alone.server.go_on(lifetime)
    office.open()
    outcome = "SELECT outcome FROM outbox WHERE kind = 'password_forgotten'"
    eventually(lambda: [tuple(row) for row in alone.server.query(outcome)] == [("given_up",)], 60)
    if kind == "confirm-email":
        outcome = "SELECT count(*) FROM outbox WHERE kind = 'email_confirmation' AND outcome = 'given_up'"
        eventually(lambda: alone.server.query(outcome)[0][0] == 1, 60)

    assert mails(office, alone) == []
    assert not [each for each in office.opened(office.confirmations) if late.email in str(each["To"]) and kind != "reset"]


def test_a_new_link_makes_the_one_before_void(office, person):
    forget(person)
    first = reset_link(office, person)
    forget(person)
    second = reset_link(office, person, 2)

    assert_void(reset(person, first))
    assert reset(person, second).status == 200


def change_password(person, office):
    browser = person.login()
    new = new_password()
    body = {"currentPassword": person.password, "newPassword": new}
    assert browser.post("/api/account/password", body).status == 200
    person.password = new


def change_address(person, office):
    browser = person.login()
    address = f"{new_name()}@example.org"
    assert ask_for_address(browser, person, address).status == 202
    assert confirm(person, office.link("confirm-email", address)).status == 204


def report_it(person, office):
    browser = person.login()
    event = browser.get("/api/account/activity").json["events"][0]["id"]
    assert browser.post(f"/api/account/activity/{event}/report").status == 200


def turn_factor_on(person, office):
    person.enable_two_factor()


def disable(person, office):
    assert person.server.command("user", "disable", person.username).returncode == 0


def delete(person, office):
    assert person.server.command("user", "delete", person.username).returncode == 0


@pytest.mark.parametrize("change", [change_password, change_address, report_it, turn_factor_on, disable, delete])
def test_what_has_changed_since_makes_a_link_to_a_password_void(office, person, change):
    forget(person)
    path = reset_link(office, person)

    change(person, office)

    assert_void(reset(person, path))


def test_the_link_does_not_spare_the_second_factor(office, person):
    browser = person.enable_two_factor()
    forget(person)
    new = new_password()
    assert reset(person, reset_link(office, person), new).status == 200
    assert not browser.is_signed_in()
    person.password = new

    response = Client(person.server).login(person.email, new)

    assert response.status == 200 and response.json["twoFactorRequired"] is True
    assert response.cookies("token") == []
    assert person.login().is_signed_in()


def test_a_password_that_may_not_be_chosen_leaves_the_link_as_it_is(office, person):
    forget(person)
    path = reset_link(office, person)

    for weak in ("short", "password123", person.username + "12", "x" * 1_025, ""):
        response = reset(person, path, weak) if weak else Client(person.server).post(RESET, {"token": token_of(path)})
        assert response.status == 422, response
    assert can_log_in(person)

    assert reset(person, path).status == 200


def test_a_link_is_good_for_nothing_else_and_for_nobody_else(office, person):
    other = Person(person.server).sign_up()
    person.login(), other.login()
    forget(person)
    tokens = {
        RESET: token_of(reset_link(office, person)),
        REPORT: token_of(office.link("report", person.email)),
        CONFIRM: token_of(office.link("confirm-email", person.email)),
    }
    for path in tokens:
        for made_for, token in tokens.items():
            if path != made_for:
                body = {"token": token, "newPassword": new_password()}
                assert_void(Client(person.server).post(path, body))
    # As a session, as a challenge, as a Bearer token.
    for token in tokens.values():
        assert Client(person.server).me(bearer=token).status == 401
        assert Client(person.server, cookies={"token": token}).me().status == 401
        assert Client(person.server).enter_code(token, "123456").status == 401
    mine, theirs = tokens[REPORT], token_of(office.link("report", other.email))
    assert_void(Client(person.server).post(REPORT, {"token": theirs[:22] + mine[22:]}))

    assert can_log_in(person) and can_log_in(other)


def test_what_was_not_made_here_is_no_link(office, person):
    forget(person)
    token = token_of(reset_link(office, person))
    forged = [
        secrets.token_urlsafe(48), "A" * 64, token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"),
        ("B" if token[0] != "B" else "C") + token[1:], token.upper(), token + "=", " " + token, "", "%00", "é" * 32,
        hashlib.sha256(token.encode()).hexdigest(),
    ]  # fmt: skip

    for number, each in enumerate(forged):
        client = Client(person.server)
        assert_void(client.post(RESET, {"token": each, "newPassword": new_password()}))
        if each and each.isascii() and " " not in each and "%" not in each:
            assert visit(person, f"/reset/{each}").status == 404, number
    assert_problem(Client(person.server).post(RESET, {"token": "A" * 129, "newPassword": "x"}), status=422)
    assert can_log_in(person)
    assert reset(person, "/reset/" + token).status == 200


def test_guesses_are_stopped_and_unknown_used_and_old_links_look_alike(office, person):
    forget(person)
    old = token_of(reset_link(office, person))
    person.server.go_on(901)
    forget(person)
    used = token_of(reset_link(office, person, 2))
    assert reset(person, used).status == 200
    unknown = secrets.token_urlsafe(48)
    address = new_address()
    answers = []

    for number in range(35):
        token = (old, used, unknown)[number % 3]
        response = Client(person.server, address=address).post(RESET, {"token": token, "newPassword": new_password()})
        answers.append((response.status, response.body))

    assert {answer for answer in answers[:30]} == {answers[0]} and answers[0][0] == 404
    assert {status for status, _ in answers[30:]} == {429}
    assert_void(reset(person, unknown))  # from elsewhere


def test_an_account_that_strangers_have_closed_is_opened_by_the_link(office, person):
    for _ in range(10):
        assert Client(person.server).login(person.email, "wrong").status == 401
    assert Client(person.server).login(person.email, person.password).status == 429
    forget(person)
    new = new_password()

    assert reset(person, reset_link(office, person), new).status == 200

    assert can_log_in(person, new)


# What is told of accounts


def test_a_hundred_requests_make_three_mails_and_one_answer(office, person):
    answers = []
    for _ in range(100):
        response = forget(person)
        answers.append((response.status, response.body, sorted(name for name, _ in response.headers)))
    path = reset_link(office, person, 3)
    eventually(lambda: person.server.query("SELECT count(*) FROM outbox WHERE outcome IS NULL")[0][0] == 0)

    assert {str(answer) for answer in answers} == {str(answers[0])}
    assert [each["Subject"] for each in mails(office, person)] == ["Set a new Okapi password"] * 3
    # The last that was mailed is not made void by those that were not.
    assert reset(person, path).status == 200


def test_failures_do_not_keep_the_mail_from_whom_it_is_for(office, person):
    for _ in range(15):
        Client(person.server).login(person.email, "wrong")

    forget(person)

    assert reset(person, reset_link(office, person)).status == 200


def test_a_network_may_ask_twenty_times_an_hour(server):
    address = new_address()
    answers = [Client(server, address=address).post(FORGOT, {"identifier": new_name()}) for _ in range(21)]

    assert [answer.status for answer in answers] == [202] * 20 + [429]
    assert int(answers[20].header("retry-after")) > 3_000


def test_nobody_learns_whether_there_is_an_account(server, person):
    """Content and time (ASVS 6.3.8): the medians of interleaved requests lie within 2 ms."""
    gone = Person(server).sign_up()
    disable(gone, None)
    names = {
        "known": person.email,
        "unknown": f"{new_name()}@example.org",
        "disabled": gone.email,
        "no name at all": "!" + new_name(),
    }
    times = {kind: [] for kind in names}
    bodies = set()
    # In no order: what a request leaves to be done afterwards falls upon any of them.
    for kind in random.sample([*names] * 60, 60 * len(names)):
        browser = Client(server)
        browser.get("/health")
        start = time.perf_counter()
        response = browser.post(FORGOT, {"identifier": names[kind]}, judge=False)
        times[kind].append(time.perf_counter() - start)
        fields = {name: value for name, value in response.headers if name.lower() != "date"}
        bodies.add((response.status, response.body, str(sorted(fields.items()))))

    assert len(bodies) == 1
    medians = {kind: median(values) for kind, values in times.items()}
    assert max(medians.values()) - min(medians.values()) < 0.002, medians


@pytest.mark.parametrize(
    "body", [{}, {"identifier": 5}, {"identifier": None}, {"identifier": "x" * 255}, [], "x"], ids=str
)
def test_what_is_no_request_is_refused(server, body):
    assert_problem(Client(server).post(FORGOT, body), status=422)


def test_without_mail_there_is_none_of_it(own_server):
    server = own_server()
    client = Person(server).sign_up().login()
    for path in (FORGOT, RESET, REPORT, CONFIRM, "/api/account/email"):
        body = {"identifier": "x", "token": "A" * 64, "email": "a@example.org", "password": "x", "newPassword": "x"}
        assert_problem(client.post(path, body), "not_found", 404)
    token = "A" * 64
    for path in ("/forgot-password", f"/reset/{token}", f"/report/{token}", f"/confirm-email/{token}", "/settings/profile/email"):
        assert client.open(path).status == 404

    assert "forgot-password" not in Client(server).open("/login").text
    assert "profile/email" not in client.open("/settings/profile").text


# This wasn't me


def test_the_link_of_a_report_ends_everything(office, person):
    owner = person.login()
    thief = person.login(user_agent=FIREFOX)
    known = dict(owner.jar)
    path = office.link("report", person.email, 2)
    shown = visit(person, path)
    assert "Desktop - Firefox" in shown.text and owner.is_signed_in() and thief.is_signed_in()

    response = Client(person.server).post(REPORT, {"token": token_of(path)})

    assert response.status == 200 and response.json == {"revoked": 2, "passwordChangeRequired": True}
    assert not owner.is_signed_in() and not thief.is_signed_in()
    assert not can_log_in(person)
    # A browser that was known is a stranger's now.
    assert known["known_browser"] and Client(person.server, cookies=known).login(person.email, person.password).status == 401
    new = new_password()
    assert reset(person, reset_link(office, person), new).status == 200
    browser = Client(person.server)
    assert browser.login(person.email, new).status == 200
    events = browser.get("/api/account/activity").json["events"]
    assert "reported" in {event["verdict"] for event in events}
    assert [event["detail"] for event in events if event["type"] == "suspicion_reported"]


def test_the_page_of_a_report_asks_before_it_does_anything(office, person):
    browser = person.login()
    path = office.link("report", person.email)
    stranger = Client(person.server)

    assert visit(person, path).status == 200 and browser.is_signed_in()
    response = stranger.request("POST", path, form={})

    assert response.status == 303 and response.location == "/report/done"
    assert "Your account is secured" in stranger.open(response.location).text
    assert not browser.is_signed_in()
    assert stranger.request("POST", path, form={}).status == 404


def test_the_link_of_a_report_works_after_the_password_was_changed_by_a_stranger(office, person):
    person.login()
    path = office.link("report", person.email)
    change_password(person, office)
    thief = person.login()

    assert Client(person.server).post(REPORT, {"token": token_of(path)}).status == 200

    assert not thief.is_signed_in() and not can_log_in(person)


def test_the_link_of_a_report_is_good_for_a_day(office, person):
    browser = person.login()
    first = office.link("report", person.email)
    person.server.go_on(86_400 - 30)
    assert visit(person, first).status == 200
    person.server.go_on(60)

    assert_void(Client(person.server).post(REPORT, {"token": token_of(first)}))
    assert browser.post("/api/auth/logout").status == 204


def test_half_a_log_in_ends_with_the_report(office, person):
    person.enable_two_factor()
    path = office.link("report", person.email)
    browser, challenge = person.first_step()

    assert Client(person.server).post(REPORT, {"token": token_of(path)}).status == 200

    assert browser.enter_code(challenge, person.new_code()).status == 401


def test_a_stranger_who_has_changed_the_address_loses_it_again(office, person):
    person.login()
    thief = person.login(user_agent=FIREFOX)
    bad = f"{new_name()}@example.net"
    assert ask_for_address(thief, person, bad).status == 202
    assert confirm(person, office.link("confirm-email", bad)).status == 204
    # In a hurry: what was mailed to the new address is used first, and the old one is registered anew.
    assert Client(person.server).post(REPORT, {"token": token_of(office.link("report", bad))}).status == 200
    body = {"email": person.email, "username": new_name(), "password": new_password()}
    assert_problem(Client(person.server).post("/api/auth/register", body), "account_exists", 409)
    Client(person.server).post(FORGOT, {"identifier": bad})
    stolen = office.link("reset", bad, 2)
    assert Client(person.server).post(RESET, {"token": token_of(stolen), "newPassword": "a thief's own, quite long"}).status == 200
    thief.login(bad, "a thief's own, quite long")
    assert thief.is_signed_in()
    links = [token_of(office.link("report", bad, number)) for number in (1, 2)]

    path = office.link("report", person.email, 3)  # the mail to the old address that tells of the change
    assert "becomes the account" in visit(person, path).text
    assert Client(person.server).post(REPORT, {"token": token_of(path)}).status == 200

    assert not thief.is_signed_in()
    assert Client(person.server).login(bad, "a thief's own, quite long").status == 401
    for token in links:
        assert_void(Client(person.server).post(REPORT, {"token": token}))
    new = new_password()
    assert reset(person, reset_link(office, person), new).status == 200
    assert can_log_in(person, new)


# The address


def ask_for_address(browser, person, address, **more):
    return browser.post("/api/account/email", {"email": address, "password": person.password} | more)


def confirm(person, path, **options):
    return Client(person.server, **options).post(CONFIRM, {"token": token_of(path)})


def test_the_address_of_a_new_account_is_confirmed_by_the_link(office, person):
    browser = person.login()
    verify = lambda: browser.get("/api/auth/verify").header("x-auth-email")
    assert browser.me().json["user"]["emailVerified"] is False and verify() == "-"
    path = office.link("confirm-email", person.email)
    shown = visit(person, path)
    assert person.email in shown.text and person.username in shown.text

    assert confirm(person, path).status == 204

    assert browser.me().json["user"]["emailVerified"] is True
    eventually(lambda: verify() == person.email)
    assert_void(confirm(person, path))


def test_an_address_is_changed_by_the_link_and_both_are_told(office, person):
    browser = person.login()
    old, new = person.email, f"{new_name()}@example.net"
    assert ask_for_address(browser, person, new).status == 202
    path = office.link("confirm-email", new)
    assert browser.me().json["user"]["email"] == old and can_log_in(person)

    form = Client(person.server).request("POST", path, form={})

    assert form.status == 303 and form.location == "/confirm-email/done"
    user = browser.me().json["user"]
    assert user["email"] == new and user["emailVerified"] is True
    assert not can_log_in(person, identifier=old) and can_log_in(person, identifier=new)
    for address in (old, new):
        office.message("e-mail address was changed", to=address)


def test_an_address_that_another_account_has_gets_no_mail_and_the_same_answer(office, person):
    other = Person(person.server).sign_up()
    office.link("confirm-email", other.email)
    browser = person.login()
    free = ask_for_address(browser, person, f"{new_name()}@example.net")
    taken = ask_for_address(browser, person, other.email)

    assert (free.status, free.body) == (taken.status, taken.body)
    eventually(lambda: person.server.query("SELECT count(*) FROM outbox WHERE outcome IS NULL")[0][0] == 0)
    assert len([each for each in office.opened(office.confirmations) if other.email in str(each["To"])]) == 1
    # Nor may it be asked for more often than one that is free.
    assert ask_for_address(browser, person, other.email).status == 202
    assert ask_for_address(browser, person, f"{new_name()}@example.net").status == 429
    assert ask_for_address(browser, person, other.email).status == 429


def test_an_address_that_was_taken_meanwhile_is_not_given_twice(office, person):
    browser = person.login()
    wanted = f"{new_name()}@example.net"
    assert ask_for_address(browser, person, wanted).status == 202
    path = office.link("confirm-email", wanted)
    Person(person.server, email=wanted).sign_up()

    assert_void(confirm(person, path))
    assert browser.me().json["user"]["email"] == person.email


def test_to_change_the_address_takes_the_password_and_the_code(office, person):
    browser = person.enable_two_factor()
    wanted = f"{new_name()}@example.net"

    refused = [
        ask_for_address(browser, person, wanted),
        ask_for_address(browser, person, wanted, code="000000"),
        browser.post("/api/account/email", {"email": wanted, "password": "wrong", "code": person.code()}),
        Client(person.server).post("/api/account/email", {"email": wanted, "password": person.password}),
    ]
    assert [response.status for response in refused] == [403, 403, 403, 401]
    assert browser.post("/api/account/email", {"email": "nobody", "password": "x"}).code == "invalid_email"
    code = person.new_code()
    assert ask_for_address(browser, person, wanted, code=code).status == 202
    # A code is used up by it.
    assert ask_for_address(browser, person, wanted, code=code).status == 403
    assert confirm(person, office.link("confirm-email", wanted)).status == 204


def test_a_stranger_who_asked_for_an_address_gets_nothing_once_the_password_is_changed(office, person):
    thief = person.login()
    bad = f"{new_name()}@example.net"
    assert ask_for_address(thief, person, bad).status == 202
    path = office.link("confirm-email", bad)
    change_password(person, office)

    assert_void(confirm(person, path))
    assert can_log_in(person)


def test_the_profile_page_tells_and_changes_the_address(office, person):
    browser = person.login()
    page = browser.page("/settings/profile")
    assert "Not confirmed" in page.text
    wanted = f"{new_name()}@example.net"
    form = browser.page("/settings/profile/email").form_to("/settings/profile/email")

    wrong = browser.submit(form, {"Email": wanted, "Current password": "wrong"})
    assert wrong.status == 422 and wanted in wrong.text
    sent = browser.submit(form, {"Email": wanted, "Current password": person.password})

    assert sent.status == 303 and sent.location == "/settings/profile?email=sent"
    assert "a mail with a link is on its way" in browser.open(sent.location).text
    assert confirm(person, office.link("confirm-email", wanted)).status == 204
    assert "Not confirmed" not in browser.page("/settings/profile").text


# What the mails say


def test_a_mail_says_why_a_log_in_is_not_as_usual(office, person):
    person.login()
    person.login(user_agent=FIREFOX)
    message = eventually(lambda: len(mails(office, person)) == 2 and mails(office, person)[1], 30)

    for part in ("plain", "html"):
        text = message.get_body((part,)).get_content()
        assert "Firefox" in text and "new browser" in text.lower() or "never" in text.lower(), text


def test_links_survive_a_new_secret_and_another_process(office, alone):
    forget(alone)
    path = reset_link(office, alone)
    server = alone.server
    server.change({"JWT_SECRET": secrets.token_urlsafe(48), "JWT_SECRET_PREVIOUS": server.secret})
    server.restart()

    assert reset(alone, path).status == 200


def test_a_copy_of_the_database_holds_no_link(office, alone):
    forget(alone)
    token = token_of(reset_link(office, alone))
    alone.server.terminate()

    for name, content in alone.server.written():
        assert token.encode() not in content and token[22:].encode() not in content, name
