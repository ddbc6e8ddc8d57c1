"""The pages as a reader without scripts uses them: by links and forms alone."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest

from client import CHROME, FIREFOX, Client, Page, Person, new_name, new_password

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</li></ul><h1>Hello</h1>",
    "&lt;b&gt; &amp; &#60;b&#62;",
    '"\u0301 onmouseover=alert(1) x="',
    "javascript:alert(1)",
    "{{7*7}} ${7*7} <%= 7*7 %>",
]


def log_in_by_form(browser, person, values=None, **options):
    form = browser.page("/login").form_to("/login")
    return browser.submit(
        form, {"Email or username": person.email, "Password": person.password} | (values or {}), **options
    )


def revoke_form(browser, session_id):
    return browser.page(f"/settings/security/sessions/{session_id}/revoke").form_to(
        f"/settings/security/sessions/{session_id}/revoke"
    )


def leads_to(response, target):
    """Whether the answer is a 303 to this path; a note of ours may follow in the query."""
    location = response.location if response.status == 303 else ""
    return location == target or location.startswith(target + ("&" if "?" in target else "?"))


# Ways


def test_the_root_leads_to_the_log_in_page_or_to_the_sessions(server, person):
    stranger = Client(server).open("/")
    known = person.login().open("/")

    assert (stranger.status, stranger.location.split("?")[0]) == (303, "/login")
    assert (known.status, known.location) == (303, "/settings/security")


def test_settings_lead_to_security(server, person):
    response = person.login().open("/settings")

    assert (response.status, response.location) == (303, "/settings/security")


@pytest.mark.parametrize("path", ["/settings", "/settings/security", "/settings/profile", "/settings/security/revoke-all", "/settings/security/revoke-others",
                                  "/settings/security/sessions/0190a7b0-0000-7000-8000-000000000000/revoke"])  # fmt: skip
def test_a_page_without_a_session_leads_to_the_log_in_page(server, path):
    response = Client(server).open(path)

    assert response.status == 303
    assert response.location.startswith("/login")
    assert response.all("set-cookie") == []


def test_the_way_from_the_profile_to_the_sessions_is_two_links(server, person):
    browser = person.login()

    profile = browser.page("/settings/profile")
    assert person.email in profile.text and person.username in profile.text
    targets = [target for target, _ in profile.links]
    assert "/settings/security" in targets or "/settings" in targets


@pytest.mark.parametrize(
    "path",
    [
        "/settings/security",
        "/settings/profile",
        "/settings/security/revoke-all",
        "/settings/security/revoke-others",
        "/help",
    ],
)
def test_every_page_of_a_signed_in_person_has_the_log_out_button(server, person, path):
    form = person.login().page(path).form_to("/logout")

    assert form.method == "post"
    assert any(re.fullmatch(r"log ?out", button.text.strip(), re.I) for button in form.buttons)


# Logging in


def test_the_log_in_form_opens_a_session_and_leads_on(server, person):
    browser = Client(server)

    response = log_in_by_form(browser, person)

    assert leads_to(response, "/settings/security"), response
    assert sorted(response.cookie("token").attributes) == sorted(
        ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=86400"]
    )
    assert browser.is_signed_in()


def test_remember_me_lasts_30_days(server, person):
    browser = Client(server)

    response = log_in_by_form(browser, person, {"Remember Me": True})

    assert "Max-Age=2592000" in response.cookie("token").attributes
    assert browser.me().json["session"]["rememberMe"] is True


def test_a_refused_log_in_shows_the_form_again_with_what_was_typed(server, person):
    browser = Client(server)

    response = log_in_by_form(browser, person, {"Password": new_password(), "Remember Me": True})

    assert response.status == 422
    form = Page(response).form_to("/login")
    assert form.labelled("Email or username").value == person.email
    assert not form.labelled("Password").value
    assert form.labelled("Remember Me").checked
    assert response.cookies("token") == []
    assert Page(response).find(role="alert"), "the message is announced"


def test_wrong_and_unknown_show_the_same_page(server, person):
    wrong = log_in_by_form(Client(server), person, {"Email or username": person.username, "Password": new_password()})
    unknown_name = "q" + person.username[1:]
    unknown = log_in_by_form(Client(server), person, {"Email or username": unknown_name})

    assert wrong.status == unknown.status == 422
    assert wrong.text.replace(person.username, "NAME") == unknown.text.replace(unknown_name, "NAME")


@pytest.mark.parametrize("missing", ["Email or username", "Password"])
def test_an_empty_field_is_named(server, person, missing):
    response = log_in_by_form(Client(server), person, {missing: ""})

    assert response.status == 422
    control = Page(response).form_to("/login").labelled(missing)
    assert control.attributes.get("aria-invalid") == "true"
    described = control.attributes["aria-describedby"].split()
    assert all(Page(response).find(id=each) for each in described)


@pytest.mark.parametrize("reason, words", [("logged_out", "logged out"), ("revoked", "logged out from another device"), ("expired", "session expired"),
                                           ("everywhere", "all devices"), ("password_changed", "password")])  # fmt: skip
def test_the_log_in_page_says_what_happened(server, reason, words):
    assert words in Client(server).page(f"/login?reason={reason}").text.lower()


@pytest.mark.parametrize(
    "reason", ["", "unknown", "<script>alert(1)</script>", "revoked%00", "REVOKED", "constructor", "x" * 3000]
)
def test_an_unknown_reason_says_nothing(server, reason):
    plain = Client(server).page("/login").text

    assert Client(server).page(f"/login?reason={reason}").text == plain


def test_the_pages_tell_why_a_session_is_gone(server, person):
    watcher, ended = person.login(), person.login()
    watcher.revoke(ended.session["id"])

    response = ended.open("/settings/security")

    assert response.status == 303
    assert response.location.split("&")[0] == "/login?reason=revoked"
    assert "logged out from another device" in ended.page(response.location).text.lower()


def test_a_forged_cookie_leads_to_the_log_in_page_without_a_loop(server):
    browser = Client(server, cookies={"token": "x.y.z"})

    response = browser.open("/settings/security")
    assert response.status == 303 and response.location.startswith("/login")
    assert browser.open(response.location).status == 200


def test_a_revoked_cookie_ends_at_the_log_in_form(server, person):
    watcher, ended = person.login(), person.login()
    watcher.revoke(ended.session["id"])

    for path in ("/", "/settings", "/settings/security"):
        steps, response = 0, ended.open(path)
        while response.status == 303:
            steps += 1
            assert steps < 5, "a loop"
            response = ended.open(response.location)
        assert Page(response).form_to("/login")


def test_two_cookies_of_the_name_show_a_page_and_no_loop(server, person):
    token = person.login().token

    response = Client(server).open("/settings/security", cookies=f"token={token}; token=x")

    assert response.status == 400
    assert response.media_type == "text/html"


# next


def next_after(server, person, path):
    browser = Client(server)
    form = browser.page(path).form_to("/login")
    return browser.submit(form, {"Email or username": person.email, "Password": person.password})


@pytest.mark.parametrize("target", ["/settings/profile", "/help", "/", "/settings/security?cursor=abc"])
def test_next_leads_to_a_path_of_the_own_host(server, person, target):
    assert leads_to(next_after(server, person, f"/login?next={quote(target, safe='/')}"), target)


FOREIGN = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "/%0a/evil.example", "/%0d/evil.example", "%09//evil.example",
    "https://evil.example", "http:evil.example", "http:/evil.example", "HTTPS://evil.example", "https:evil.example", "javascript:alert(1)", "JavaScript:alert(1)",
    "data:text/html,x", "evil.example", "./evil", "@evil.example", ".evil.example", "%2f%2fevil.example", "/%5cevil.example", "/%5c%5cevil.example",
    "//evil.example%2f%2e%2e", "/a%0d%0aSet-Cookie:%20x=y", "/%00", "%00/", "%20//evil.example", "//127.0.0.1@evil.example",
    "%e2%80%ae/evil", "///", "//", "mailto:x@example.org", "ftp://evil.example/", "vbscript:x", "http://127.0.0.1.evil.example/", "/x%7f",
]  # fmt: skip


@pytest.mark.parametrize("target", FOREIGN)
def test_any_other_next_is_dropped(server, person, target):
    assert leads_to(next_after(server, person, f"/login?next={target}"), "/settings/security")


@pytest.mark.parametrize(
    "target",
    [
        "/a/../..//evil.example",
        "/.//evil.example",
        "/%2e%2e//evil.example",
        "/..%2f/evil.example",
        "/a@evil.example",
        "/http://evil.example",
    ],
)
def test_an_odd_path_stays_on_the_own_host(server, person, target):
    location = next_after(server, person, f"/login?next={quote(target, safe='/')}").location

    assert re.match(r"/(?![/\\])", location), location
    assert urlsplit(urljoin(f"{server.origin}/login", location)).netloc == server.host


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x=y",
    ],
)
def test_a_next_put_into_the_form_is_judged_again(server, person, target):
    browser = Client(server)
    form = browser.page("/login").form_to("/login")
    fields = form.data({"Email or username": person.email, "Password": person.password}) | {"next": target}

    response = browser.request("POST", "/login", form=fields, headers={"Accept": "text/html"})

    assert leads_to(response, "/settings/security"), response
    assert len(response.all("set-cookie")) == len({cookie.partition("=")[0] for cookie in response.all("set-cookie")})


def test_the_page_that_was_asked_for_comes_after_the_log_in(server, person):
    browser = Client(server)
    asked = browser.open("/settings/profile")

    assert leads_to(next_after(server, person, asked.location), "/settings/profile")


def test_the_log_in_page_with_a_session_leads_on(server, person):
    browser = person.login()

    assert browser.open("/login").location == "/settings/security"
    assert browser.open("/login?next=/settings/profile").location == "/settings/profile"
    assert browser.open("/login?next=//evil.example").location == "/settings/security"


# Coming from another site


def from_another_site(browser, path):
    return browser.get(
        path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    )


def refresh_of(response):
    """Where a page that refreshes itself goes, or None."""
    headers = response.header("refresh")
    tags = [found for found in Page(response).find("meta") if found.get("http-equiv", "").lower() == "refresh"]
    text = headers or (tags[0]["content"] if tags else None)
    return re.sub(r"^\s*\d+\s*;\s*url\s*=\s*", "", text, flags=re.I).strip("'\"") if text else None


def test_a_link_from_another_site_is_answered_with_a_page_that_asks_again_once(server, person):
    stranger = Client(server)

    first = from_another_site(stranger, "/login?next=/settings/profile")
    target = refresh_of(first)

    assert first.status == 200 and target and target.startswith("/login")
    assert first.all("set-cookie") == [] and first.header("cache-control") == "no-store"
    # With the cookie, which the browser sends this time, it leads on; without it the form comes, and no refresh.
    assert person.login().open(target).location == "/settings/profile"
    again = stranger.open(target)
    assert again.status == 200 and refresh_of(again) is None and Page(again).form_to("/login")
    still = from_another_site(stranger, target)
    assert still.status == 200 and refresh_of(still) is None, (
        "a browser that keeps saying cross-site is not sent round for ever"
    )


def test_a_link_from_another_site_to_a_page_ends_there_for_a_signed_in_person(server, person):
    stranger, known = Client(server), person.login()

    response = from_another_site(stranger, "/settings/security")  # SameSite=Strict: no cookie comes with it
    assert response.status == 303
    refreshed = refresh_of(from_another_site(stranger, response.location))

    assert known.open(refreshed).location == "/settings/security"


def test_the_refreshing_page_goes_to_no_other_host(server):
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "%22%3E%3Cscript%3E"):
        response = from_another_site(Client(server), f"/login?next={target}")
        refreshed = refresh_of(response)
        assert refreshed is None or re.match(r"/login(\?|$)", refreshed), refreshed
        assert "evil.example" not in response.text and "<script>" not in response.text


def test_the_form_comes_at_once_to_those_of_the_own_site(server):
    for site in ("same-origin", "none", None):
        response = Client(server).get("/login", headers={"Sec-Fetch-Site": site})
        assert refresh_of(response) is None and Page(response).form_to("/login"), site


def test_a_log_in_whose_cookie_was_not_kept_says_so(server, person):
    location = log_in_by_form(Client(server), person).location
    forgetful, answer = Client(server), None

    for _ in range(5):
        answer = forgetful.open(location, headers={"Referer": f"{server.origin}/login"})
        if answer.status != 303:
            break
        location = answer.location

    assert answer.status == 200
    assert "Your browser did not keep the sign-in cookie: open this page over https" in Page(answer).text
    assert Page(answer).form_to("/login")


def test_a_stranger_is_not_told_about_cookies(server):
    assert "sign-in cookie" not in Client(server).page("/login").text


# Registering


def test_the_registration_form_makes_an_account(server):
    browser, name, password = Client(server), new_name(), new_password()
    form = browser.page("/register").form_to("/register")

    response = browser.submit(form, {"Email": f"{name}@example.org", "Username": name, "Password": password})

    assert response.status == 303 and response.location.split("?")[0] == "/login"
    assert response.cookies("token") == []
    assert Client(server).login(name, password).status == 200


@pytest.mark.parametrize(
    "label, value",
    [
        ("Email", "nonsense"),
        ("Email", ""),
        ("Username", "a b"),
        ("Username", ""),
        ("Password", "short"),
        ("Password", "password1"),
        ("Password", ""),
    ],
)
def test_a_refused_registration_says_why_at_the_field(server, label, value):
    browser, name = Client(server), new_name()
    form = browser.page("/register").form_to("/register")

    response = browser.submit(
        form, {"Email": f"{name}@example.org", "Username": name, "Password": new_password()} | {label: value}
    )

    assert response.status == 422
    again = Page(response).form_to("/register")
    control = again.labelled(label)
    assert control.attributes.get("aria-invalid") == "true"
    assert all(Page(response).find(id=each) for each in control.attributes["aria-describedby"].split())
    assert not again.labelled("Password").value
    if label != "Username":
        assert again.labelled("Username").value == name


def test_a_taken_name_is_told_on_the_registration_page(server, person):
    browser = Client(server)
    form = browser.page("/register").form_to("/register")

    response = browser.submit(form, {"Email": person.email, "Username": new_name(), "Password": new_password()})

    assert response.status in (409, 422), response
    assert Page(response).find(role="alert")


def test_there_is_no_registration_page_while_it_is_closed(own_server):
    server = own_server({"REGISTRATION": "closed"})

    assert Client(server).open("/register").status in (403, 404)
    assert not [link for link in Client(server).page("/login").links if link[0] == "/register"]


# The sessions


def test_the_page_lists_the_sessions_and_marks_the_current_one(server, person):
    browser = person.login(user_agent=FIREFOX, address="203.0.113.31")
    second = person.login(user_agent=CHROME, address="203.0.113.32")

    page = browser.page("/settings/security")

    assert sorted(page.rows) == sorted([browser.session["id"], second.session["id"]])
    for words in ("Active Sessions", "This Device", "Desktop - Firefox", "Desktop - Chrome", "203.0.113.31", "203.0.113.32", "Last activity", "Created", "Expires", "UTC",
                  "Logout from All Devices"):  # fmt: skip
        assert words in page.text, words
    assert page.text.split("Recent Activity")[0].count("This Device") == 1
    assert re.search(r"Created: Today at \d{1,2}:\d\d [AP]M", page.text) or "Yesterday" in page.text
    assert re.search(r"Expires: Tomorrow at \d{1,2}:\d\d [AP]M", page.text) or "Expires: Today" in page.text


def test_each_other_session_has_a_revoke_button_and_the_current_one_none(server, person):
    browser, second = person.login(), person.login()

    page = browser.page("/settings/security")

    targets = [form.action for form in page.forms if any("Revoke Session" in button.text for button in form.buttons)]
    assert f"/settings/security/sessions/{second.session['id']}/revoke" in targets
    assert not [target for target in targets if browser.session["id"] in target]


def test_times_are_machine_readable_too(server, person):
    browser = person.login()
    session = browser.me().json["session"]

    times = [found.get("datetime") for found in browser.page("/settings/security").find("time")]

    assert session["createdAt"] in times and session["expiresAt"] in times


def test_the_page_shows_nothing_of_anybody_else(server, person, other):
    stranger = other.login(address="203.0.113.99")

    page = person.login().page("/settings/security")

    assert stranger.session["id"] not in page.response.text and "203.0.113.99" not in page.text


def test_revoking_asks_first_and_then_ends_the_session(server, person):
    browser, ended = person.login(), person.login(user_agent=FIREFOX)

    form = revoke_form(browser, ended.session["id"])
    assert ended.is_signed_in(), "the question ends nothing"
    response = browser.submit(form)

    assert response.status == 303 and response.location.split("?")[0] == "/settings/security"
    assert not ended.is_signed_in()
    page = browser.page(response.location)
    assert page.rows == [browser.session["id"]]
    assert ended.open("/settings/security").location.startswith("/login?reason=revoked")


def test_revoking_by_form_what_is_already_ended_is_no_error(server, person):
    browser, ended = person.login(), person.login()
    form = revoke_form(browser, ended.session["id"])
    ended.logout()

    response = browser.submit(form)

    assert response.status == 303, response


def test_the_current_session_cannot_be_revoked_by_form(server, person):
    browser = person.login()
    path = f"/settings/security/sessions/{browser.session['id']}/revoke"

    response = browser.request("POST", path, form={})

    assert browser.open(path).status == 409
    assert response.status == 409
    assert browser.is_signed_in()


def test_somebody_elses_session_cannot_be_revoked_by_form(server, person, other):
    browser, stranger = person.login(), other.login()

    for identity in (stranger.session["id"], "0190a7b0-0000-7000-8000-000000000000"):
        path = f"/settings/security/sessions/{identity}/revoke"
        assert browser.open(path).status == 404
        assert browser.request("POST", path, form={}).status == 404
    assert stranger.is_signed_in()


def test_logging_out_the_other_devices_keeps_this_one(server, person):
    browser, *ended = [person.login() for _ in range(3)]
    form = browser.page("/settings/security/revoke-others").form_to("/settings/security/revoke-others")

    response = browser.submit(form)

    assert response.status == 303 and response.location.split("?")[0] == "/settings/security"
    assert browser.is_signed_in() and not any(each.is_signed_in() for each in ended)


def test_logging_out_from_all_devices_warns_and_then_ends_everything(server, person):
    browser, second = person.login(), person.login()
    question = browser.page("/settings/security/revoke-all")
    form = question.form_to("/settings/security/revoke-all")
    assert any(button.text.strip() == "Confirm" for button in form.buttons)
    assert "log in again" in question.text
    assert second.is_signed_in()
    token = browser.token

    response = browser.submit(form)

    assert (response.status, response.location) == (303, "/login?reason=everywhere")
    assert response.cookie("token").attribute("Max-Age") == "0"
    assert not second.is_signed_in()
    assert Client(server).me(cookies=f"token={token}").status == 401


def test_the_log_out_button_ends_the_session(server, person):
    browser = person.login()
    token = browser.token

    response = browser.submit(browser.page("/settings/security").form_to("/logout"))

    assert (response.status, response.location) == (303, "/login?reason=logged_out")
    assert response.cookie("token").attribute("Max-Age") == "0"
    assert Client(server).me(cookies=f"token={token}").code == "session_revoked"


def test_forms_of_a_dead_session_lead_to_the_log_in_page(server, person):
    watcher, ended, kept = person.login(), person.login(), person.login()
    watcher.revoke(ended.session["id"])

    for path in (
        "/settings/security/revoke-others",
        "/settings/security/revoke-all",
        f"/settings/security/sessions/{kept.session['id']}/revoke",
    ):
        response = ended.request("POST", path, form={})
        assert response.status == 303 and response.location.startswith("/login"), response
    assert kept.is_signed_in()


def test_a_long_list_comes_in_pages(server, person):
    clients = [person.login() for _ in range(55)]
    browser = clients[-1]

    seen, path = [], "/settings/security"
    while path:
        page = browser.page(path)
        seen += page.rows
        path = next(
            (
                target
                for target, words in page.links
                if re.search(r"more|next", words, re.I) and "cursor=" in (target or "")
            ),
            None,
        )

    assert len(seen) == len(set(seen)) == 55
    assert "55 devices" in browser.page("/settings/security").text


# Escaping


@pytest.mark.parametrize("agent", HOSTILE)
def test_a_hostile_user_agent_is_only_text(server, person, agent):
    browser = Client(server)
    body = {"identifier": person.email, "password": person.password}
    assert browser.post("/api/auth/login", body, headers={"User-Agent": agent.encode()}).status == 200
    watcher = person.login()

    for path in (
        "/settings/security",
        f"/settings/security/sessions/{browser.me(headers={'User-Agent': agent.encode()}).json['session']['id']}/revoke",
    ):
        page = watcher.page(path)
        tags = [tag for tag, _ in page.elements]
        assert all(tag in ("script", "svg") or tag not in ("img", "iframe", "object") for tag in tags)
        assert not [attributes for _, attributes in page.elements if any(name.startswith("on") for name in attributes)]
        assert len(page.find("script")) == len(watcher.page("/settings/profile").find("script"))


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_was_typed_comes_back_as_text(server, typed):
    browser = Client(server)
    form = browser.page("/login").form_to("/login")

    response = browser.submit(form, {"Email or username": typed, "Password": "x"})

    page = Page(response)
    assert response.status == 422
    assert page.form_to("/login").labelled("Email or username").value == typed
    assert not [attributes for _, attributes in page.elements if any(name.startswith("on") for name in attributes)]


@pytest.mark.parametrize("path", ["/no/such/page", "/settings/no", "/<script>", "/%3Cscript%3E", "/assets/x"])
def test_an_unknown_page_is_not_found(server, person, path):
    for browser in (Client(server), person.login()):
        response = browser.open(path)
        assert response.status in (400, 404), response
        assert "<script>" not in response.text


# Structure


@pytest.mark.parametrize(
    "path", ["/login", "/register", "/settings/security", "/settings/profile", "/help", "/settings/security/revoke-all"]
)
def test_each_page_has_a_title_a_language_one_heading_and_one_main_part(server, person, path):
    browser = Client(server) if path in ("/login", "/register") else person.login()
    page = browser.page(path)

    assert page.find("html")[0].get("lang") == "en"
    assert re.search(r"<title>[^<]+</title>", page.response.text)
    assert len(page.find("h1")) == 1 and len(page.find("main")) == 1
    assert page.find("meta", name="viewport")
    identities = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identities) == len(set(identities))


def test_password_fields_let_managers_help(server):
    login = Client(server).page("/login").form_to("/login")
    register = Client(server).page("/register").form_to("/register")

    assert login.labelled("Password").kind == "password"
    assert login.labelled("Password").attributes["autocomplete"] == "current-password"
    assert login.labelled("Email or username").attributes["autocomplete"] == "username"
    assert register.labelled("Password").attributes["autocomplete"] == "new-password"


def test_somebody_who_signs_up_and_in_and_out_meets_no_dead_end(own_server):
    server = own_server()
    browser, name, password = Client(server), new_name(), new_password()

    register = browser.page("/register").form_to("/register")
    to_login = browser.submit(register, {"Email": f"{name}@example.org", "Username": name, "Password": password})
    login = browser.page(to_login.location).form_to("/login")
    to_security = browser.submit(login, {"Email or username": name, "Password": password})
    page = browser.page(to_security.location)
    assert len(page.rows) == 1
    out = browser.submit(page.form_to("/logout"))

    assert "logged out" in browser.page(out.location).text.lower()
    assert Person(server, f"{name}@example.org", name, password).login().is_signed_in()


# Help

ANSWERED = (
    "A device that isn’t yours", "A device is lost or stolen", "You have forgotten your password",
    "Your authenticator app is gone", "Session not showing", "Cannot revoke", "Too many sessions", "Expired too quickly",
    "IP address shows incorrectly", "Device shows Unknown", "Shared computers", "Mobile devices", "A weekly look",
    "Strong passwords", "How long do sessions last?", "Can I extend one?", "Do they work across browsers?",
    "What if someone has my password?", "Does closing the browser log me out?",
    "What is the difference between Log out and Revoke?", "Does a VPN matter?",
)  # fmt: skip


def test_the_help_page_answers_what_people_ask(server):
    text = Client(server).page("/help").text

    for question in ANSWERED:
        assert question in text, question
    assert text.count("24 hours") >= 2 and "30 days" in text


def test_every_link_into_the_help_page_leads_to_a_part_of_it(browser_client):
    parts = set(re.findall(r' id="([^"]+)"', browser_client.open("/help").text))

    for path in ("/help", "/settings/security", "/settings/profile", "/login"):
        linked = set(re.findall(r'href="(?:/help)?#([^"]+)"', browser_client.open(path).text)) - {"main"}
        assert linked <= parts, path
    assert "trouble" in re.findall(r'href="/help#([^"]+)"', browser_client.open("/settings/security").text)


def test_the_help_page_knows_whether_there_is_mail_and_where_people_get_help(own_server):
    without = Client(own_server()).open("/help").text
    settings = {"SMTP_URL": "smtp://localhost:9", "MAIL_FROM": "a@example.org", "SUPPORT_URL": "https://help.example.org/?a=1&b=2"}
    mailing = Client(own_server(settings)).open("/help").text

    assert "/forgot-password" not in without and "Ask for support" not in without
    assert 'href="/forgot-password"' in mailing
    assert mailing.count('href="https://help.example.org/?a=1&amp;b=2"') == 2  # in the text, and at the foot of every page
