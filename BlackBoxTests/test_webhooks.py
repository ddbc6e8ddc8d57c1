"""What other services are told by webhooks: over real https, with a certificate of its own."""

import time

import pytest

from client import Client, Person, new_password
from hooks import SECRET, HookServer
from server import eventually, start_fails


@pytest.fixture
def receiver(authority):
    receiver = HookServer(authority.context())
    yield receiver
    receiver.close()


@pytest.fixture
def hooking(own_server, authority):
    """Makes servers that tell a receiver."""

    def make(*urls, private="localhost", trusted=True, **options):
        settings = {
            "WEBHOOKS": ", ".join(urls),
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_PRIVATE_HOSTS": private,
            "NOTIFY_CA_FILE": str(authority.file) if trusted else "",
        }
        return own_server(settings, **options)

    return make


def failures(server):
    return [line for line in server.log_lines() if line["event"] == "notice_failed"]


def test_sessions_that_begin_and_end_are_told_and_signed(hooking, receiver):
    server = hooking(receiver.url("/hook?key=x"))
    person = Person(server).sign_up()
    first, second = person.login(), person.login()
    assert second.revoke(first.session["id"]).status == 204
    second.logout()

    hooks = receiver.wait_for(4)

    assert sorted(hook.kind for hook in hooks) == ["session-established"] * 2 + ["session-revoked"] * 2
    for hook in hooks:
        assert hook.path == "/hook?key=x"
        assert hook.headers["Content-Type"] == "application/json"
        assert hook.is_signed() and not hook.is_signed("another secret")
        assert abs(int(hook.headers["X-Timestamp"]) - time.time()) < 60
        claims = hook.claims
        assert claims["iss"] == server.origin and claims["aud"] == receiver.url("/hook?key=x")
        assert claims["sub_id"]["user"] == {"format": "iss_sub", "iss": server.origin, "sub": person.id}
        assert abs(hook.event["event_timestamp"] - time.time()) < 60
        assert hook.event["initiating_entity"] == "user"
    told = {(hook.kind, hook.claims["sub_id"]["session"]["id"], hook.event["reason_admin"]["en"]) for hook in hooks}
    assert told == {
        ("session-established", first.session["id"], "login_succeeded"),
        ("session-established", second.session["id"], "login_succeeded"),
        ("session-revoked", first.session["id"], "session_revoked"),
        ("session-revoked", second.session["id"], "session_logged_out"),
    }
    assert len({hook.claims["jti"] for hook in hooks}) == 4


def test_a_password_that_is_changed_is_told_with_each_session_that_it_ends(hooking, receiver):
    server = hooking(receiver.url())
    person = Person(server).sign_up()
    client, others = person.login(), [person.login() for _ in range(3)]
    body = {"currentPassword": person.password, "newPassword": new_password()}
    assert client.post("/api/account/password", body).status == 200

    hooks = receiver.wait_for(8)

    changed = [hook for hook in hooks if hook.kind == "credential-change"]
    assert [(hook.event["credential_type"], hook.event["change_type"]) for hook in changed] == [("password", "update")]
    revoked = {hook.claims["sub_id"]["session"]["id"] for hook in hooks if hook.kind == "session-revoked"}
    assert revoked == {other.session["id"] for other in others}


def test_what_was_not_taken_is_posted_again_with_the_same_body(hooking, receiver):
    receiver.statuses = [500, 302, 200]
    receiver.headers = {"Location": receiver.url("/elsewhere")}
    server = hooking(receiver.url(), faketime=True)
    Person(server).sign_up().login()
    receiver.wait_for(1)
    eventually(lambda: len(failures(server)) == 1, 30)
    server.go_on(60)
    receiver.wait_for(2, 60)
    eventually(lambda: len(failures(server)) == 2, 30)
    server.go_on(120)

    hooks = receiver.wait_for(3, 60)

    assert {hook.path for hook in hooks} == {"/hook"}, "a redirect was followed"
    assert len({hook.body for hook in hooks}) == 1
    assert len({hook.headers["X-Timestamp"] for hook in hooks}) == 3
    assert all(hook.is_signed() for hook in hooks)
    assert [line["reason"] for line in failures(server)] == ["HTTP 500", "HTTP 302"]
    time.sleep(3)
    assert len(receiver.hooks) == 3


def test_an_address_of_this_machine_is_refused_unless_its_host_is_listed(hooking, receiver):
    server = hooking(receiver.url(), private="hooks.example.org")
    Person(server).sign_up().login()

    eventually(lambda: failures(server), 30)
    assert receiver.connections == 0
    assert receiver.url() not in server.log()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "0.0.0.0", "inside.localhost"])
def test_an_address_in_the_url_is_refused_like_a_name(hooking, receiver, host):
    server = hooking(receiver.url(host=host))
    Person(server).sign_up().login()

    eventually(lambda: failures(server), 30)
    assert receiver.connections == 0


def test_nothing_is_posted_to_a_host_whose_certificate_is_not_trusted(hooking, receiver):
    server = hooking(receiver.url(), trusted=False)
    Person(server).sign_up().login()

    eventually(lambda: failures(server), 30)
    assert receiver.hooks == [] and receiver.connections > 0


def test_one_webhook_that_hangs_holds_up_no_other_and_no_log_in(hooking, receiver):
    from post_office import Silence

    silence = Silence()
    try:
        server = hooking(f"https://localhost:{silence.port}/", receiver.url())
        person = Person(server).sign_up()
        begun = time.monotonic()
        for _ in range(4):
            person.login()
        receiver.wait_for(4, 20)
        assert time.monotonic() - begun < 20
    finally:
        silence.close()


def test_a_long_answer_is_not_read_to_its_end_and_counts_by_its_status(hooking, receiver):
    receiver.statuses, receiver.body = [200], b"x" * 10_000_000
    server = hooking(receiver.url())
    Person(server).sign_up().login()

    receiver.wait_for(1)
    eventually(lambda: server.query("SELECT 1 FROM outbox WHERE outcome = 'delivered'"), 30)


def test_a_service_is_told_neither_address_nor_name(hooking, receiver):
    server = hooking(receiver.url())
    person = Person(server).sign_up()
    person.login(address="203.0.113.9")

    (hook,) = receiver.wait_for(1)
    for word in (person.username, person.email, "203.0.113.9", "Chrome"):
        assert word.encode() not in hook.body


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"WEBHOOKS": "https://hooks.example.org/"}, "WEBHOOK_SECRET"),
        ({"WEBHOOKS": "http://hooks.example.org/", "WEBHOOK_SECRET": SECRET}, "WEBHOOKS"),
        ({"WEBHOOKS": "https://u:p@hooks.example.org/", "WEBHOOK_SECRET": SECRET}, "WEBHOOKS"),
        ({"WEBHOOKS": "https://a.example/,https://a.example/", "WEBHOOK_SECRET": SECRET}, "WEBHOOKS"),
        ({"WEBHOOKS": "https://hooks.example.org/", "WEBHOOK_SECRET": "quokka-too-short"}, "WEBHOOK_SECRET"),
        ({"WEBHOOK_PRIVATE_HOSTS": "10.0.0.0/8"}, "WEBHOOK_PRIVATE_HOSTS"),
        ({"WEBHOOKS": "https://a.example/", "WEBHOOK_SECRET": SECRET, "APP_ENV": "production"}, "PUBLIC_URL"),
    ],
)
def test_settings_of_webhooks_that_do_not_go_together_stop_the_start(settings, named):
    code, said = start_fails(settings)

    assert code == 78
    assert named in said
    assert "quokka" not in said and SECRET not in said


def test_the_secret_of_webhooks_is_not_told(own_server):
    server = own_server({"WEBHOOKS": "https://a.example/x", "WEBHOOK_SECRET": SECRET}, start=False)

    result = server.command("config")

    assert result.returncode == 0, result
    assert "https://a.example/x" in result.stdout
    assert SECRET not in result.stdout + result.stderr
