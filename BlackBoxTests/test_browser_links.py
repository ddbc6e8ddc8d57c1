"""The links in mails in a real Chromium: followed from a page of another site, as in a mail program that is a site itself."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from client import Client, Person, new_name, new_password
from test_browser import chromium, chromium_type, profile, sign_in  # three are fixtures


@pytest.fixture
def server(mailing, office):
    return mailing(office)


@pytest.fixture
def person(server):
    return Person(server).sign_up()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def mail_program():
    """Shows a mail with one link, on http://localhost:OTHER, which is another site than 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        link = ""

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<!doctype html><title>Mail</title><a href="{Handler.link}">the link</a>'.encode())

        def log_message(self, *_):
            pass

    program = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=program.serve_forever, daemon=True).start()

    def follow(page, link):
        Handler.link = link
        page.goto(f"http://localhost:{program.server_port}/")
        page.get_by_role("link", name="the link").click()

    yield follow
    program.shutdown()
    program.server_close()


def test_a_report_closes_the_account_and_the_next_link_opens_it_again(
    profile, server, office, person, mail_program, scripts
):
    # A form that is refused, and a link that is void, are errors in the console.
    context = profile(java_script_enabled=scripts, watch=False)
    page = context.new_page()
    sign_in(context, person, page=page)
    thief = Client(server)
    assert thief.login(person.email, person.password).status == 200

    mail_program(page, server.origin + office.link("report", person.email))
    expect(page.get_by_role("heading", name="This wasn’t you?")).to_be_visible()
    assert thief.is_signed_in()
    page.get_by_role("button", name="Secure my account").click()
    expect(page.get_by_role("heading", name="Your account is secured")).to_be_visible()
    assert not thief.is_signed_in()

    new = new_password()
    link = server.origin + office.link("reset", person.email)
    mail_program(page, link)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator("#newPassword-error")).to_be_visible()
    page.get_by_label("New password").fill(new)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url("**/login?reason=password_changed")
    expect(page.get_by_text("Your password was changed")).to_be_visible()
    assert Client(server).login(person.email, new).status == 200

    mail_program(page, link)
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    page.get_by_role("link", name="Send a new link").click()
    page.get_by_label("Email or username").fill(person.username)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("If there is such an account")).to_be_visible()
    office.link("reset", person.email, 2)


def test_the_way_to_another_address(profile, server, office, person, mail_program, scripts):
    context = profile(java_script_enabled=scripts, watch=scripts)
    page = context.new_page()
    sign_in(context, person, page=page)
    page.get_by_role("link", name="Profile", exact=True).click()
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    page.get_by_role("link", name="Confirm or change").click()
    wanted = f"{new_name()}@example.net"
    page.get_by_label("Email", exact=True).fill(wanted)
    page.get_by_label("Current password").fill(person.password)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("a mail with a link is on its way")).to_be_visible()

    mail_program(page, server.origin + office.link("confirm-email", wanted))
    expect(page.get_by_text(wanted)).to_be_visible()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="Continue").click()

    expect(page.get_by_text(wanted)).to_be_visible()
    expect(page.get_by_text("Not confirmed")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1_280, 320])
def test_axe_finds_nothing_on_any_page(profile, server, office, person, scheme, width):
    context = profile(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    sign_in(context, person, page=page)
    Client(server).post("/api/auth/forgot-password", {"identifier": person.email})
    found = []
    for path in (
        "/forgot-password", "/forgot-password?sent=1", "/settings/profile", "/settings/profile/email",
        office.link("report", person.email), office.link("reset", person.email),
        office.link("confirm-email", person.email), "/report/done", "/confirm-email/done",
    ):  # fmt: skip
        page.goto(path)
        found += [(path, each["id"]) for each in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append((path, "wider than the window"))

    assert found == []
