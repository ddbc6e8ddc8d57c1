"""The second factor: setting it up, logging in with it, codes that count once, recovery codes, and guesses at them."""

import re
import secrets
import sqlite3
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

import tokens
from client import CHROME, Client, Person, new_name, new_password, totp
from contract import assert_problem, assert_session, assert_user, instant
from server import in_parallel

SETUP, ENABLE, DISABLE, NEW_CODES = (
    f"/api/account/two-factor/{name}" for name in ("setup", "enable", "disable", "recovery-codes")
)
STEP = 30
CHALLENGE_SECONDS = 300
SETUP_SECONDS = 1_800
PER_CHALLENGE = 5
PER_ACCOUNT = 20
PER_BROWSER = 10
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}\Z")
RECOVERY_CODE = re.compile(r"(?:[0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{6}\Z")


@pytest.fixture(scope="module")
def server(module_server):
    """A server whose clock is moved on from code to code. After this file it must be the very process it was."""
    server = module_server(faketime=True)
    pid = server.pid
    yield server
    assert server.is_alive() and server.pid == pid, f"the server died:\n{server.log()[-2000:]}"


@pytest.fixture
def guarded(server):
    """Somebody whose second factor is on, and who is signed in nowhere."""
    person = Person(server).sign_up()
    person.enable_two_factor().logout()
    return person


@pytest.fixture(scope="module")
def one_for_many(server):
    person = Person(server).sign_up()
    person.enable_two_factor().logout()
    return person


@pytest.fixture
def regular(server, one_for_many):
    """The same person for many tests, an hour after the one before: the wrong codes of that one are forgotten."""
    server.go_on(3_601)
    return one_for_many


def wrong_code(person):
    """Six digits that the app shows neither now nor shortly before or after."""
    shown = {person.code(steps) for steps in range(-4, 5)}
    return next(code for code in (f"{number:06}" for number in range(100)) if code not in shown)


def assert_wrong(response):
    assert_problem(response, "invalid_code", 401)
    assert response.all("set-cookie") == []


def assert_void(response):
    """The challenge counts no longer, whatever the code."""
    assert_problem(response, "challenge_expired", 401)
    assert response.all("set-cookie") == []


def assert_opens(response):
    assert response.status == 200, response
    assert set(response.json) == {"user", "session"} and response.cookie("token").value


def read_qr_code(svg, folder):
    """What a camera reads from it."""
    drawing, picture = folder / "code.svg", folder / "code.png"
    drawing.write_text(svg)
    subprocess.run(["rsvg-convert", "--zoom", "4", "--background-color", "white", drawing, "-o", picture], check=True)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], check=True, capture_output=True, text=True)
    return read.stdout.removesuffix("\n")


# Setting it up


def test_setting_up_takes_the_password_and_turns_nothing_on(server, person):
    client = person.login()
    assert_problem(client.post(SETUP, {"password": new_password()}), "invalid_credentials", 403)

    response = client.post(SETUP, {"password": person.password})

    assert response.status == 200, response
    server.remember_seed(response.json["secret"])
    assert set(response.json) == {"secret", "otpauthUri", "qrCode"}
    assert re.fullmatch("[A-Z2-7]{32}", response.json["secret"]), "160 bits in base32"
    assert response.all("set-cookie") == [] and response.header("cache-control") == "no-store"
    assert client.me().json["user"]["twoFactorEnabled"] is False
    assert person.login().is_signed_in()


def test_the_address_and_the_qr_code_say_what_an_app_needs(server, person, tmp_path):
    setup = person.set_up_two_factor(person.login())

    uri = urlsplit(setup["otpauthUri"])
    query = parse_qs(uri.query)

    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == f"/RTC Collector:{person.username}"
    assert query["secret"] == [setup["secret"]] and query["issuer"] == ["RTC Collector"]
    defaults = {"algorithm": ["SHA1"], "digits": ["6"], "period": ["30"]}
    assert {name: query.get(name, value) for name, value in defaults.items()} == defaults
    assert read_qr_code(setup["qrCode"], tmp_path) == setup["otpauthUri"]


def test_each_seed_is_another(server, person):
    client = person.login()

    assert len({person.set_up_two_factor(client)["secret"] for _ in range(20)}) == 20


def test_an_app_shows_the_codes_that_these_tests_make(server, person):
    secret = person.set_up_two_factor(person.login())["secret"]

    for moment in (59, 1_111_111_109, int(server.now), 20_000_000_000):
        shown = subprocess.run(
            ["oathtool", "--totp", "--base32", "--now", f"@{moment}", secret],
            check=True,
            capture_output=True,
            text=True,
        )
        assert shown.stdout.strip() == totp(secret, moment)


def test_a_code_turns_it_on_and_ten_recovery_codes_are_shown_once(server, person):
    client = person.login()
    secret = person.set_up_two_factor(client)["secret"]
    server.go_to_step()

    response = client.post(ENABLE, {"code": totp(secret, server.now)})

    assert response.status == 200, response
    assert set(response.json) == {"recoveryCodes", "revoked"} and response.json["revoked"] == 0
    codes = response.json["recoveryCodes"]
    server.remember_recovery_codes(codes)
    assert len(codes) == len(set(codes)) == 10 and all(map(RECOVERY_CODE.match, codes))
    assert response.header("cache-control") == "no-store"
    assert client.me().json["user"]["twoFactorEnabled"] is True
    page = client.page("/settings/security")
    assert not any(code in page.response.text for code in codes) and "10 recovery codes left" in page.text


def test_a_wrong_code_turns_nothing_on(server, person):
    client = person.login()
    secret = person.set_up_two_factor(client)["secret"]
    server.go_to_step()

    for code in (totp(secret, server.now + STEP), totp(secret, server.now - 2 * STEP), "", "abcdef", "0" * 40):
        response = client.post(ENABLE, {"code": code})
        assert_problem(response, "invalid_code", 403)
        assert response.all("set-cookie") == []
    assert client.me().json["user"]["twoFactorEnabled"] is False

    assert client.post(ENABLE, {"code": totp(secret, server.now)}).status == 200


def test_only_the_session_that_set_it_up_turns_it_on(server, person):
    client, other_session = person.login(), person.login()
    secret = person.set_up_two_factor(client)["secret"]

    assert_problem(other_session.post(ENABLE, {"code": totp(secret, server.now)}), "setup_required", 409)

    assert client.me().json["user"]["twoFactorEnabled"] is False


def test_the_page_shows_the_key_to_the_session_that_set_it_up_and_to_no_other(server, person):
    where = "/settings/security/two-factor/enable"
    client, other_session = person.login(), person.login()
    secret = person.set_up_two_factor(client)["secret"]

    page = client.page(where)

    assert secret in re.sub(r"</?span>|\s", "", page.response.text)
    assert page.response.header("cache-control") == "no-store"
    assert other_session.open(where).status == 303
    server.go_on(SETUP_SECONDS + 1)
    assert client.open(where).status == 303


def test_nothing_is_turned_on_that_was_not_set_up(server, person):
    assert_problem(person.login().post(ENABLE, {"code": "000000"}), "setup_required", 409)


@pytest.mark.parametrize("seconds, accepted", [(SETUP_SECONDS - 3, True), (SETUP_SECONDS + 1, False)])
def test_setting_up_takes_half_an_hour_at_most(server, person, seconds, accepted):
    client = person.login()
    secret = person.set_up_two_factor(client)["secret"]

    server.go_on(seconds)
    response = client.post(ENABLE, {"code": totp(secret, server.now)})

    if accepted:
        assert response.status == 200, response
    else:
        assert_problem(response, "setup_required", 409)


def test_setting_up_again_makes_the_earlier_seed_worthless(server, person):
    client = person.login()
    first, second = (person.set_up_two_factor(client)["secret"] for _ in range(2))
    server.go_to_step()

    assert_problem(client.post(ENABLE, {"code": totp(first, server.now)}), "invalid_code", 403)

    assert client.post(ENABLE, {"code": totp(second, server.now)}).status == 200


def test_what_is_on_is_not_set_up_again(server, guarded):
    client = guarded.login()

    assert_problem(client.post(SETUP, {"password": guarded.password}), "already_enabled", 409)
    assert_problem(client.post(ENABLE, {"code": guarded.new_code()}), status=409)

    assert guarded.login().is_signed_in()


def test_what_is_off_is_not_turned_off(server, person):
    client = person.login()

    for path in (DISABLE, NEW_CODES):
        response = client.post(path, {"password": person.password, "code": "000000"})
        assert_problem(response, "not_enabled", 409)


@pytest.mark.parametrize("path, body", [(SETUP, {"password": "x"}), (ENABLE, {"code": "000000"}),
                                        (DISABLE, {"password": "x", "code": "000000"}), (NEW_CODES, {"password": "x", "code": "000000"})])  # fmt: skip
def test_without_a_session_nothing_of_it_is_done(server, path, body):
    assert_problem(Client(server).post(path, body), "session_missing", 401)


@pytest.mark.parametrize("path, body, field", [(SETUP, {}, "password"), (SETUP, {"password": 1}, "password"), (ENABLE, {}, "code"), (ENABLE, {"code": 123456}, "code"),
                                               (DISABLE, {"password": "x"}, "code"), (DISABLE, {"password": None, "code": "x"}, "password"),
                                               (NEW_CODES, {"password": "x", "code": []}, "code"), (NEW_CODES, {"code": "000000"}, "password")])  # fmt: skip
def test_a_field_that_is_missing_or_of_another_type_is_named(server, person, path, body, field):
    problem = assert_problem(person.login().post(path, body), status=422)

    assert field in [error["field"] for error in problem["errors"]]


# Logging in


def test_the_password_alone_opens_nothing(server, guarded):
    watcher = guarded.login()
    browser = Client(server)

    response = browser.login(guarded.email, guarded.password)

    assert response.status == 200
    assert set(response.json) == {"twoFactorRequired", "challenge", "expiresAt", "methods"}
    assert response.json["twoFactorRequired"] is True and response.json["methods"] == ["totp", "recovery_code"]
    assert CHALLENGE.match(response.json["challenge"])
    assert instant(response.json["expiresAt"]) - server.now == pytest.approx(CHALLENGE_SECONDS, abs=3)
    assert response.all("set-cookie") == [] and response.header("cache-control") == "no-store"
    assert not browser.is_signed_in()
    assert watcher.session_ids() == [watcher.session["id"]]


def test_a_wrong_password_is_answered_as_everybodys(server, guarded, person):
    answers = [Client(server).login(each.email, new_password()) for each in (guarded, person)]

    for response in answers:
        assert_problem(response, "invalid_credentials", 401)
    assert answers[0].body == answers[1].body
    assert [name for name, _ in answers[0].headers] == [name for name, _ in answers[1].headers]


@pytest.mark.parametrize("remember, lifetime", [(False, 86_400), (True, 2_592_000)])
def test_the_code_opens_the_session_that_was_asked_for(server, regular, remember, lifetime):
    browser, challenge = regular.first_step(remember=remember)

    response = browser.enter_code(challenge, regular.new_code())

    assert_opens(response)
    assert_user(response.json["user"], id=regular.id, email=regular.email, twoFactorEnabled=True)
    session = response.json["session"]
    assert_session(session, rememberMe=remember, isCurrent=True, isActive=True, userAgent=CHROME)
    assert instant(session["expiresAt"]) - instant(session["createdAt"]) == pytest.approx(lifetime, abs=0.001)
    attributes = sorted(["Path=/", "HttpOnly", "SameSite=Strict", f"Max-Age={lifetime}"])
    assert sorted(response.cookie("token").attributes) == attributes
    assert len(response.cookie("known_browser").value) == 22
    assert tokens.parts(browser.token)[1]["amr"] == ["pwd", "otp"]
    assert browser.is_signed_in()


def test_by_the_forms_too(server, regular):
    browser = Client(server)
    form = browser.page("/login").form_to("/login")
    response = browser.submit(form, {"Email or username": regular.username, "Password": regular.password})
    page = browser.page_of(response, 200)
    assert "token" not in browser.jar and response.all("set-cookie") == []
    [first, second] = [form for form in page.forms if form.action == "/login/two-factor"]
    challenge = next(control.value for control in first.controls if control.name == "challenge")
    assert CHALLENGE.match(challenge) and challenge not in response.path
    server.remember(challenge)

    response = browser.submit(first, {"Code": wrong_code(regular)})
    assert response.status == 422 and response.all("set-cookie") == []
    page = browser.page_of(response, 422)
    assert page.find("input", id="code", aria_invalid="true")
    again = [form for form in page.forms if form.action == "/login/two-factor"][0]
    response = browser.submit(again, {"Code": regular.new_code()})

    assert (response.status, response.location.split("?")[0]) == (303, "/settings/security")
    assert browser.is_signed_in()


def test_the_recovery_form_takes_a_recovery_code(server, guarded):
    browser = Client(server)
    form = browser.page("/login").form_to("/login")
    response = browser.submit(form, {"Email or username": guarded.username, "Password": guarded.password})
    recovery = [form for form in browser.page_of(response, 200).forms if form.action == "/login/two-factor"][1]

    response = browser.submit(recovery, {"Recovery code": "not one of them"})
    assert response.status == 422 and response.all("set-cookie") == []
    page = browser.page_of(response, 422)
    assert page.find("input", id="recovery-code", aria_invalid="true") and page.find("details", open=None)
    recovery = [form for form in page.forms if form.action == "/login/two-factor"][1]
    response = browser.submit(recovery, {"Recovery code": guarded.recovery_codes[0]})

    assert response.status == 303 and browser.is_signed_in()


def test_the_way_on_is_kept_over_the_second_step(server, regular):
    browser = Client(server)
    form = browser.page("/login?next=/settings/profile").form_to("/login")
    response = browser.submit(form, {"Email or username": regular.username, "Password": regular.password})
    form = [form for form in browser.page_of(response, 200).forms if form.action == "/login/two-factor"][0]

    response = browser.submit(form, {"Code": regular.new_code()})

    assert (response.status, response.location.split("?")[0]) == (303, "/settings/profile")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_second_step_leads_to_no_other_site(server, regular, target):
    browser, challenge = regular.first_step()

    response = browser.request(
        "POST",
        "/login/two-factor",
        form={"challenge": challenge, "code": regular.new_code(), "method": "totp", "next": target},
    )

    assert response.status == 303 and response.location.startswith("/settings/security"), response


def test_a_form_with_a_void_challenge_leads_back_to_the_log_in(server, regular):
    for challenge in ("", "x", secrets.token_urlsafe(32)):
        browser = Client(server)
        response = browser.request(
            "POST", "/login/two-factor", form={"challenge": challenge, "code": regular.new_code(), "method": "totp"}
        )
        page = browser.page_of(response)
        assert response.status in (401, 422) and response.all("set-cookie") == []
        assert "/login" in [target for target, _ in page.links]


def test_the_page_of_the_second_step_without_a_first_one_leads_back(server):
    response = Client(server).open("/login/two-factor")

    assert response.status in (200, 303), response
    assert "challenge" not in response.text
    if response.status == 303:
        assert response.location.split("?")[0] == "/login"


@pytest.mark.parametrize("shape", ["{a}{b}", "{a} {b}", " {a}{b} "])
def test_a_code_may_be_typed_as_apps_show_it(server, regular, shape):
    browser, challenge = regular.first_step()
    code = regular.new_code()

    assert_opens(browser.enter_code(challenge, shape.format(a=code[:3], b=code[3:])))


@pytest.mark.parametrize("shape", ["", "{a}", "{a}{b}0", "0{a}{b}", "{a}-{b}", "{wide}", "{arabic}", "{a}{b}\0", "+{a}{b}", "{a}.{b}", "x" * 2_000, "🦊" * 6])  # fmt: skip
def test_what_is_no_code_opens_nothing(server, regular, shape):
    browser, challenge = regular.first_step()
    code = regular.new_code()
    other = {
        "wide": "".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in code),
        "arabic": "".join(chr(ord(digit) - ord("0") + 0x660) for digit in code),
    }

    response = browser.enter_code(challenge, shape.format(a=code[:3], b=code[3:], **other))

    assert response.status in (401, 422), response
    assert response.code in ("invalid_code", "invalid_request") and response.all("set-cookie") == []


@pytest.mark.parametrize("body, field", [({"challenge": "{c}"}, "code"), ({"code": "{o}"}, "challenge"), ({"challenge": "{c}", "code": 123456}, "code"),
                                         ({"challenge": ["{c}"], "code": "{o}"}, "challenge"), ({"challenge": None, "code": "{o}"}, "challenge")])  # fmt: skip
def test_a_step_of_another_shape_is_refused(server, regular, body, field):
    browser, challenge = regular.first_step()
    code = regular.new_code()

    def fill(value):
        return value.format(c=challenge, o=code) if isinstance(value, str) else value

    problem = assert_problem(
        browser.post("/api/auth/login/two-factor", {name: fill(value) for name, value in body.items()}), status=422
    )

    assert field in [error["field"] for error in problem["errors"]]
    assert_opens(browser.enter_code(challenge, code))


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "A" * 42, "{c}=", "{c}A", " {c}", "{spelling}", "x" * 3_000, "../..", "' OR 1=1"])  # fmt: skip
def test_what_is_no_challenge_opens_nothing(server, regular, text):
    browser, challenge = regular.first_step()
    spelling = tokens.spellings(challenge)[0]
    code = regular.new_code()

    response = browser.enter_code(text.format(c=challenge, spelling=spelling), code)

    assert response.status in (401, 422), response
    assert response.code in ("challenge_expired", "invalid_request")
    assert_opens(browser.enter_code(challenge, code))


def test_a_challenge_is_used_once(server, regular):
    browser, challenge = regular.first_step()
    assert_opens(browser.enter_code(challenge, regular.new_code()))

    assert_void(Client(server).enter_code(challenge, regular.new_code()))


@pytest.mark.parametrize("seconds, accepted", [(CHALLENGE_SECONDS - 2, True), (CHALLENGE_SECONDS + 1, False)])
def test_a_challenge_lives_for_300_seconds(server, regular, seconds, accepted):
    server.go_to_step()
    browser, challenge = regular.first_step()

    server.go_on(seconds)
    response = browser.enter_code(challenge, regular.code())

    assert_opens(response) if accepted else assert_void(response)


def test_five_wrong_codes_end_a_challenge(server, regular):
    browser, challenge = regular.first_step()
    for _ in range(PER_CHALLENGE):
        assert_wrong(browser.enter_code(challenge, wrong_code(regular)))

    assert_void(browser.enter_code(challenge, regular.new_code()))

    again, challenge = regular.first_step()
    assert_opens(again.enter_code(challenge, regular.new_code()))


def test_the_last_of_five_codes_may_be_the_right_one(server, regular):
    browser, challenge = regular.first_step()
    for _ in range(PER_CHALLENGE - 1):
        assert_wrong(browser.enter_code(challenge, wrong_code(regular)))

    assert_opens(browser.enter_code(challenge, regular.new_code()))


def test_somebody_elses_code_opens_nothing(server, guarded):
    stranger = Person(server).sign_up()
    stranger.enable_two_factor()
    browser, challenge = guarded.first_step()
    server.go_to_step()

    assert_wrong(browser.enter_code(challenge, stranger.code()))
    assert_wrong(browser.enter_code(challenge, stranger.recovery_codes[0]))

    assert_opens(browser.enter_code(challenge, guarded.code()))


def test_the_session_of_the_browser_is_replaced_by_the_second_step_and_not_by_the_first(server, guarded):
    browser = guarded.login()
    old = browser.token

    _, challenge = guarded.first_step(browser)
    assert browser.is_signed_in()
    assert_wrong(browser.enter_code(challenge, wrong_code(guarded)))
    assert browser.is_signed_in() and browser.token == old
    assert_opens(browser.enter_code(challenge, guarded.new_code()))

    assert browser.token != old and browser.is_signed_in()
    assert_problem(Client(server).me(cookies=f"token={old}"), "session_revoked", 401)


@pytest.mark.parametrize("forwarded", ["a", "", "1.2.3.4.5", "::", "1.2.3.4, x", "x" * 8_000])
def test_a_strange_forwarding_header_does_not_spare_the_code(server, regular, forwarded):
    browser, headers = Client(server), {"X-Forwarded-For": forwarded}

    response = browser.post(
        "/api/auth/login", {"identifier": regular.email, "password": regular.password}, headers=headers
    )

    assert response.status == 200 and response.all("set-cookie") == []
    browser.signed_in_by(response)
    assert_wrong(browser.enter_code(response.json["challenge"], wrong_code(regular), headers=headers))
    assert_opens(browser.enter_code(response.json["challenge"], regular.new_code(), headers=headers))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_cannot_finish_a_log_in(server, regular, site):
    browser, challenge = regular.first_step()
    form = {"challenge": challenge, "code": regular.new_code(), "method": "totp"}

    response = browser.request("POST", "/login/two-factor", form=form, headers={"Sec-Fetch-Site": site})

    assert response.status == 403 and response.all("set-cookie") == []


def test_the_parts_of_a_log_in_are_events(server, guarded):
    browser, challenge = guarded.first_step()
    browser.enter_code(challenge, wrong_code(guarded))
    browser.enter_code(challenge, guarded.new_code())

    kinds = [event["kind"] for event in guarded.events()]

    opened = kinds.index("second_factor_asked")
    assert kinds[:opened][::-1][0] == "second_factor_failed"
    assert kinds[0] in ("login_succeeded", "login_succeeded_after_failures") and opened == 2


# A code counts once


@pytest.mark.parametrize("position", [0.05, 5, 29])
def test_a_used_code_opens_no_second_log_in(server, regular, position):
    server.go_to_step()
    first, challenge = regular.first_step()
    second, another = regular.first_step()
    code = regular.code()
    assert_opens(first.enter_code(challenge, code))

    if position > 1:
        server.go_to_step(after=0, position=position)
    assert_wrong(second.enter_code(another, code))

    server.go_to_step(position=4)
    assert_wrong(second.enter_code(another, code))
    assert_opens(second.enter_code(another, regular.code()))


@pytest.mark.parametrize("position", [0.05, 5, 29])
def test_the_code_that_turned_it_on_opens_no_log_in(server, person, position):
    client = person.login()
    secret = person.set_up_two_factor(client)["secret"]
    server.go_to_step(position=0.5)
    code = totp(secret, server.now)
    assert client.post(ENABLE, {"code": code}).status == 200
    browser, challenge = person.first_step()

    if position > 1:
        server.go_to_step(after=0, position=position)
    assert_wrong(browser.enter_code(challenge, code))

    server.go_to_step(position=4)
    assert_wrong(browser.enter_code(challenge, code))
    assert_opens(browser.enter_code(challenge, totp(secret, server.now)))


def test_once_a_code_was_used_no_earlier_one_counts(server, regular):
    server.go_to_step(after=2)
    first, challenge = regular.first_step()
    second, another = regular.first_step()
    server.go_to_step(position=2)
    assert_opens(first.enter_code(challenge, regular.code()))

    assert_wrong(second.enter_code(another, regular.code(-1)))


def test_a_code_of_the_step_before_leaves_the_current_one(server, regular):
    server.go_to_step(after=2)
    first, challenge = regular.first_step()
    second, another = regular.first_step()
    server.go_to_step(position=2)
    code = regular.code(-1)
    assert_opens(first.enter_code(challenge, code))

    assert_wrong(second.enter_code(another, code))
    assert_opens(second.enter_code(another, regular.code()))


@pytest.mark.parametrize("position, steps, accepted", [(0.05, 0, True), (15, 0, True), (28.5, 0, True), (0.05, -1, True), (8.5, -1, True), (10.1, -1, False),
                                                       (29, -1, False), (0.05, -2, False), (15, -2, False), (0.05, 1, False), (29, 1, False), (15, 2, False),
                                                       (15, 120, False), (15, -120, False)])  # fmt: skip
def test_a_code_counts_in_its_step_and_for_ten_seconds_after_it(server, regular, position, steps, accepted):
    server.go_to_step(after=2)
    browser, challenge = regular.first_step()
    server.go_to_step(position=position)

    response = browser.enter_code(challenge, regular.code(steps))

    assert_opens(response) if accepted else assert_wrong(response)


def test_the_time_is_the_servers_whatever_a_client_says(server, regular):
    server.go_to_step()
    browser, challenge = regular.first_step()
    headers = {"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(server.now + 3_600))}

    assert_wrong(browser.enter_code(challenge, regular.code(120), headers=headers))


def test_of_twenty_log_ins_at_once_with_one_code_one_is_opened(server, guarded):
    server.go_to_step()
    steps = [guarded.first_step() for _ in range(20)]
    server.go_to_step()
    code = guarded.code()

    answers = in_parallel(lambda step: step[0].enter_code(step[1], code), steps)

    assert sorted(each.status for each in answers) == [200] + [401] * 19
    assert {each.code for each in answers if each.status == 401} == {"invalid_code"}
    assert sum(browser.is_signed_in() for browser, _ in steps) == 1


def test_of_twenty_requests_at_once_with_one_challenge_one_opens_a_session(server, guarded):
    _, challenge = guarded.first_step()
    watcher = guarded.login()
    browsers = [Client(server) for _ in range(20)]
    code = guarded.new_code()

    answers = in_parallel(lambda browser: browser.enter_code(challenge, code), browsers)

    assert [each.status for each in answers].count(200) == 1, answers
    assert {each.code for each in answers if each.status != 200} <= {"invalid_code", "challenge_expired"}
    assert len(watcher.session_ids()) == 2


def test_of_eight_requests_at_once_that_turn_it_on_one_does(server, person):
    client = person.login()
    secret = person.set_up_two_factor(client)["secret"]
    server.go_to_step()
    browsers = [Client(server, cookies=client.jar) for _ in range(8)]

    answers = in_parallel(lambda browser: browser.post(ENABLE, {"code": totp(secret, server.now)}), browsers)

    [made] = [each for each in answers if each.status == 200]
    codes = made.json["recoveryCodes"]
    server.remember_recovery_codes(codes)
    assert {each.status for each in answers if each is not made} <= {401, 403, 409}
    browser, challenge = person.first_step()
    assert_opens(browser.enter_code(challenge, codes[0]))


@pytest.mark.parametrize("path", [DISABLE, NEW_CODES])
def test_of_eight_changes_at_once_with_one_code_one_is_made(server, guarded, path):
    client = guarded.login()
    browsers = [Client(server, cookies=client.jar) for _ in range(8)]
    body = {"password": guarded.password, "code": guarded.new_code()}

    answers = in_parallel(lambda browser: browser.post(path, body), browsers)

    assert [each.status for each in answers].count(200) == 1, answers
    assert {each.status for each in answers} <= {200, 401, 403, 409}
    for each in answers:
        server.remember_recovery_codes(each.json.get("recoveryCodes") or guarded.recovery_codes)


def test_a_code_that_a_change_has_used_opens_no_log_in(server, guarded):
    client = guarded.login()
    server.go_to_step()
    browser, challenge = guarded.first_step()
    code = guarded.code()
    response = client.post("/api/auth/reauthenticate", {"password": guarded.password, "code": code})
    assert response.status == 200, response

    assert_wrong(browser.enter_code(challenge, code))
    response = client.post(NEW_CODES, {"password": guarded.password, "code": code})
    assert_problem(response, "invalid_code", 403)


def test_a_code_that_a_log_in_has_used_changes_nothing(server, guarded):
    client = guarded.login()
    browser, challenge = guarded.first_step()
    code = guarded.new_code()
    assert_opens(browser.enter_code(challenge, code))

    for path in (DISABLE, NEW_CODES):
        response = client.post(path, {"password": guarded.password, "code": code})
        assert_problem(response, "invalid_code", 403)
    response = client.post("/api/auth/reauthenticate", {"password": guarded.password, "code": code})
    assert_problem(response, "invalid_credentials", 403)
    assert client.me().json["user"]["twoFactorEnabled"] is True


def test_what_was_used_stays_used_after_kill_9(own_server):
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    client = person.login()
    person.secret = person.set_up_two_factor(client)["secret"]
    server.go_to_step()
    enabling = person.code()
    response = client.post(ENABLE, {"code": enabling})
    server.kill()
    person.recovery_codes = response.json["recoveryCodes"]
    server.remember_recovery_codes(person.recovery_codes)

    server.start()
    browser, challenge = person.first_step()
    assert_wrong(browser.enter_code(challenge, enabling))
    code = person.new_code()
    assert_opens(browser.enter_code(challenge, code))
    server.kill()

    server.start()
    browser, challenge = person.first_step()
    assert_wrong(browser.enter_code(challenge, code))
    assert_opens(browser.enter_code(challenge, person.recovery_codes[3]))
    server.kill()

    server.start()
    browser, challenge = person.first_step()
    assert_wrong(browser.enter_code(challenge, person.recovery_codes[3]))
    assert_opens(browser.enter_code(challenge, person.new_code()))


# Recovery codes


def test_a_recovery_code_opens_one_log_in(server, guarded):
    browser, challenge = guarded.first_step()
    response = browser.enter_code(challenge, guarded.recovery_codes[0])
    assert_opens(response)
    assert response.json["session"]["id"] in browser.session_ids()
    assert "9 recovery codes left" in browser.page("/settings/security").text

    again, challenge = guarded.first_step()
    assert_wrong(again.enter_code(challenge, guarded.recovery_codes[0]))
    assert_opens(again.enter_code(challenge, guarded.recovery_codes[1]))


def test_of_ten_log_ins_at_once_with_one_recovery_code_one_is_opened(server, guarded):
    steps = [guarded.first_step() for _ in range(10)]

    answers = in_parallel(lambda step: step[0].enter_code(step[1], guarded.recovery_codes[4]), steps)

    assert sorted(each.status for each in answers) == [200] + [401] * 9
    assert sum(browser.is_signed_in() for browser, _ in steps) == 1


def with_letters(code):
    return code.replace("0", "o").replace("1", "l")


@pytest.mark.parametrize(
    "typed",
    [str.upper, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "), lambda code: f" {code} ",
     with_letters, lambda code: with_letters(code).upper(), lambda code: code.replace("1", "I").replace("0", "O"),
     lambda code: " ".join(code.replace("-", ""))],
    ids=["upper case", "no hyphens", "spaces", "around", "o and l", "O and L", "O and I", "one by one"],
)  # fmt: skip
def test_a_recovery_code_may_be_typed_as_people_type(server, guarded, typed):
    code = max(guarded.recovery_codes, key=lambda code: code.count("0") + code.count("1"))
    browser, challenge = guarded.first_step()

    assert_opens(browser.enter_code(challenge, typed(code)))


@pytest.mark.parametrize("change", [lambda code: code[:-1], lambda code: code + "0", lambda code: code[1:], lambda code: code[:5], lambda code: "u" + code[1:],
                                    lambda code: code + "\0", lambda code: ("1" if code[0] != "1" else "2") + code[1:]])  # fmt: skip
def test_what_is_nearly_a_recovery_code_opens_nothing(server, guarded, change):
    browser, challenge = guarded.first_step()

    assert_wrong(browser.enter_code(challenge, change(guarded.recovery_codes[0])))

    assert_opens(browser.enter_code(challenge, guarded.recovery_codes[0]))


def test_new_recovery_codes_take_the_place_of_the_old_ones(server, guarded):
    client = guarded.login()
    wrong = client.post(NEW_CODES, {"password": new_password(), "code": guarded.new_code()})
    assert_problem(wrong, "invalid_credentials", 403)
    wrong = client.post(NEW_CODES, {"password": guarded.password, "code": wrong_code(guarded)})
    assert_problem(wrong, "invalid_code", 403)

    response = client.post(NEW_CODES, {"password": guarded.password, "code": guarded.new_code()})

    assert response.status == 200 and set(response.json) == {"recoveryCodes"}, response
    codes = response.json["recoveryCodes"]
    server.remember_recovery_codes(codes)
    assert len(set(codes)) == 10 and not set(codes) & set(guarded.recovery_codes)
    assert client.is_signed_in()
    browser, challenge = guarded.first_step()
    assert_wrong(browser.enter_code(challenge, guarded.recovery_codes[0]))
    assert_opens(browser.enter_code(challenge, codes[0]))
    assert guarded.events("recovery_codes_made")


def test_a_recovery_code_stands_in_for_the_app_in_the_settings(server, guarded):
    client = guarded.login()

    response = client.post(NEW_CODES, {"password": guarded.password, "code": guarded.recovery_codes[0]})
    assert response.status == 200, response
    guarded.recovery_codes = response.json["recoveryCodes"]
    server.remember_recovery_codes(guarded.recovery_codes)
    response = client.post(DISABLE, {"password": guarded.password, "code": guarded.recovery_codes[0]})

    assert response.status == 200, response
    assert client.me().json["user"]["twoFactorEnabled"] is False
    assert len(guarded.events("recovery_code_used")) == 2


# Turning it off


def test_turning_it_off_takes_password_and_code(server, guarded):
    client = guarded.login()
    wrong = client.post(DISABLE, {"password": new_password(), "code": guarded.new_code()})
    assert_problem(wrong, "invalid_credentials", 403)
    wrong = client.post(DISABLE, {"password": guarded.password, "code": wrong_code(guarded)})
    assert_problem(wrong, "invalid_code", 403)
    assert client.me().json["user"]["twoFactorEnabled"] is True

    response = client.post(DISABLE, {"password": guarded.password, "code": guarded.new_code()})

    assert (response.status, response.json) == (200, {"revoked": 0})
    assert client.me().json["user"]["twoFactorEnabled"] is False
    assert_opens(Client(server).login(guarded.email, guarded.password))


def test_what_belonged_to_a_factor_that_was_turned_off_opens_nothing_afterwards(server, guarded):
    client = guarded.login()
    old_secret, old_codes = guarded.secret, guarded.recovery_codes
    assert client.post(DISABLE, {"password": guarded.password, "code": guarded.new_code()}).status == 200
    guarded.secret = None
    guarded.enable_two_factor(client)
    browser, challenge = guarded.first_step()
    server.go_to_step()

    assert_wrong(browser.enter_code(challenge, totp(old_secret, server.now)))
    assert_wrong(browser.enter_code(challenge, old_codes[0]))

    assert_opens(browser.enter_code(challenge, guarded.code()))


@pytest.mark.parametrize("by", ["username", "email", "id"])
def test_the_operator_takes_a_lost_factor_away(server, guarded, by):
    client, other_session = guarded.login(), guarded.login(remember=True)
    browser, challenge = guarded.first_step()

    result = server.command("user", "reset-two-factor", getattr(guarded, by))

    assert result.returncode == 0, result
    for each in (client, other_session):
        assert_problem(each.me(), "session_revoked", 401)
    assert_void(browser.enter_code(challenge, guarded.new_code()))
    assert_opens(Client(server).login(guarded.email, guarded.password))
    assert [event["by"] for event in guarded.events("second_factor_disabled")] == ["operator"]


def test_the_operator_is_told_when_there_is_nobody_or_no_factor_to_reset(server, person):
    assert server.command("user", "reset-two-factor", new_name()).returncode == 1

    assert server.command("user", "reset-two-factor", person.username).returncode in (0, 1)
    assert person.login().is_signed_in()


def test_no_other_command_of_the_operator_takes_it_away(server, guarded):
    guarded.password = new_password()
    assert server.command("user", "set-password", guarded.username, stdin=guarded.password + "\n").returncode == 0
    assert server.command("user", "disable", guarded.username).returncode == 0
    assert server.command("user", "enable", guarded.username).returncode == 0

    browser, challenge = guarded.first_step()
    assert_opens(browser.enter_code(challenge, guarded.new_code()))


def test_an_account_with_a_second_factor_is_deleted_whole(server, guarded):
    client = guarded.login()
    browser, challenge = guarded.first_step()

    assert server.command("user", "delete", "--yes", guarded.username).returncode == 0

    assert client.me().status == 401
    assert browser.enter_code(challenge, guarded.new_code()).status == 401
    again = Person(server, guarded.email, guarded.username, guarded.password).sign_up()
    assert again.login().me().json["user"]["twoFactorEnabled"] is False


def test_a_disabled_account_finishes_no_log_in(server, guarded):
    browser, challenge = guarded.first_step()

    assert server.command("user", "disable", guarded.username).returncode == 0
    assert browser.enter_code(challenge, guarded.new_code()).status == 401
    assert server.command("user", "enable", guarded.username).returncode == 0

    assert_void(browser.enter_code(challenge, guarded.new_code()))


def test_logging_out_everywhere_ends_half_finished_log_ins_too(server, guarded):
    client = guarded.login()
    browser, challenge = guarded.first_step()

    assert client.post("/api/sessions/revoke-all").status == 200

    assert_void(browser.enter_code(challenge, guarded.new_code()))


# Guessing


def guess_codes(person, count, identifiers=None):
    """So many wrong codes, as many to a challenge as it takes; the answers that were neither wrong nor void."""
    odd = []
    names = identifiers or [person.email]
    for number in range(count):
        if number % PER_CHALLENGE == 0:
            browser, challenge = person.first_step(identifier=names[number // PER_CHALLENGE % len(names)])
        response = browser.enter_code(challenge, wrong_code(person))
        if response.code != "invalid_code":
            odd.append(response)
    return odd


def test_twenty_wrong_codes_an_hour_and_then_one_waits_by_whichever_name(server, guarded):
    odd = guess_codes(
        guarded, PER_ACCOUNT, [guarded.email, guarded.username, guarded.email.upper(), guarded.username.upper()]
    )
    assert odd == []

    for name in (guarded.username, guarded.email):
        response = Client(server).login(name, guarded.password)
        if response.status == 200:
            response = Client(server).enter_code(response.json["challenge"], guarded.new_code())
        assert_problem(response, "too_many_attempts", 429)
        assert 1 <= int(response.header("retry-after")) <= 3_600 and response.all("set-cookie") == []

    server.go_on(3_601)
    browser, challenge = guarded.first_step()
    assert_opens(browser.enter_code(challenge, guarded.new_code()))


def test_a_right_password_between_them_does_not_give_the_guesses_back(server, guarded):
    answers = []
    for _ in range(10):
        browser, challenge = guarded.first_step() if len(answers) < PER_ACCOUNT else (None, None)
        if browser is None:
            break
        answers += [browser.enter_code(challenge, wrong_code(guarded)).code for _ in range(PER_CHALLENGE - 1)]

    assert answers == ["invalid_code"] * PER_ACCOUNT
    response = Client(server).login(guarded.email, guarded.password)
    if response.status == 200:
        response = Client(server).enter_code(response.json["challenge"], guarded.new_code())
    assert_problem(response, "too_many_attempts", 429)


def test_fifty_codes_at_once_are_no_more_than_allowed(server, guarded):
    steps = [guarded.first_step() for _ in range(10)]
    code = wrong_code(guarded)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: Client(server).enter_code(steps[number % 10][1], code), range(50)))

    looked_at = [each for each in answers if each.code == "invalid_code"]
    assert len(looked_at) <= PER_ACCOUNT, "codes that were looked at"
    assert {each.code for each in answers} <= {"invalid_code", "challenge_expired", "too_many_attempts"}


def test_twenty_codes_at_once_for_one_challenge_are_five(server, guarded):
    _, challenge = guarded.first_step()
    code = wrong_code(guarded)

    answers = in_parallel(lambda _: Client(server).enter_code(challenge, code), range(20))

    assert sorted(each.code for each in answers) == ["challenge_expired"] * 15 + ["invalid_code"] * PER_CHALLENGE


def test_the_owner_enters_the_code_in_a_known_browser_whatever_others_guess(server, guarded):
    home = guarded.login()
    home.logout()
    assert guess_codes(guarded, PER_ACCOUNT) == []

    _, challenge = guarded.first_step(home)

    assert_opens(home.enter_code(challenge, guarded.new_code()))


def test_a_known_browser_has_ten_wrong_codes_and_is_then_a_strangers(server, guarded):
    home = guarded.login()
    home.logout()
    answers = []
    while len(answers) < PER_BROWSER:
        _, challenge = guarded.first_step(home)
        answers += [home.enter_code(challenge, wrong_code(guarded)).code for _ in range(PER_CHALLENGE)]
    assert answers == ["invalid_code"] * PER_BROWSER

    # They were not the account's: a stranger still has all of them, and this browser now shares those.
    assert guess_codes(guarded, PER_ACCOUNT) == []
    response = home.login(guarded.email, guarded.password)
    if response.status == 200:
        response = home.enter_code(response.json["challenge"], guarded.new_code())
    assert_problem(response, "too_many_attempts", 429)


def test_the_form_says_how_long_to_wait(server, guarded):
    guess_codes(guarded, PER_ACCOUNT)
    browser = Client(server)
    response = browser.request("POST", "/login", form={"identifier": guarded.email, "password": guarded.password})
    if response.status == 200:
        form = [form for form in browser.page_of(response, 200).forms if form.action == "/login/two-factor"][0]
        response = browser.submit(form, {"Code": guarded.new_code()})

    assert response.status == 429 and int(response.header("retry-after")) <= 3_600
    assert "Try again" in response.text and response.all("set-cookie") == []


# What is stored


def test_a_copy_of_the_files_holds_neither_seed_nor_recovery_code_nor_challenge(own_server):
    server = own_server({"LOG_LEVEL": "trace"}, faketime=True)
    person = Person(server).sign_up()
    person.enable_two_factor()
    browser, challenge = person.first_step()
    browser.enter_code(challenge, wrong_code(person))
    browser.enter_code(challenge, person.recovery_codes[0])
    person.first_step()

    server.secrets.add(tokens.decode(challenge))
    assert len(server.secrets) == 9
    server.assert_no_secret_is_written()
    server.kill()
    server.assert_no_secret_is_written()


def test_a_seed_copied_to_another_account_opens_nothing_there(own_server):
    server = own_server(faketime=True)
    owner, thief = Person(server).sign_up(), Person(server).sign_up()
    for each in (owner, thief):
        each.enable_two_factor()
    server.terminate()
    with sqlite3.connect(server.database_path()) as database:
        [(seed,)] = database.execute("SELECT seed FROM second_factor WHERE user_id = ?", (uuid.UUID(thief.id).bytes,))
        database.execute("UPDATE second_factor SET seed = ? WHERE user_id = ?", (seed, uuid.UUID(owner.id).bytes))
    database.close()
    server.start()
    browser, challenge = owner.first_step()
    server.go_to_step()

    answer = browser.enter_code(challenge, thief.code())

    assert answer.status in (401, 503), answer
    assert answer.all("set-cookie") == []


# JWT_SECRET


NEW_SECRET = "another-black-box-secret-9876543210-zyxwvutsrq"


@pytest.fixture
def kept(own_server):
    """A server of its own, and somebody whose second factor is on."""
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    person.enable_two_factor()
    return server, person


def test_the_factor_lives_through_a_change_of_the_secret(kept):
    server, person = kept
    old = server.secret

    server.change({"JWT_SECRET": NEW_SECRET, "JWT_SECRET_PREVIOUS": old})
    server.restart()
    assert person.login().is_signed_in()
    server.change({"JWT_SECRET_PREVIOUS": None})
    server.restart()

    assert person.login().is_signed_in()
    browser, challenge = person.first_step()
    assert_opens(browser.enter_code(challenge, person.recovery_codes[0]))


def test_one_start_with_both_secrets_is_enough(kept):
    server, person = kept

    server.change({"JWT_SECRET": NEW_SECRET, "JWT_SECRET_PREVIOUS": server.secret})
    server.restart()
    server.change({"JWT_SECRET_PREVIOUS": None})
    server.restart()

    assert person.login().is_signed_in()


def test_a_secret_that_may_be_known_to_others_is_left_without_a_start_that_accepts_its_tokens(kept):
    server, person = kept
    stolen = person.login()
    old = server.secret
    server.terminate()

    result = server.command("migrate", environment={"JWT_SECRET": NEW_SECRET, "JWT_SECRET_PREVIOUS": old})
    assert result.returncode == 0, result
    server.change({"JWT_SECRET": NEW_SECRET})
    server.start()

    assert_problem(stolen.me(), "token_invalid", 401)
    assert person.login().is_signed_in()


def test_a_start_with_a_secret_that_opens_no_seed_is_refused(kept):
    server, person = kept
    old = server.secret
    server.terminate()
    said_before = len(server.log())

    server.change({"JWT_SECRET": NEW_SECRET})
    code = server.launch().wait(20)

    said = server.log()[said_before:]
    assert code not in (0, None) and code > 0, code
    assert "JWT_SECRET" in said and re.search(r"\b1\b", said), said
    assert NEW_SECRET not in said and old not in said
    server.change({"JWT_SECRET": old})
    server.start()
    assert person.login().is_signed_in()


def test_without_a_factor_a_new_secret_only_ends_the_sessions(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client = person.login()

    server.change({"JWT_SECRET": NEW_SECRET})
    server.restart()

    assert_problem(client.me(), "token_invalid", 401)
    assert person.login().is_signed_in()


def test_a_restored_backup_revives_no_half_finished_log_in(kept, tmp_path):
    server, person = kept
    browser, challenge = person.first_step()
    backup = str(tmp_path / "backup.sqlite")
    assert server.command("backup", backup).returncode == 0
    server.terminate()

    assert server.command("restore", backup).returncode == 0
    server.start()

    assert_void(browser.enter_code(challenge, person.new_code()))
    assert person.login().is_signed_in()
    server.assert_no_secret_is_written()
