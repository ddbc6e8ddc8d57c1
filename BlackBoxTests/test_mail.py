"""What owners are told by mail: over a real SMTP server, with a certificate of its own."""

import time

import pytest

from client import FIREFOX, Client, Person, new_password
from post_office import PASSWORD, USER, PostOffice, Silence
from postgres import Database
from server import SECRET, eventually, start_fails

NEW_SIGN_IN = "New sign-in"


def failures(server):
    """Deliveries that failed, but for those of the mail that comes with each new account."""
    lines = [line for line in server.log_lines() if line["event"] == "notice_failed"]
    return [line for line in lines if line["kind"] != "email_confirmation"]


def parts(message):
    return [message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()]


def rows(server, where="outcome IS NULL"):
    return server.query(f"SELECT kind FROM outbox WHERE {where}")


def test_a_log_in_from_a_new_browser_is_told_and_one_from_a_known_browser_is_not(mailing, office):
    server = mailing(office)
    person = Person(server).sign_up()
    browser = person.login(address="203.0.113.9")
    message = office.message(NEW_SIGN_IN)
    browser.logout()
    assert browser.login(person.email, person.password).status == 200
    person.login(user_agent=FIREFOX)
    eventually(lambda: len(office.messages) == 2, 30)

    assert office.envelopes[0].secured
    assert office.envelopes[0].mail_from == "sessions@example.org"
    assert office.envelopes[0].rcpt_tos == [person.email]
    assert message["From"] == "Okapi <sessions@example.org>"
    assert message["To"].addresses[0].addr_spec == person.email
    assert message["Subject"] == "New sign-in to Okapi"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.org>")
    assert message.get_content_type() == "multipart/alternative"
    for text in parts(message):
        for word in (person.username, "Desktop - Chrome", "203.0.113.9", "UTC", "/settings/security", "help.example.org"):
            assert word in text, word
    assert server.origin + "/settings/security" in parts(message)[0]
    assert "Desktop - Firefox" in parts(office.messages[1])[0]
    time.sleep(3)
    assert len(office.messages) == 2
    assert rows(server) == []


def test_what_is_changed_in_an_account_is_told_to_its_owner_alone(mailing, office):
    server = mailing(office, faketime=True)
    Person(server).sign_up().login()
    office.message(NEW_SIGN_IN)
    person = Person(server).sign_up()
    client = person.enable_two_factor()
    new = new_password()
    change = {"currentPassword": person.password, "newPassword": new}
    assert client.post("/api/account/password", change).status == 200
    person.password = new
    body = {"password": person.password, "code": person.new_code()}
    assert client.post("/api/account/two-factor/recovery-codes", body).status == 200
    body["code"] = person.new_code()
    assert client.post("/api/account/two-factor/disable", body).status == 200
    result = server.command("user", "disable", person.username)
    assert result.returncode == 0, result

    for subject in (
        NEW_SIGN_IN, "factor authentication is on", "password was changed", "New recovery codes",
        "factor authentication is off", "account was disabled",
    ):  # fmt: skip
        message = office.message(subject, to=person.email)
        for text in parts(message):
            assert person.username in text
            assert "quagga-vellum" not in text and (person.secret or "x" * 99) not in text
    assert "by the operator of Okapi" in parts(office.message("account was disabled"))[0]
    assert {each["To"].addresses[0].addr_spec for each in office.messages[1:]} == {person.email}


def test_a_recovery_code_that_is_used_and_a_report_are_told(mailing, office):
    server = mailing(office, faketime=True)
    person = Person(server).sign_up()
    person.enable_two_factor()
    client, challenge = person.first_step()
    assert client.enter_code(challenge, person.recovery_codes[0]).status == 200
    used = office.message("recovery code was used")
    event = client.get("/api/account/activity").json["events"][0]["id"]
    assert client.post(f"/api/account/activity/{event}/report").status == 200
    reported = office.message("You reported something suspicious")

    for message in (used, reported):
        for text in parts(message):
            assert person.username in text
            assert not any(code in text for code in person.recovery_codes)


def test_who_guesses_makes_one_mail_in_an_hour(mailing, office):
    server = mailing(office, faketime=True)
    # It is the clock's hour that counts: the test lies within one.
    server.go_on(3_600 - server.now % 3_600)
    person = Person(server).sign_up()
    for _ in range(3):
        for _ in range(12):
            Client(server).login(person.email, "wrong")
        # Beyond ten in a minute failures are merged, and written when it is over.
        server.go_on(61)
    Client(server).login(person.email, "wrong")

    message = office.message("Failed sign-ins")
    assert person.username in parts(message)[0]
    time.sleep(3)
    assert len(office.messages) == 1


def test_a_mail_is_delivered_later_when_the_server_was_down(mailing, office):
    server = mailing(office, faketime=True)
    office.close()
    person = Person(server).sign_up()
    person.login()
    eventually(lambda: failures(server), 30, what="a failure in the log")
    office.open()
    time.sleep(3)
    assert office.messages == []

    server.go_on(60)
    message = office.message(NEW_SIGN_IN, seconds=60)

    assert message["To"].addresses[0].addr_spec == person.email
    for line in failures(server):
        assert line["kind"] == "new_sign_in" and line["lane"] == "mail"
    for word in (person.email, person.username, PASSWORD, USER, "203.0.113"):
        assert word not in str(failures(server)), word


def test_a_mail_that_was_not_delivered_outlives_the_process(mailing, office):
    server = mailing(office, faketime=True)
    office.close()
    person = Person(server).sign_up()
    person.login()
    server.kill()
    office.open()
    server.start()
    # What was taken by the process that died is due again when its lease ends.
    server.go_on(400)

    office.message(NEW_SIGN_IN, to=person.email, seconds=60)


def test_a_refused_mail_is_tried_again_under_the_same_id_and_holds_up_no_other(mailing, office):
    server = mailing(office, faketime=True)
    office.refuses = "451 later"
    Person(server).sign_up().login()
    eventually(lambda: failures(server), 30)
    assert "451" in failures(server)[0]["reason"]
    office.refuses = None
    other = Person(server).sign_up()
    other.login()
    office.message(NEW_SIGN_IN, to=other.email, seconds=60)
    assert len(office.messages) == 1
    server.go_on(60)
    eventually(lambda: len(office.messages) == 2, 60)

    notice = failures(server)[0]["notice"]
    assert office.messages[1]["Message-ID"] == f"<{notice}@example.org>"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"trusted": False}])
def test_nothing_is_handed_in_to_a_server_that_refuses_us_or_is_not_trusted(mailing, office, wrong):
    server = mailing(office, **wrong)
    Person(server).sign_up().login()

    eventually(lambda: failures(server), 30)
    assert office.messages == []
    assert (office.attempts > 0) == ("password" in wrong)
    assert PASSWORD not in server.log()


def test_nothing_is_handed_in_to_a_server_with_a_certificate_of_another_name(mailing, authority):
    office = PostOffice(authority.context("elsewhere.example"))
    try:
        server = mailing(office)
        Person(server).sign_up().login()

        eventually(lambda: failures(server), 30)
        assert office.messages == [] and office.attempts == 0
    finally:
        office.close()


def test_a_server_on_this_machine_may_do_without_tls(mailing):
    office = PostOffice()
    try:
        server = mailing(office, password=None)
        Person(server).sign_up().login()

        office.message(NEW_SIGN_IN)
        assert not office.envelopes[0].secured
    finally:
        office.close()


def test_nothing_is_handed_in_without_tls_to_a_server_elsewhere(own_server):
    office = PostOffice()
    try:
        # libcurl finds this name on this machine by itself; the server takes it for one elsewhere, as it does all but "localhost".
        url = f"smtp://mail.localhost:{office.port}"
        server = own_server({"SMTP_URL": url, "MAIL_FROM": "sessions@example.org"})
        Person(server).sign_up().login()

        eventually(lambda: failures(server), 30)
        assert "SSL" in failures(server)[0]["reason"]
        assert office.messages == []
    finally:
        office.close()


def test_log_ins_do_not_wait_for_a_mail_server_that_hangs_nor_does_the_end(mailing):
    silence = Silence()
    try:
        server = mailing(silence)
        person = Person(server).sign_up()
        person.login()
        eventually(lambda: rows(server, "attempts > 0"), 30)
        begun = time.monotonic()
        for _ in range(5):
            person.login()
        # Five hashes of a password, on a machine that has other things to do; a mail that hangs takes 20 s.
        assert time.monotonic() - begun < 10

        begun = time.monotonic()
        assert server.terminate() == 0
        assert time.monotonic() - begun < 10
    finally:
        silence.close()


def test_what_is_delivered_is_kept_without_addresses(mailing, office):
    server = mailing(office)
    person = Person(server).sign_up()
    person.login()
    office.message(NEW_SIGN_IN)

    eventually(lambda: len(rows(server, "outcome = 'delivered'")) == 2)
    kept = server.query("SELECT DISTINCT recipient, address, device_info, place FROM outbox")
    assert [tuple(row) for row in kept] == [(None, None, None, None)]


def test_nodes_that_share_a_database_hand_each_mail_in_once(mailing, office):
    database = Database()
    try:
        nodes = []
        for _ in range(2):
            node = mailing(office, start=False)
            node.change({"DATABASE_URL": database.url()})
            nodes.append(node.start())
        for number in range(16):
            Person(nodes[number % 2]).sign_up().login()

        eventually(lambda: len(office.messages) >= 16, 60)
        time.sleep(3)
        assert len({message["Message-ID"] for message in office.messages}) == len(office.messages) == 16
        for node in nodes:
            node.close()
    finally:
        database.drop()


def test_deliveries_are_counted(mailing, office):
    server = mailing(office)
    Person(server).sign_up().login()
    office.message(NEW_SIGN_IN)

    def counted():
        metrics = Client(server).get("/metrics", headers={"X-Forwarded-For": None}, judge=False).text
        return 'sessions_notices_total{lane="mail",outcome="delivered"} 2' in metrics and (
            'sessions_notices_waiting{lane="mail"}' in metrics
        )

    eventually(counted, 30)


def test_without_a_mail_server_nothing_waits_for_one(own_server):
    server = own_server()
    Person(server).sign_up().login()

    assert server.query("SELECT count(*) FROM outbox")[0][0] == 0


SMTP = "smtp://sessions:quokka-post@mail.example.org:587"


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"SMTP_URL": SMTP}, "MAIL_FROM"),
        ({"SMTP_URL": "mail.example.org", "MAIL_FROM": "a@example.org"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.org/path", "MAIL_FROM": "a@example.org"}, "SMTP_URL"),
        ({"SMTP_URL": SMTP, "MAIL_FROM": "nobody"}, "MAIL_FROM"),
        ({"SMTP_URL": SMTP, "MAIL_FROM": "a\tb <a@example.org>"}, "MAIL_FROM"),
        ({"SMTP_URL": SMTP, "MAIL_FROM": "a@example.org", "SUPPORT_URL": "javascript:alert(1)"}, "SUPPORT_URL"),
        ({"SMTP_URL": SMTP, "MAIL_FROM": "a@example.org", "NOTIFY_CA_FILE": "/nowhere/ca.pem"}, "NOTIFY_CA_FILE"),
        ({"SMTP_URL": SMTP, "MAIL_FROM": "a@example.org", "APP_ENV": "production"}, "PUBLIC_URL"),
    ],
)
def test_settings_of_mail_that_do_not_go_together_stop_the_start(settings, named):
    code, said = start_fails(settings)

    assert code == 78
    assert named in said
    assert "quokka" not in said and SECRET not in said


def test_the_password_of_the_mail_server_is_not_told(own_server):
    server = own_server({"SMTP_URL": SMTP, "MAIL_FROM": "a@example.org"}, start=False)

    for arguments in (["config"], ["config", "--json"]):
        result = server.command(*arguments)
        assert result.returncode == 0, result
        assert "mail.example.org:587" in result.stdout
        assert "quokka" not in result.stdout + result.stderr
