"""Takes docs/sessions.png anew, from a real server: .build/venv/bin/python docs/screenshot.py [dark]

The server is .build/release/sessiond, or $SESSIOND.
"""

import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "BlackBoxTests"))
os.environ.setdefault("SESSIOND", str(REPOSITORY / ".build/release/sessiond"))

from playwright.sync_api import sync_playwright  # noqa: E402

from client import CHROME, FIREFOX, IPHONE, Client, Person  # noqa: E402
from server import Server  # noqa: E402

WIDTH = 900
DAY = 86_400
DEVICES = (  # user agent, address, whether remembered, seconds since it logged in
    (IPHONE, "198.51.100.23", True, 2 * DAY - 3_600),
    (FIREFOX, "203.0.113.45", False, 2 * 3_600),
)


def main():
    scheme = "dark" if "dark" in sys.argv[1:] else "light"
    server = Server(faketime=True)
    try:
        person = Person(server)
        person.email, person.username = "ada@example.org", "ada"
        server.set_clock(-3 * DAY)
        person.sign_up()
        for agent, address, remember, ago in DEVICES:
            server.set_clock(-ago)
            device = Client(server, user_agent=agent, address=address)
            assert device.login(person.email, person.password, remember=remember).status == 200
        server.set_clock(0)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_context(
                base_url=server.origin,
                color_scheme=scheme,
                device_scale_factor=2,
                extra_http_headers={"X-Forwarded-For": "192.0.2.17"},
                timezone_id="Europe/Berlin",
                user_agent=CHROME,
                viewport={"width": WIDTH, "height": 600},
            ).new_page()
            page.goto("/login")
            page.get_by_label("Email or username").fill(person.email)
            page.get_by_label("Password").fill(person.password)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url("**/settings/security*")
            name = "sessions.png" if scheme == "light" else "sessions-dark.png"
            page.screenshot(path=REPOSITORY / "docs" / name, full_page=True)
            browser.close()
    finally:
        server.close()


if __name__ == "__main__":
    main()
