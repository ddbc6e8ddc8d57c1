"""The pages in a real Chromium: several people's browsers at once, with and without scripts."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect, sync_playwright

from client import FIREFOX, IPHONE, SAFARI, Client, Person, new_name, new_password
from server import eventually

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox"]
WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
window.alert = () => console.error("a script of a stranger ran");
"""


@pytest.fixture(scope="module")
def chromium_type():
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def chromium(chromium_type):
    browser = chromium_type.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def profile(chromium, server):
    """Makes browsers with cookies of their own; at the end none of them has complained about anything."""
    contexts, complaints = [], []

    def make(watch=True, **options):
        context = chromium.new_context(base_url=server.origin, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if watch:
            context.add_init_script(WATCH)
            listen(context, complaints)
        return context

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def listen(context, complaints):
    """Collects what a page complains about: errors, refused resources, violations of the policy.

    That a request of an ended session was refused is no complaint: a page may ask in the moment it ends.
    """

    def note(message):
        if message.type in ("error", "warning") and "status of 401" not in message.text:
            complaints.append(f"{message.type}: {message.text}")

    context.on("console", note)
    context.on("weberror", lambda error: complaints.append(f"error: {error.error}"))


def sign_in(context, person, remember=False, page=None):
    page = page or context.new_page()
    page.goto("/login")
    page.get_by_label("Email or username").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    if remember:
        page.get_by_label("Remember Me").check()
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/settings/security*")
    return page


def rows(page):
    return page.locator("[data-session-id]")


def token_of(context):
    return next(cookie for cookie in context.cookies() if cookie["name"] == "token")["value"]


def id_of_own(page):
    """The id of the session that bears "This Device"."""
    return rows(page).filter(has_text="This Device").get_attribute("data-session-id")


def revoke_in(page, session_id):
    page.locator(f'[data-session-id="{session_id}"]').get_by_role("button", name=re.compile("^Revoke Session")).click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke Session").click()


# Signing in, seeing, ending


def test_three_browsers_sign_in_and_the_first_sees_all_of_them(profile, person):
    pages = [sign_in(profile(), person) for _ in range(3)]

    expect(rows(pages[0])).to_have_count(3)
    expect(rows(pages[0]).filter(has_text="This Device")).to_have_count(1)
    expect(pages[0].get_by_role("button", name=re.compile("^Revoke Session"))).to_have_count(2)
    expect(pages[0].get_by_role("heading", name="Active Sessions")).to_be_visible()


def test_a_new_session_appears_on_an_open_page_by_itself(profile, person):
    page = sign_in(profile(), person)
    expect(rows(page)).to_have_count(1)

    person.login(user_agent=FIREFOX)

    expect(rows(page)).to_have_count(2, timeout=3_000)
    expect(rows(page).filter(has_text="Desktop - Firefox")).to_be_visible()


def test_an_ended_session_leaves_an_open_page_by_itself(profile, person):
    client = person.login()
    page = sign_in(profile(), person)
    expect(rows(page)).to_have_count(2)

    client.logout()

    expect(rows(page)).to_have_count(1, timeout=3_000)


def test_a_revoked_browser_says_logged_out_within_a_second_and_goes_to_the_log_in_page(profile, person):
    first, second, third = (sign_in(profile(), person) for _ in range(3))
    target = id_of_own(second)
    wait_for_stream(person, second)

    revoke_in(first, target)
    start = time.monotonic()
    expect(second.get_by_text("Logged out", exact=True)).to_be_visible(timeout=1_500)
    seen_after = time.monotonic() - start
    expect(first.locator(f'[data-session-id="{target}"]')).to_have_count(0, timeout=2_000)

    assert seen_after < 1.5
    second.wait_for_url("**/login?reason=revoked*", timeout=5_000)
    expect(second.get_by_text("You were logged out from another device")).to_be_visible()
    expect(rows(third)).to_have_count(2, timeout=3_000)
    expect(third.locator("#sessions").get_by_text("This Device")).to_be_visible()


def wait_for_stream(person, page):
    """Waits until the page follows the events: a new session then shows by itself."""
    probe = person.login()
    row = page.locator(f'[data-session-id="{probe.session["id"]}"]')
    expect(row).to_have_count(1, timeout=5_000)
    probe.logout()
    expect(row).to_have_count(0, timeout=5_000)


def test_without_scripts_a_revoked_browser_learns_it_at_the_next_click(profile, person):
    first = sign_in(profile(java_script_enabled=False), person)
    second = sign_in(profile(java_script_enabled=False), person)
    target = id_of_own(second)
    first.reload()
    expect(rows(first)).to_have_count(2)

    first.locator(f'[data-session-id="{target}"]').get_by_role("button", name=re.compile("^Revoke Session")).click()
    first.get_by_role("button", name="Revoke Session").click()
    first.wait_for_url("**/settings/security*")
    expect(rows(first)).to_have_count(1)

    second.get_by_role("link", name="Settings").first.click()
    second.wait_for_url("**/login?reason=revoked*")
    expect(second.get_by_text("You were logged out from another device")).to_be_visible()


def test_the_confirmation_can_be_cancelled(profile, person):
    client = person.login()
    page = sign_in(profile(), person)

    page.locator(f'[data-session-id="{client.session["id"]}"]').get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    assert client.is_signed_in()


def test_logging_out_from_all_devices_asks_and_ends_everything(profile, person):
    page, other_page = sign_in(profile(), person), sign_in(profile(), person)
    client = person.login()
    wait_for_stream(person, other_page)

    page.get_by_role("button", name="Logout from All Devices").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("log in again")
    assert client.is_signed_in()
    dialog.get_by_role("button", name="Confirm").click()

    page.wait_for_url("**/login?reason=everywhere*")
    assert not client.is_signed_in()
    expect(other_page.get_by_text("Logged out", exact=True)).to_be_visible(timeout=2_000)
    other_page.wait_for_url("**/login?reason=*", timeout=5_000)


def test_logging_out_says_so(profile, person):
    page = sign_in(profile(), person)

    page.get_by_role("button", name=re.compile("^Log ?out$", re.I)).click()

    page.wait_for_url("**/login?reason=logged_out*")
    expect(page.get_by_text("You have logged out")).to_be_visible()


def test_logging_out_in_one_tab_ends_the_other_tabs_too(profile, person):
    context = profile()
    first = sign_in(context, person)
    second = context.new_page()
    second.goto("/settings/security")
    wait_for_stream(person, second)

    first.get_by_role("button", name=re.compile("^Log ?out$", re.I)).click()

    second.wait_for_url("**/login?reason=logged_out*", timeout=5_000)


@pytest.mark.parametrize(
    "answer, words, can_retry",
    [
        ("abort", re.compile("no connection", re.I), True),
        (503, re.compile("unavailable", re.I), True),
        (404, re.compile("already ended", re.I), False),
        (409, re.compile("device you are using", re.I), False),
    ],
)
def test_a_failed_revocation_says_why(profile, person, answer, words, can_retry):
    client = person.login()
    context = profile(watch=False)
    page = sign_in(context, person)
    problem = json.dumps({"type": "about:blank", "title": "x", "status": answer, "code": "x", "detail": "x"})

    def fail(route):
        if answer == "abort":
            route.abort()
        else:
            route.fulfill(status=answer, content_type="application/problem+json", body=problem)

    page.route("**/api/sessions/*-*", fail)
    revoke_in(page, client.session["id"])

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(words)
    expect(dialog.get_by_role("button", name=re.compile("retry", re.I))).to_have_count(1 if can_retry else 0)
    if can_retry:
        page.unroute("**/api/sessions/*-*")
        dialog.get_by_role("button", name=re.compile("retry", re.I)).click()
        expect(page.locator(f'[data-session-id="{client.session["id"]}"]')).to_have_count(0)
        assert not client.is_signed_in()


def test_revoking_from_a_page_that_was_signed_out_meanwhile_says_so(profile, person):
    client = person.login()
    page = sign_in(profile(watch=False), person)
    page.route("**/api/sessions/events", lambda route: route.abort())
    page.reload()
    target = page.locator(f'[data-session-id="{client.session["id"]}"]')
    target.get_by_role("button").click()

    client.post("/api/sessions/revoke-others")
    page.get_by_role("dialog").get_by_role("button", name="Revoke Session").click()

    expect(page.get_by_text(re.compile("signed out|logged out", re.I)).first).to_be_visible()
    page.wait_for_url("**/login?reason=*", timeout=5_000)


# One stream a browser


def streams_in_use(client):
    """How many of the eight streams of this session are taken: opens as many more as it gets."""
    opened = []
    try:
        while len(opened) < 9:
            stream = client.events()
            if stream.status != 200:
                break
            opened.append(stream)
        return 8 - len(opened)
    finally:
        for stream in opened:
            stream.close()


def test_the_tabs_of_a_browser_share_one_stream(profile, server, person):
    context = profile()
    pages = [sign_in(context, person)]
    for _ in range(3):
        page = context.new_page()
        page.goto("/settings/security")
        pages.append(page)
    client = Client(server, cookies={"token": token_of(context)})

    eventually(lambda: streams_in_use(client) == 1, 10, 0.2, what="one stream for all tabs")
    person.login(user_agent=FIREFOX)

    for page in pages:
        expect(rows(page).filter(has_text="Desktop - Firefox")).to_be_visible(timeout=5_000)


def test_the_stream_goes_on_in_another_tab_when_the_first_is_closed(profile, server, person):
    context = profile()
    first = sign_in(context, person)
    second = context.new_page()
    second.goto("/settings/security")
    wait_for_stream(person, second)

    first.close()

    wait_for_stream(person, second)


def test_a_hidden_page_holds_no_stream(profile, server, person):
    context = profile()
    page = sign_in(context, person)
    client = Client(server, cookies={"token": token_of(context)})
    eventually(lambda: streams_in_use(client) == 1, 10, 0.2, what="a stream")

    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    eventually(lambda: streams_in_use(client) == 0, 10, 0.2, what="no stream")
    started = person.login(user_agent=FIREFOX)
    page.evaluate("""() => {
      delete document.hidden; delete document.visibilityState;
      document.dispatchEvent(new Event("visibilitychange"));
    }""")

    expect(page.locator(f'[data-session-id="{started.session["id"]}"]')).to_be_visible(timeout=5_000)


# Remember Me


@pytest.mark.parametrize("remember", [True, False])
def test_a_log_in_survives_a_restart_of_the_browser(chromium_type, server, person, tmp_path, remember):
    def start():
        return chromium_type.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, args=ARGUMENTS, base_url=server.origin, headless=True
        )

    context = start()
    sign_in(context, person, remember)
    token = token_of(context)
    context.close()

    context = start()
    page = context.new_page()
    page.goto("/settings/security")
    expect(page.get_by_role("heading", name="Active Sessions")).to_be_visible()
    cookie = next(cookie for cookie in context.cookies() if cookie["name"] == "token")
    context.close()

    assert cookie["value"] == token
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    lifetime = 2_592_000 if remember else 86_400
    assert abs(cookie["expires"] - time.time() - lifetime) < 120


def test_no_script_can_read_the_cookie(profile, person):
    page = sign_in(profile(), person)

    assert "token" not in page.evaluate("document.cookie")
    assert "eyJ" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


# Other sites


@pytest.fixture
def other_site(server):
    """A page on http://localhost:OTHER, which is another site than 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            page = f"""<!doctype html><title>Elsewhere</title>
            <a href="{server.origin}/settings/security">the sessions</a>
            <form id="out" method="post" action="{server.origin}/logout"><button>out</button></form>
            <form id="all" method="post" action="{server.origin}/settings/security/revoke-all"><button>all</button></form>
            <form id="json" method="post" enctype="text/plain" action="{server.origin}/api/sessions/revoke-all"><button>json</button></form>
            <form id="in" method="post" action="{server.origin}/login"><input name="identifier" value="x"><button>in</button></form>"""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_):
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{site.server_port}/"
    site.shutdown()
    site.server_close()


def test_a_link_from_another_site_finds_the_person_signed_in(profile, person, other_site):
    context = profile()
    sign_in(context, person)

    page = context.new_page()
    page.goto(other_site)
    page.get_by_role("link", name="the sessions").click()

    page.wait_for_url("**/settings/security*")
    expect(page.locator("#sessions").get_by_text("This Device")).to_be_visible()


def test_a_link_from_another_site_shows_the_log_in_form_to_a_stranger(profile, other_site):
    page = profile().new_page()
    page.goto(other_site)
    page.get_by_role("link", name="the sessions").click()

    expect(page.get_by_label("Email or username")).to_be_visible()


@pytest.mark.parametrize("form", ["out", "all", "json"])
def test_a_form_on_another_site_ends_nothing(profile, server, person, other_site, form):
    context = profile(watch=False)
    sign_in(context, person)
    client = Client(server, cookies={"token": token_of(context)})

    page = context.new_page()
    page.goto(other_site)
    page.locator(f"#{form} button").click()
    page.wait_for_url(f"{server.origin}/**")

    assert client.is_signed_in()
    assert token_of(context) == client.token


@pytest.mark.parametrize("path", ["/api/sessions/revoke-all", "/api/auth/logout"])
@pytest.mark.parametrize("mode, kind", [("no-cors", "text/plain"), ("cors", "application/json")])
def test_a_script_on_another_site_ends_nothing(profile, server, person, other_site, path, mode, kind):
    context = profile(watch=False)
    sign_in(context, person)
    client = Client(server, cookies={"token": token_of(context)})
    page = context.new_page()
    page.goto(other_site)

    page.evaluate(
        """([url, mode, kind]) => fetch(url, {method: "POST", mode, credentials: "include", body: "{}",
           headers: {"Content-Type": kind}}).catch(() => null)""",
        [server.origin + path, mode, kind],
    )

    assert client.is_signed_in()


def test_a_page_cannot_be_framed(profile, server, person, other_site):
    context = profile(watch=False)
    sign_in(context, person)
    page = context.new_page()
    page.goto(other_site)

    page.evaluate(
        "(url) => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); }",
        f"{server.origin}/login",
    )
    frame = page.locator("iframe").element_handle().content_frame()

    with pytest.raises(BrowserError):
        frame.get_by_label("Password").wait_for(timeout=1_500)


# Strangers' text

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "' onmouseover='alert(1)' x='",
    '"\u0301 onmouseover=alert(1) autofocus onfocus=alert(1) x="',
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "\u202e<b>reversed</b>",
]


def test_a_hostile_user_agent_is_shown_and_never_run(profile, server, person):
    page = sign_in(profile(), person)
    wait_for_stream(person, page)

    for agent in HOSTILE:
        # While the page is open, so that the script puts it there too.
        client = Client(server)
        body = {"identifier": person.email, "password": person.password}
        assert client.post("/api/auth/login", body, headers={"User-Agent": agent.encode()}).status == 200
    expect(rows(page)).to_have_count(1 + len(HOSTILE), timeout=10_000)
    for row in rows(page).all():
        row.hover()
    rows(page).nth(1).get_by_role("button").click()
    page.keyboard.press("Escape")
    page.reload()

    expect(rows(page)).to_have_count(1 + len(HOSTILE))
    assert page.locator("main img, main iframe, main script").count() == 0


# Accessibility and looks

PUBLIC = ["/login", "/login?reason=revoked", "/register", "/help", "/no/such/page"]
PRIVATE = [
    "/settings/security",
    "/settings/profile",
    "/settings/security/revoke-all",
    "/settings/security/revoke-others",
    "{revoke}",
]


def visit_all(context, person):
    """Each page of the product in turn, the signed-in ones with several sessions on them."""
    page = context.new_page()
    for path in PUBLIC:
        page.goto(path)
        yield path, page
    for password in ("zzzzyyyyzz", "Tr0ub4dour&3", "seven green kettles in a row"):
        page.goto("/register")
        page.get_by_label("Password").fill(password)
        expect(page.locator("meter")).to_be_visible()
        yield f"the strength of {password}", page
    page.goto("/login")
    page.get_by_label("Email or username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "a refused log-in", page
    clients = [person.login(user_agent=agent) for agent in (FIREFOX, IPHONE, SAFARI, "curl/8.5.0")]
    sign_in(context, person, page=page)
    for path in PRIVATE:
        page.goto(path.replace("{revoke}", f"/settings/security/sessions/{clients[0].session['id']}/revoke"))
        yield path, page
    page.goto("/settings/security")
    for name in (re.compile("^Revoke Session"), "Logout from All Devices"):
        page.get_by_role("button", name=name).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        yield f"the question of {name}", page
        page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_any_page(profile, person, scheme, width):
    context = profile(watch=False, color_scheme=scheme, viewport={"width": width, "height": 800})
    found = {}

    for name, page in visit_all(context, person):
        results = Axe().run(page)
        violations = [
            f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in results.response["violations"]
        ]
        if violations:
            found[name] = violations

    assert found == {}


def test_at_320_pixels_nothing_scrolls_sideways(profile, person):
    context = profile(watch=False, viewport={"width": 320, "height": 640})
    wide = {}

    for name, page in visit_all(context, person):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[name] = width

    assert wide == {}


def test_no_page_complains(profile, person):
    """No violation of the policy, no error and no warning in the console of any page."""
    context = profile()
    page = sign_in(context, person)
    person.login(user_agent=FIREFOX)

    for path in [
        "/help",
        "/settings/profile",
        "/settings/security",
        "/settings/security/revoke-all",
        "/settings/security/revoke-others",
    ]:
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()


def test_everything_is_done_by_keyboard(profile, person):
    ended = person.login()
    page = profile().new_page()
    page.goto("/login")
    page.get_by_label("Email or username").focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/security*")

    button = page.get_by_role("button", name=re.compile("^Revoke Session"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("(element) => element === document.activeElement"):
            break
    assert button.evaluate(
        "(element) => getComputedStyle(element).outlineStyle !== 'none' || getComputedStyle(element).boxShadow !== 'none'"
    ), "the focus is seen"
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(5):
        if page.evaluate("document.activeElement.textContent.trim()") == "Revoke Session":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(rows(page)).to_have_count(1)
    assert not ended.is_signed_in()
    assert page.evaluate("document.activeElement !== document.body"), "the focus is kept somewhere"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
def test_times_are_those_of_the_reader(profile, person, zone):
    page = sign_in(profile(timezone_id=zone), person)

    created = rows(page).first.locator("time").nth(1)
    expect(created).not_to_contain_text("UTC")
    wanted = page.evaluate(
        """(instant) => new Date(instant).toLocaleTimeString("en-US", {hour: "numeric", minute: "2-digit"})""",
        created.get_attribute("datetime"),
    )
    assert wanted.replace("\u202f", " ") in created.inner_text().replace("\u202f", " ")
    assert rows(page).first.locator("time").first.get_attribute("title")


def test_without_scripts_times_say_utc(profile, person):
    page = sign_in(profile(java_script_enabled=False, timezone_id="Asia/Kolkata"), person)

    expect(rows(page).first).to_contain_text("UTC")


def test_an_account_is_made_in_the_browser(profile):
    page, name, password = profile().new_page(), new_name(), new_password()
    page.goto("/")
    page.get_by_role("link", name=re.compile("create", re.I)).click()
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name=re.compile("create account", re.I)).click()
    page.wait_for_url("**/login*")
    page.get_by_label("Email or username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()

    page.wait_for_url("**/settings/security*")
    expect(page.locator("#sessions").get_by_text("This Device")).to_be_visible()


# The strength of a new password


def strength(page, **fields):
    """Fills the form in; what the page and the server said of the last state of it."""
    with page.expect_response("**/api/auth/password-strength") as answer:
        for label, text in fields.items():
            page.get_by_label(label.capitalize()).fill(text)
    judgement = answer.value.json()
    expect(page.get_by_role("status")).to_have_text(judgement["message"])
    return page.get_by_role("meter", name="Strength"), judgement


@pytest.mark.parametrize(
    "password, sentence",
    [
        ("short", "Use at least 8"), ("password1", "most common"), ("P@ssw0rd1!", "too easy"), ("zzzzyyyyzz", "too easy"),
        ("Pässwörd1!", "too easy"), ("kettle countess ocean", "Leave out"), ("my RTC-Collector kettle", "Leave out"),
        ("x" * 1_500, "1,024 bytes"), ("🦊" * 1_500, "1,024 bytes"), ("Tr0ub4dour&3", "Good enough"),
        ("seven green kettles", "Good."), ("正しい馬電池ホチキスの鍵", "Very good"), ("seven green kettles in a row", "Very good"),
    ],
)  # fmt: skip
def test_the_meter_says_what_the_form_will_say(profile, password, sentence):
    context, complaints, name = profile(watch=False), [], new_name("countess")
    context.add_init_script(WATCH)
    listen(context, complaints)
    page = context.new_page()
    page.goto("/register")
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Username").fill("countess")

    meter, judgement = strength(page, password=password)

    expect(meter).to_be_visible()
    assert sentence in judgement["message"]
    value, low = meter.evaluate("(meter) => [meter.value, meter.low]")
    assert (value >= low) == judgement["acceptable"]
    page.get_by_label("Username").fill(name.replace("countess", "c"))
    if sentence != "Leave out":
        page.get_by_role("button", name="Create account").click()
        if judgement["acceptable"]:
            page.wait_for_url("**/login*")
        else:
            expect(page.locator("#password-error")).to_have_text(judgement["message"])
    # The form that is shown again comes with 422, which Chromium notes.
    assert [each for each in complaints if "status of 422" not in each] == []


def test_the_meter_follows_the_name_and_goes_with_the_password(profile):
    page = profile().new_page()
    page.goto("/register")
    meter = page.get_by_role("meter", name="Strength")
    expect(meter).to_be_hidden()

    assert strength(page, password="kettle countess ocean")[1]["acceptable"]
    assert not strength(page, username="countess")[1]["acceptable"]
    assert strength(page, username="somebody")[1]["acceptable"]
    assert not strength(page, email="countess@example.org")[1]["acceptable"]
    page.get_by_label("Password").fill("")

    expect(meter).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("")


def test_the_server_is_asked_when_typing_pauses_and_told_nothing_before(profile):
    page, asked = profile().new_page(), []
    page.goto("/register")
    page.on("request", lambda request: asked.append(request.post_data_json) if "strength" in request.url else None)

    with page.expect_response("**/api/auth/password-strength"):
        page.get_by_label("Password").press_sequentially("seven green kettles", delay=10)

    assert asked == [{"password": "seven green kettles", "email": "", "username": ""}]


def test_without_a_server_the_meter_says_nothing(profile):
    context = profile(watch=False)
    page = context.new_page()
    page.goto("/register")
    strength(page, password="seven green kettles")
    page.route("**/api/auth/password-strength", lambda route: route.abort())

    page.get_by_label("Password").fill("seven green kettles in a row")

    expect(page.get_by_role("meter", name="Strength")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("")


def test_without_scripts_the_rule_is_text(profile):
    page = profile(java_script_enabled=False).new_page()
    page.goto("/register")

    expect(page.get_by_text("At least 8 characters")).to_be_visible()
    expect(page.get_by_role("meter")).to_have_count(0)
    expect(page.get_by_label("Password")).to_have_accessible_description(re.compile("At least 8 characters"))


def test_a_password_can_be_pasted(profile, person):
    context = profile()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/login")
    page.evaluate("(text) => navigator.clipboard.writeText(text)", person.password)
    page.get_by_label("Password").focus()
    page.keyboard.press("Control+V")

    expect(page.get_by_label("Password")).to_have_value(person.password)


def test_the_back_button_shows_no_session_after_logging_out(profile, person):
    page = sign_in(profile(watch=False), person)
    page.get_by_role("button", name=re.compile("^Log ?out$", re.I)).click()
    page.wait_for_url("**/login?reason=logged_out*")

    page.go_back()

    expect(page.get_by_label("Email or username")).to_be_visible()
    expect(page.get_by_text("This Device", exact=True)).to_have_count(0)


def test_a_page_finds_its_way_back_after_the_server_was_away(chromium, own_server):
    server = own_server()
    person = Person(server).sign_up()
    context = chromium.new_context(base_url=server.origin)
    try:
        page = sign_in(context, person)
        wait_for_stream(person, page)
        server.restart()

        started = person.login(user_agent=FIREFOX)

        expect(page.locator(f'[data-session-id="{started.session["id"]}"]')).to_be_visible(timeout=20_000)
        expect(page.get_by_text("Logged out", exact=True)).to_have_count(0)
    finally:
        context.close()
