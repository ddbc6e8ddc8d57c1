"""Guessing passwords gets nowhere, and locks no owner out."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import Client, Person, new_address, new_name, new_password
from contract import assert_problem

PER_ACCOUNT = 10
PER_NETWORK = 30
PER_BROWSER = 10
REGISTRATIONS = 20


def guess(server, identifier, address=None, password="not the password", **options):
    client = Client(server, address=address)
    try:
        return client.post("/api/auth/login", {"identifier": identifier, "password": password}, **options)
    finally:
        client.disconnect()


def go_on(server, seconds):
    """Moves the server's clock on."""
    server.advanced = getattr(server, "advanced", 0) + seconds
    server.set_clock(server.advanced)


def assert_throttled(response):
    problem = assert_problem(response, "too_many_attempts", 429)
    assert 1 <= int(response.header("retry-after")) <= 900
    assert response.all("set-cookie") == []
    return problem


def test_ten_wrong_passwords_and_then_one_waits_even_with_the_right_one(server):
    person = Person(server).sign_up()
    for _ in range(PER_ACCOUNT):
        assert_problem(guess(server, person.username), "invalid_credentials", 401)

    response = guess(server, person.username, password=person.password)

    assert_throttled(response)
    assert int(response.header("retry-after")) <= 60


def test_both_names_of_an_account_share_its_failures(server):
    person = Person(server).sign_up()
    names = [person.username, person.email, person.username.upper(), person.email.upper()]
    for number in range(PER_ACCOUNT):
        assert_problem(guess(server, names[number % 4]), "invalid_credentials", 401)

    for name in names:
        assert_throttled(guess(server, name, password=person.password))


@pytest.mark.parametrize("kind", ["unknown name", "unknown address", "disabled", "no name at all"])
def test_who_does_not_exist_waits_at_the_same_attempt_with_the_same_answer(server, kind):
    known = Person(server).sign_up()
    if kind == "disabled":
        stranger = Person(server).sign_up()
        assert server.command("user", "disable", stranger.username).returncode == 0
        name = stranger.username
    else:
        name = {"unknown name": new_name(), "unknown address": f"{new_name()}@example.org", "no name at all": "a b c!"}[
            kind
        ]
    for number in range(PER_ACCOUNT + 3):
        answers = [guess(server, each) for each in (known.username, name)]
        assert answers[0].status == answers[1].status == (401 if number < PER_ACCOUNT else 429)
        assert answers[0].body == answers[1].body
        assert [each for each, _ in answers[0].headers] == [each for each, _ in answers[1].headers]


def test_a_network_has_its_failures_whatever_accounts_it_tries(server):
    address = new_address()
    person = Person(server).sign_up()
    for _ in range(PER_NETWORK):
        assert_problem(guess(server, new_name(), address), "invalid_credentials", 401)

    assert_throttled(guess(server, person.username, address, person.password))
    assert person.login().is_signed_in()


def test_an_ipv6_network_counts_as_one(server):
    for number in range(PER_NETWORK):
        assert_problem(guess(server, new_name(), f"2001:db8:5:7::{number:x}"), "invalid_credentials", 401)

    assert_throttled(guess(server, new_name(), "2001:db8:5:7:ffff::1"))
    assert_problem(guess(server, new_name(), "2001:db8:5:8::1"), "invalid_credentials", 401)


def test_a_forwarding_header_of_a_strangers_own_does_not_help(own_server):
    server = own_server({"TRUSTED_PROXIES": "192.0.2.1"})
    for number in range(PER_NETWORK):
        assert_problem(guess(server, new_name(), f"203.0.113.{number}"), "invalid_credentials", 401)

    assert_throttled(guess(server, new_name(), "203.0.113.200"))


@pytest.mark.parametrize("spread", ["one address", "an address each"])
def test_two_hundred_guesses_and_no_more_are_looked_at_than_the_limits_allow(server, spread):
    person = Person(server).sign_up()
    address = new_address() if spread == "one address" else None
    names = [person.username, person.email]

    answers = [guess(server, names[number % 2], address) for number in range(200)]

    assert [each.status for each in answers] == [401] * PER_ACCOUNT + [429] * (200 - PER_ACCOUNT)


def test_fifty_guesses_at_once_are_counted_as_fifty(server):
    person = Person(server).sign_up()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: guess(server, person.username), range(50)))

    assert sorted(each.status for each in answers) == [401] * PER_ACCOUNT + [429] * (50 - PER_ACCOUNT)


def test_the_owner_signs_in_from_a_known_browser_whatever_others_guess(server):
    person = Person(server).sign_up()
    home = person.login()
    home.logout()
    for _ in range(200):
        guess(server, person.username)
    assert_throttled(guess(server, person.username, password=person.password))

    assert home.login(person.email, person.password).status == 200
    assert home.is_signed_in()


def test_a_known_browser_has_failures_of_its_own_and_is_then_a_strangers(server):
    person = Person(server).sign_up()
    home = person.login()
    home.logout()
    for _ in range(PER_BROWSER):
        assert_problem(home.login(person.email, "not the password"), "invalid_credentials", 401)

    # They were not the account's failures: a stranger still has all of them.
    assert guess(server, person.username, password=person.password).status == 200
    for _ in range(PER_ACCOUNT):
        assert_problem(home.login(person.email, "not the password"), "invalid_credentials", 401)
    assert_throttled(home.login(person.email, person.password))


def test_the_cookie_of_a_known_browser_is_of_one_account_and_one_log_in(server):
    person, other = Person(server).sign_up(), Person(server).sign_up()
    first = person.login()
    old = first.jar["known_browser"]
    first.logout()
    first.login(person.email, person.password)
    assert first.jar["known_browser"] != old
    for who, cookie in ((person, old), (other, first.jar["known_browser"]), (person, "A" * 22), (person, "x")):
        for _ in range(PER_ACCOUNT):
            guess(server, who.username)
        response = guess(server, who.username, password=who.password, cookies=f"known_browser={cookie}")
        assert_throttled(response)


def test_the_cookie_is_set_by_a_log_in_alone_exactly_as_promised(server):
    person = Person(server).sign_up()
    client = Client(server)
    assert client.login(person.email, "not the password").cookies("known_browser") == []

    cookies = client.login(person.email, person.password).cookies("known_browser")

    assert len(cookies) == 1
    assert sorted(cookies[0].attributes) == sorted(["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=34560000"])
    assert len(cookies[0].value) == 22
    for path in ("/api/auth/me", "/api/sessions", "/settings/security"):
        assert client.get(path).cookies("known_browser") == []


def test_the_cookie_of_a_known_browser_opens_nothing(server):
    person = Person(server).sign_up()
    known = person.login().jar["known_browser"]

    response = Client(server).get("/api/auth/me", cookies=f"known_browser={known}; token={known}")

    assert_problem(response, "token_invalid", 401)


def test_the_secret_of_a_known_browser_is_not_stored(server):
    known = Person(server).sign_up().login().jar["known_browser"]

    assert not any(known.encode() in path.read_bytes() for path in server.data.rglob("*") if path.is_file())


def test_a_browser_is_forgotten_on_a_shared_computer(server):
    person = Person(server).sign_up()
    client = person.login()
    known = client.jar["known_browser"]

    response = client.post("/api/auth/logout", {"forgetBrowser": True})

    assert response.status == 204
    assert [each.value for each in response.cookies("known_browser")] == [""]
    for _ in range(PER_ACCOUNT):
        guess(server, person.username)
    assert_throttled(guess(server, person.username, password=person.password, cookies=f"known_browser={known}"))


@pytest.mark.parametrize("form", [False, True])
def test_logging_out_everywhere_forgets_all_browsers_but_the_callers(server, form):
    person = Person(server).sign_up()
    other, caller = person.login(), person.login()
    before = caller.jar["known_browser"]

    response = (
        caller.request("POST", "/settings/security/revoke-all", form={})
        if form
        else caller.post("/api/sessions/revoke-all", {})
    )

    assert response.status == (303 if form else 200)
    assert caller.jar["known_browser"] != before
    for _ in range(PER_ACCOUNT):
        guess(server, person.username)
    for cookie in (other.jar["known_browser"], before):
        assert_throttled(guess(server, person.username, password=person.password, cookies=f"known_browser={cookie}"))
    assert caller.login(person.email, person.password).status == 200


def test_what_was_counted_survives_a_restart(own_server):
    server = own_server()
    person = Person(server).sign_up()
    for _ in range(PER_ACCOUNT):
        guess(server, person.username)

    server.kill()
    server.start()

    assert_throttled(guess(server, person.username, password=person.password))


def test_the_pause_grows_and_is_over_when_it_was_said_to_be(own_server):
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    for _ in range(PER_ACCOUNT):
        guess(server, person.username)
    pauses = []
    for _ in range(5):
        response = guess(server, person.username)
        assert_throttled(response)
        pauses.append(int(response.header("retry-after")))
        go_on(server, pauses[-1] - 5)
        assert_throttled(guess(server, person.username))
        go_on(server, 6)
        assert guess(server, person.username).status == 401
    assert all(before < after for before, after in zip(pauses, pauses[1:])), pauses
    assert 55 <= pauses[0] <= 60 and 890 <= pauses[-1] <= 900

    go_on(server, 901)
    assert person.login().is_signed_in()


def test_a_hundred_failures_in_a_row_close_the_account_to_strangers_without_telling(own_server):
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    home = person.login()
    home.logout()
    failures = 0
    while failures < 100:
        failures += guess(server, person.username).status == 401
        if failures % PER_ACCOUNT == 0:
            go_on(server, 901)

    go_on(server, 901)
    assert_problem(guess(server, person.username, password=person.password), "invalid_credentials", 401)
    assert home.login(person.email, person.password).status == 200
    assert person.login().is_signed_in()


def test_the_operator_opens_an_account_that_was_guessed_at(own_server):
    server = own_server(faketime=True)
    person = Person(server).sign_up()
    failures = 0
    while failures < 100:
        failures += guess(server, person.username).status == 401
        if failures % PER_ACCOUNT == 0:
            go_on(server, 901)
    go_on(server, 901)
    assert_problem(guess(server, person.username, password=person.password), "invalid_credentials", 401)

    person.password = new_password()
    assert server.command("user", "set-password", person.username, stdin=person.password + "\n").returncode == 0

    assert person.login().is_signed_in()


def test_twenty_accounts_an_hour_from_one_network(server):
    address = new_address()

    def register():
        name = new_name()
        return Client(server, address=address).post(
            "/api/auth/register", {"email": f"{name}@example.org", "username": name, "password": new_password()}
        )

    for _ in range(REGISTRATIONS):
        assert register().status == 201

    response = register()
    assert_problem(response, "too_many_attempts", 429)
    assert 1 <= int(response.header("retry-after")) <= 3600
    assert Person(server).sign_up().login().is_signed_in()


def test_the_log_in_page_says_how_long_to_wait(server):
    person = Person(server).sign_up()
    for _ in range(PER_ACCOUNT):
        guess(server, person.username)
    client = Client(server)

    response = client.request("POST", "/login", form={"identifier": person.username, "password": person.password})

    assert response.status == 429 and 1 <= int(response.header("retry-after")) <= 60
    assert "Try again in a minute" in response.body.decode()
    assert response.cookies("token") == []


def test_what_was_typed_is_not_stored_readable(server):
    typed = f"secret-{new_name()}"
    guess(server, typed)
    guess(server, f"{typed}@example.org")

    assert not any(typed.encode() in path.read_bytes() for path in server.data.rglob("*") if path.is_file())


def test_checks_go_on_while_an_account_is_guessed_at(server):
    client = Person(server).sign_up().login()
    victim = Person(server).sign_up()
    with ThreadPoolExecutor(8) as pool:
        guesses = [pool.submit(guess, server, victim.username) for _ in range(100)]
        started = time.monotonic()
        while not all(each.done() for each in guesses) and time.monotonic() - started < 60:
            assert client.get("/api/auth/verify").status == 204


@pytest.mark.parametrize("is_running", [True, False])
def test_the_operator_opens_an_account_that_was_guessed_at_with_and_without_the_server(own_server, is_running):
    server = own_server()
    person = Person(server).sign_up()
    for _ in range(PER_ACCOUNT):
        assert guess(server, person.email).status == 401
    assert_throttled(guess(server, person.email))

    if not is_running:
        server.terminate()
    assert server.command("user", "enable", person.email).returncode == 0
    if not is_running:
        server.start()

    assert Client(server).login(person.email, person.password).status == 200
