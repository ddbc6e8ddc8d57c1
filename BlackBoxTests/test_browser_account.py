"""Account security in a real Chromium: the second factor, the password, and the question whether it is still you."""

import re
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect

from client import FIREFOX, Client, Person, new_password, totp
from server import eventually
from test_browser import chromium, chromium_type, id_of_own, profile, rows, wait_for_stream  # three are fixtures

SECURITY = re.compile(r"/settings/security(\?.*)?$")


@pytest.fixture(scope="module")
def server(module_server):
    """A server that asks again when a log-in is an hour old, and whose clock is moved on from code to code."""
    server = module_server({"REAUTH_AFTER": "1h"}, faketime=True)
    pid = server.pid
    yield server
    assert server.is_alive() and server.pid == pid, f"the server died:\n{server.log()[-2000:]}"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request):
    return request.param


def start_log_in(page, person):
    page.goto("/login")
    page.get_by_label("Email or username").fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Log in").click()


def sign_in(context, person):
    page = context.new_page()
    start_log_in(page, person)
    if person.secret:
        page.get_by_label("Code", exact=True).fill(person.new_code())
        page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(SECURITY)
    return page


def scan(page, folder):
    """What a telephone's camera reads from the screen."""
    picture = folder / "screen.png"
    page.locator(".scan").screenshot(path=picture)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], check=True, capture_output=True, text=True)
    return read.stdout.removesuffix("\n")


def set_up(page, person, folder):
    """Turns the second factor on by what is on the screen."""
    page.goto("/settings/security")
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Current password").fill(person.password)
    page.get_by_role("button", name="Continue").click()
    uri = scan(page, folder)
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    person.server.remember_seed(secret)
    assert page.locator("code.key").inner_text().replace(" ", "").replace("\n", "") == secret
    assert page.get_by_role("link", name="Open the app on this device").get_attribute("href") == uri
    person.server.go_to_step()
    page.get_by_label("Code", exact=True).fill(totp(secret, person.server.now))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    person.recovery_codes = page.locator("#recovery-codes code").all_inner_texts()
    person.server.remember_recovery_codes(person.recovery_codes)
    person.secret = secret


def expect_to_fall_out(page, scripts, reason):
    """A page whose session was ended: it says so by itself, or at the next click where no script runs."""
    if scripts:
        expect(page.get_by_text("Logged out", exact=True)).to_be_visible(timeout=3_000)
    else:
        page.get_by_role("link", name="Settings").first.click()
    page.wait_for_url(f"**/login?reason={reason}*", timeout=6_000)


def test_a_life_with_the_second_factor(profile, server, person, tmp_path, scripts):
    options = {"java_script_enabled": scripts, "color_scheme": "light" if scripts else "dark"}
    context, elsewhere = profile(watch=scripts, **options), profile(watch=scripts, **options)
    page, other_page = sign_in(context, person), sign_in(elsewhere, person)
    if scripts:
        wait_for_stream(person, other_page)

    # It is set up by what the screen shows, and whoever is signed in elsewhere falls out.
    set_up(page, person, tmp_path)
    assert len(set(person.recovery_codes)) == 10
    expect_to_fall_out(other_page, scripts, "revoked")
    page.get_by_role("link", name="I have saved them").click()
    expect(page.locator("#two-factor")).to_contain_text("10 recovery codes left")

    # It is asked for.
    start_log_in(other_page, person)
    other_page.get_by_label("Code", exact=True).fill(person.new_code())
    other_page.get_by_role("button", name="Log in", exact=True).click()
    other_page.wait_for_url(SECURITY)
    expect(rows(other_page)).to_have_count(2)

    # The telephone is lost.
    lost = profile(watch=scripts, **options).new_page()
    start_log_in(lost, person)
    lost.get_by_text("I cannot use my authenticator app").click()
    lost.get_by_label("Recovery code").fill(person.recovery_codes[2].upper())
    lost.get_by_role("button", name="Log in with a recovery code").click()
    lost.wait_for_url(SECURITY)
    expect(lost.locator("#two-factor")).to_contain_text("9 recovery codes left")
    expect(rows(lost)).to_have_count(1)
    expect_to_fall_out(page, scripts, "revoked")

    # A recovery code turns it off.
    lost.get_by_role("link", name="Turn off").click()
    lost.get_by_label("Current password").fill(person.password)
    lost.get_by_label("Two-factor code").fill(person.recovery_codes[3])
    lost.get_by_role("button", name="Turn off").click()
    lost.wait_for_url(SECURITY)
    expect(lost.get_by_text("Two-factor authentication is off")).to_be_visible()


def test_a_new_password_makes_the_other_browsers_fall_out(profile, server, person, scripts):
    page, other_page = (sign_in(profile(watch=scripts, java_script_enabled=scripts), person) for _ in range(2))
    if scripts:
        wait_for_stream(person, other_page)
    person.password, old = new_password(), person.password

    page.goto("/settings/security")
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current password").fill(old)
    page.get_by_label("New password").fill(person.password)
    page.get_by_role("button", name="Change password").click()

    page.wait_for_url(SECURITY)
    expect(page.get_by_text("Your password was changed")).to_be_visible()
    expect_to_fall_out(other_page, scripts, "password_changed")
    expect(rows(page)).to_have_count(1)
    if scripts:
        # The stream of this page goes on under the new token.
        wait_for_stream(person, page)
    assert person.login().is_signed_in()


def test_this_wasnt_me_closes_everything_else_and_leads_to_a_new_password(profile, server, person, scripts):
    options = {"watch": scripts, "java_script_enabled": scripts}
    page, thief = sign_in(profile(**options), person), sign_in(profile(**options), person)
    if scripts:
        wait_for_stream(person, thief)

    page.goto("/settings/security")
    page.locator("#activity").get_by_role("link", name=re.compile("^This wasn’t me")).first.click()
    page.get_by_role("button", name="Secure my account").click()

    page.wait_for_url("**/settings/security/password")
    expect_to_fall_out(thief, scripts, "revoked")
    assert Client(server).login(person.email, person.password).status == 401
    expect(page.get_by_label("Current password")).to_have_count(0)
    person.password = new_password()
    page.get_by_label("New password").fill(person.password)
    page.get_by_role("button", name="Change password").click()
    page.wait_for_url(SECURITY)
    expect(page.get_by_text("Your password was changed")).to_be_visible()
    assert person.login().is_signed_in()


def test_a_wrong_current_password_is_told_at_its_field(profile, server, person, scripts):
    page = sign_in(profile(watch=False, java_script_enabled=scripts), person)
    page.goto("/settings/security/password")
    page.get_by_label("Current password").fill("not the password")
    page.get_by_label("New password").fill(new_password())
    page.get_by_role("button", name="Change password").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Current password")).to_be_focused()
    expect(page.get_by_label("Current password")).to_have_value("")


def test_the_meter_judges_the_new_password(profile, server, person):
    page = sign_in(profile(), person)
    page.goto("/settings/security/password")

    for password, words in (
        (f"{person.username} kettle", "Leave out"),
        ("zzzzyyyyzz", "too easy"),
        ("seven green kettles in a row", "Very good"),
    ):
        page.get_by_label("New password").fill(password)
        expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
    expect(page.get_by_role("meter")).to_be_visible()


# Whether it is still you


def go_stale(server, page):
    server.go_on(3_700)
    page.goto("/settings/security")


def test_an_old_log_in_is_asked_for_the_password_in_the_dialog(profile, server, person):
    page = sign_in(profile(watch=False), person)
    go_stale(server, page)
    ended, also = person.login(), person.login()
    page.reload()
    own = id_of_own(page)

    page.locator(f'[data-session-id="{ended.session["id"]}"]').get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Current password")).to_be_visible()
    dialog.get_by_label("Current password").fill("not the password")
    dialog.get_by_role("button", name="Revoke Session").click()
    expect(dialog).to_contain_text("The password is wrong")
    assert ended.is_signed_in()
    dialog.get_by_label("Current password").fill(person.password)
    dialog.get_by_role("button", name="Retry").click()

    expect(page.locator(f'[data-session-id="{ended.session["id"]}"]')).to_have_count(0)
    assert not ended.is_signed_in() and also.is_signed_in()
    assert id_of_own(page) == own

    # From then on it is fresh: the next question asks for nothing.
    page.locator(f'[data-session-id="{also.session["id"]}"]').get_by_role("button").click()
    expect(page.get_by_role("dialog").get_by_label("Current password")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="Revoke Session").click()
    expect(rows(page)).to_have_count(1)
    assert not also.is_signed_in()


def test_the_dialog_asks_for_the_code_too_where_the_factor_is_on(profile, server, person):
    person.enable_two_factor()
    page = sign_in(profile(watch=False), person)
    go_stale(server, page)
    ended = person.login()
    page.reload()

    page.get_by_role("button", name="Log out other devices").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(person.password)
    dialog.get_by_label("Two-factor code").fill("12345")
    dialog.get_by_role("button", name="Log out other devices").click()
    expect(dialog).to_contain_text("The password or the code is wrong")
    dialog.get_by_label("Current password").fill(person.password)
    dialog.get_by_label("Two-factor code").fill(person.new_code())
    dialog.get_by_role("button", name="Retry").click()

    expect(rows(page)).to_have_count(1)
    assert not ended.is_signed_in()


def test_the_page_follows_events_after_the_dialog_has_replaced_its_token(profile, server, person):
    page = sign_in(profile(watch=False), person)
    go_stale(server, page)
    ended = person.login()
    page.reload()
    page.locator(f'[data-session-id="{ended.session["id"]}"]').get_by_role("button").click()
    page.get_by_role("dialog").get_by_label("Current password").fill(person.password)
    page.get_by_role("dialog").get_by_role("button", name="Revoke Session").click()
    expect(rows(page)).to_have_count(1)

    wait_for_stream(person, page)

    expect(page.get_by_text("Logged out", exact=True)).to_have_count(0)


def test_without_scripts_the_page_asks(profile, server, person):
    page = sign_in(profile(java_script_enabled=False), person)
    go_stale(server, page)
    ended = person.login()
    page.reload()

    page.locator(f'[data-session-id="{ended.session["id"]}"]').get_by_role("button").click()
    page.get_by_label("Current password").fill(person.password)
    page.get_by_role("button", name="Revoke Session").click()

    page.wait_for_url(SECURITY)
    expect(rows(page)).to_have_count(1)
    assert not ended.is_signed_in()


# Recovery codes, to take away


def test_recovery_codes_are_copied_and_saved(profile, server, person, tmp_path):
    context = profile(accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = sign_in(context, person)
    set_up(page, person, tmp_path)

    page.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()").split() == person.recovery_codes
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    saved = tmp_path / "saved.txt"
    download.value.save_as(saved)
    assert saved.read_text().split() == person.recovery_codes


def test_no_page_of_it_keeps_a_secret_in_the_browser(profile, server, person, tmp_path):
    page = sign_in(profile(), person)
    set_up(page, person, tmp_path)

    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.cookie])")

    assert person.secret not in stored and not any(code in stored for code in person.recovery_codes)


# Accessibility and looks


def visit_all(context, server, person):
    """Each page of account security in turn, each in every state that it has."""
    page = sign_in(context, person)
    yield "the security page, factor off", page
    page.goto("/settings/security/password")
    yield "password", page
    page.get_by_label("New password").fill("seven green kettles")
    expect(page.get_by_role("meter")).to_be_visible()
    page.get_by_label("Current password").fill("not the password")
    yield "password, judged", page
    page.get_by_role("button", name="Change password").click()
    yield "password, refused", page

    page.goto("/settings/security/two-factor/setup")
    yield "setup", page
    page.get_by_label("Current password").fill(person.password)
    page.get_by_role("button", name="Continue").click()
    yield "the code to scan", page
    secret = page.locator("code.key").inner_text().replace(" ", "").replace("\n", "")
    server.remember_seed(secret)
    page.get_by_label("Code", exact=True).fill("12345")
    page.get_by_role("button", name="Turn on").click()
    yield "the code to scan, refused", page
    server.go_to_step()
    page.get_by_label("Code", exact=True).fill(totp(secret, server.now))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    person.secret, person.recovery_codes = secret, page.locator("#recovery-codes code").all_inner_texts()
    server.remember_recovery_codes(person.recovery_codes)
    yield "recovery codes", page
    for path in ("recovery-codes", "disable"):
        page.goto(f"/settings/security/two-factor/{path}")
        yield path, page
        page.get_by_label("Current password").fill(person.password)
        page.get_by_label("Two-factor code").fill("12345")
        page.get_by_role("main").get_by_role("button").click()
        yield f"{path}, refused", page

    Client(server).login(person.email, "not the password")
    person.login(user_agent=FIREFOX)
    for path in ("/settings/security", "/settings/security/activity", "/settings/security/reauthenticate"):
        page.goto(path)
        yield path, page
    server.go_on(3_700)
    ended = person.login(user_agent=FIREFOX)
    page.goto("/settings/security")
    for name in ("Log out other devices", re.compile("^Revoke Session")):
        page.get_by_role("button", name=name).first.click()
        expect(page.get_by_role("dialog").get_by_label("Two-factor code")).to_be_visible()
        yield f"the question of {name}, with a proof", page
        page.keyboard.press("Escape")
    page.goto(f"/settings/security/sessions/{ended.session['id']}/revoke")
    yield "revoke, with a proof", page
    page.goto("/settings/security/activity")
    page.get_by_role("link", name=re.compile("^This wasn’t me")).first.click()
    yield "report, with a proof", page

    page.context.clear_cookies()
    start_log_in(page, person)
    yield "the second step", page
    page.get_by_label("Code", exact=True).fill("12345")
    page.get_by_role("button", name="Log in", exact=True).click()
    yield "the second step, refused", page
    page.get_by_text("I cannot use my authenticator app").click()
    page.get_by_label("Recovery code").fill("x")
    page.get_by_role("button", name="Log in with a recovery code").click()
    yield "the recovery code, refused", page
    server.go_on(301)
    page.get_by_label("Code", exact=True).fill(person.new_code())
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("link", name="Log in again")).to_be_visible()
    yield "the second step, too late", page


@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(profile, server, person, scheme, width):
    context = profile(watch=False, color_scheme=scheme, viewport={"width": width, "height": 800})
    found = {}

    for name, page in visit_all(context, server, person):
        expect(page.locator("h1")).to_be_visible()
        violations = [
            f"{each['id']}: {[node['target'] for node in each['nodes']]}"
            for each in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            violations.append("scrolls sideways")
        if violations:
            found[name] = violations

    assert found == {}


def test_no_page_complains(profile, server, person):
    """No violation of the policy, no error and no warning in the console of any page."""
    person.enable_two_factor()
    context = profile()
    page = sign_in(context, person)

    for path in ("password", "two-factor/recovery-codes", "two-factor/disable", "activity", "reauthenticate"):
        page.goto(f"/settings/security/{path}")
        expect(page.locator("h1, h2").first).to_be_visible()


def test_the_second_step_is_done_by_keyboard(profile, server, person):
    person.enable_two_factor()
    page = profile().new_page()
    page.goto("/login")
    page.get_by_label("Email or username").focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Two-factor code")).to_be_visible()
    code = page.get_by_label("Code", exact=True)
    for _ in range(10):
        if code.evaluate("(element) => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type(person.new_code())
    page.keyboard.press("Enter")

    page.wait_for_url(SECURITY)


def test_managers_and_telephones_know_the_fields(profile, server, person):
    page = sign_in(profile(), person)
    page.goto("/settings/security/password")
    expect(page.get_by_label("Current password")).to_have_attribute("autocomplete", "current-password")
    expect(page.get_by_label("New password")).to_have_attribute("autocomplete", "new-password")
    for label in ("Current password", "New password"):
        expect(page.get_by_label(label)).to_have_attribute("type", "password")
    person.enable_two_factor()
    start_log_in(page, person)
    code = page.get_by_label("Code", exact=True)
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    expect(code).to_have_attribute("inputmode", "numeric")


def test_the_back_button_shows_neither_key_nor_recovery_codes(profile, server, person, tmp_path):
    page = sign_in(profile(watch=False), person)
    set_up(page, person, tmp_path)
    page.get_by_role("link", name="I have saved them").click()
    page.wait_for_url(SECURITY)

    for _ in range(3):
        try:
            page.go_back()
        except BrowserError as error:
            # Chromium keeps no answer to a form, and does not send the form again unasked.
            assert "ERR_CACHE_MISS" in str(error)
        text = re.sub(r"\s", "", eventually(lambda: text_of(page), what="a page"))
        assert not any(secret in text for secret in (person.secret, *person.recovery_codes))


def text_of(page):
    try:
        return page.locator("body").inner_text(timeout=1_000) + " "
    except BrowserError:
        return None
