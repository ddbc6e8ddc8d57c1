"""What is not as usual: noticed at the log-in and in mid-session, told in words, and settled by the owner. The addresses are real ones."""

import pytest

from client import CHROME, Client, Person, new_password
from server import REPOSITORY, eventually

DATABASE = REPOSITORY / ".build/location/city.mmdb"
HOME, HOME_TOO, KLAGENFURT, TOKYO = "84.112.10.1", "84.112.10.200", "143.205.1.1", "133.11.0.1"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
DAY = 86_400
UPKEEP_SECONDS = 70


class Resident(Person):
    """Somebody who has lived in Vienna for three weeks, with one browser."""

    def settle(self):
        self.sign_up()
        self.browser = self.login(remember=True, address=HOME)
        assert self.browser.session["signals"] == []
        self.server.go_on(20 * DAY)
        self.again()
        return self

    def again(self, address=HOME):
        """The usual browser logs in once more."""
        self.browser.address = address
        response = self.browser.login(self.email, self.password, True)
        assert response.status == 200, response
        return response.json["session"]

    def attention(self):
        return [each["id"] for each in self.browser.sessions("?attention=true")]

    def event(self, kind):
        events = self.browser.get("/api/account/activity?limit=100").json["events"]
        return next(event for event in events if event["type"] == kind)


@pytest.fixture
def server(own_server):
    return own_server({"GEOIP_DATABASE": str(DATABASE)}, faketime=True)


@pytest.fixture
def resident(server):
    return Resident(server).settle()


def signals(session):
    return {signal["code"]: signal["severity"] for signal in session["signals"]}


def test_a_log_in_as_usual_raises_nothing(resident):
    assert resident.again()["signals"] == [] and resident.again(HOME_TOO)["signals"] == []
    assert resident.login(address="10.1.2.3").session["signals"][0]["severity"] == "info"
    assert resident.attention() == []


def test_a_new_browser_is_told_at_home_and_needs_attention_elsewhere(resident):
    assert signals(resident.login(user_agent=FIREFOX, address=HOME).session) == {"new_browser": "info"}

    away = resident.login(user_agent=FIREFOX, address=KLAGENFURT).session

    assert signals(away)["new_browser"] == "warning"
    assert resident.attention() == [away["id"]]


def test_a_journey_with_the_usual_browser_needs_no_attention(resident):
    resident.server.go_on(DAY)
    found = signals(resident.again(TOKYO))
    assert found == {"new_country": "info", "new_network": "info"}


def test_a_stranger_far_away_is_noticed_explained_and_shown(resident):
    for _ in range(3):
        Client(resident.server, FIREFOX, TOKYO).login(resident.email, new_password())
    stranger = resident.login(user_agent=FIREFOX, address=TOKYO).session

    found = signals(stranger)
    assert found["new_country"] == found["impossible_travel"] == "critical"
    assert found["success_after_failures"] == found["several_countries"] == "warning"
    sentences = [signal["message"] for signal in stranger["signals"]]
    assert all(sentence.endswith(".") for sentence in sentences) and any("Japan" in each for each in sentences)
    (listed,) = [each for each in resident.browser.sessions() if each["id"] == stranger["id"]]
    assert listed["signals"] == stranger["signals"] and not listed["seen"]
    event = resident.event("login_succeeded_after_failures")
    assert event["signals"] == stranger["signals"] and event["location"]["countryCode"] == "JP" and event["verdict"] is None

    page = resident.browser.open("/settings/security").text
    assert "1 session needs your attention." in page and "Why this needs your attention" in page
    for sentence in sentences:
        assert sentence.replace("'", "&#39;") in page
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="world"' in page and "Japan" in page
    only = resident.browser.open("/settings/security?show=attention").text
    assert stranger["id"] in only and f'data-session-id="{resident.browser.session["id"]}"' not in only


def test_what_was_me_is_usual_from_then_on(resident):
    first = resident.login(user_agent=FIREFOX, address=TOKYO).session
    event = resident.event("login_succeeded")
    assert event["sessionId"] == first["id"]

    assert resident.browser.post(f"/api/account/activity/{event['id']}/confirm").status == 204

    assert resident.attention() == []
    assert resident.event("login_succeeded")["verdict"] == "confirmed"
    assert signals(resident.login(user_agent=FIREFOX, address=TOKYO).session) == {"new_browser": "info"}


def test_what_was_me_can_be_said_on_the_page(resident):
    resident.login(user_agent=FIREFOX, address=TOKYO)
    page = resident.browser.page("/settings/security")
    (form,) = [form for form in page.forms if form.action.endswith("/confirm") and "from" in form.data({})]

    answer = resident.browser.submit(form)

    assert (answer.status, answer.location) == (303, "/settings/security")
    assert "needs your attention" not in resident.browser.open("/settings/security").text
    assert "This was you" in resident.browser.open("/settings/security/activity").text


def test_a_stranger_cannot_say_that_it_was_the_owner(resident):
    stranger = resident.login(user_agent=FIREFOX, address=TOKYO)
    event = resident.event("login_succeeded")

    assert stranger.post(f"/api/account/activity/{event['id']}/confirm").status == 204

    assert resident.attention() == [stranger.session["id"]]
    assert "This was me" not in stranger.open("/settings/security").text


def test_what_was_not_me_ends_and_never_becomes_usual(resident):
    stranger = resident.login(user_agent=FIREFOX, address=TOKYO)
    event = resident.event("login_succeeded")

    report = resident.browser.post(f"/api/account/activity/{event['id']}/report")

    assert report.status == 200 and report.json["passwordChangeRequired"] is True
    assert not stranger.is_signed_in()
    resident.browser.post(f"/api/account/activity/{event['id']}/confirm")
    (reported,) = [
        each
        for each in resident.browser.get("/api/account/activity?limit=100").json["events"]
        if each["id"] == event["id"]
    ]
    assert reported["verdict"] == "reported" and resident.attention() == []


def test_a_long_absence_and_many_log_ins_at_once_are_told(resident):
    resident.server.go_on(61 * DAY)
    assert signals(resident.again()) == {"long_absence": "info"}

    last = [resident.login(address=HOME) for _ in range(10)][-1]

    assert signals(last.session)["many_sessions"] == "warning"


def test_a_burst_of_failures_is_told_where_it_stands_in_the_history(resident):
    for _ in range(11):
        Client(resident.server, FIREFOX, TOKYO).login(resident.email, new_password())
    # Those beyond ten in a minute are one event, once the minute is over.
    resident.server.go_on(61)
    Client(resident.server, FIREFOX, TOKYO).login(resident.email, new_password())

    event = resident.event("login_throttled")

    assert signals(event) == {"failure_burst": "warning"}


def test_a_stolen_cookie_is_noticed_in_use_and_after_the_end_of_its_session(resident):
    live, ended = resident.browser, resident.login(address=HOME)
    stolen = {"live": live.token, "ended": ended.token}
    assert ended.logout().status == 204
    resident.server.go_on(120)
    for token in stolen.values():
        Client(resident.server, FIREFOX, TOKYO).get("/api/auth/verify", cookies=f"token={token}")
    live.address = HOME

    def events():
        found = live.get("/api/account/activity?limit=100").json["events"]
        return {event["type"]: event for event in found}

    eventually(lambda: {"client_changed", "ended_token_used"} <= set(events()), UPKEEP_SECONDS, 0.5, "both events")

    found = events()
    assert signals(found["client_changed"]) == {"client_changed": "critical"}
    assert found["client_changed"]["sessionId"] == live.session["id"]
    assert signals(found["ended_token_used"]) == {"ended_token_used": "critical"}
    assert found["ended_token_used"]["location"]["countryCode"] == "JP"
    assert live.session["id"] in resident.attention()


def test_what_has_come_since_the_last_visit_is_marked_as_new(resident):
    resident.browser.open("/settings/security")
    resident.server.go_on(3_600)
    new = resident.login(address=HOME).session["id"]

    def seen():
        return {each["id"]: each["seen"] for each in resident.browser.sessions()}

    assert seen()[new] is False
    assert resident.browser.open("/settings/security").text.count('class="badge new"') == 1
    assert resident.browser.open("/settings/security").text.count('class="badge new"') == 1
    assert seen()[new] is True
    resident.server.go_on(3_600)
    assert 'class="badge new"' not in resident.browser.open("/settings/security").text


def test_nobody_settles_what_is_anothers(resident, server):
    resident.login(user_agent=FIREFOX, address=TOKYO)
    event = resident.event("login_succeeded")
    other = Person(server).sign_up().login(user_agent=CHROME)

    assert other.post(f"/api/account/activity/{event['id']}/confirm").status == 404

    assert len(resident.attention()) == 1
