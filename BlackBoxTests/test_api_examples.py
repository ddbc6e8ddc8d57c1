"""docs/api.md: every example does what it says, in bash or in a page."""

import json
import os
import re
import shlex
import subprocess
import threading
from contextlib import contextmanager, nullcontext

import pytest
from playwright.sync_api import sync_playwright

from client import Client, Person, new_name, new_password, totp
from post_office import PostOffice
from server import REPOSITORY, die_with_parent, eventually
from test_browser import ARGUMENTS, CHROMIUM
from test_storage_failure import broken

PAGE = REPOSITORY / "docs/api.md"
FENCE = re.compile(r"^```(.*)\n((?:(?!```).*\n)*)```$", re.M)
# What a request in an example gets: `# 401 invalid_credentials, 10 times`.
EXPECTED = re.compile(r"(?:#|//) (\d{3})(?: ([a-z_]+))?(?:, (\d+) times)?$", re.M)
# Notes the status of each request in a file, and what was answered in another.
SHELL = r"""
set -euo pipefail
set -a
source ./variables
source ./given
curl() {
    command curl --silent --show-error --no-progress-meter --write-out '%{stderr}status %{http_code}\n' "$@" 2>> statuses |
        tee --append answers
}
source ./example
export -p > variables
"""
FETCH = r"""
async (variables) => {
  const statuses = [];
  const fetch = async (...all) => {
    const response = await window.fetch(...all);
    const problem = response.ok ? null : await response.clone().json();
    statuses.push([response.status, problem && problem.code]);
    return response;
  };
  const { name, address, password, appCode, resetToken, confirmToken } = variables;
  const result = await (async () => {
%s
  })();
  return { statuses, result };
}
"""


class Example:
    def __init__(self, match, text):
        self.kind, self.code = match[1], match[2]
        self.line = text.count("\n", 0, match.start()) + 1
        self.heading = re.findall(r"^#+ (.*)$", text[: match.start()], re.M)[-1]

    def __repr__(self):
        return f"docs/api.md:{self.line} ({self.heading})"

    @property
    def expected(self):
        return [
            (int(status), code or None) for status, code, times in EXPECTED.findall(self.code) for _ in range(int(times or 1))
        ]

    def mentions(self, name):
        return re.search(rf"\b{name}\b", self.code) is not None


def examples():
    text = PAGE.read_text()
    found = [Example(match, text) for match in FENCE.finditer(text)]
    assert len(found) * 2 == len(re.findall(r"^\s*(?:```|~~~)", text, re.M)), "a block that is none"
    return found


class Reader:
    """Somebody who tries the examples out, one after the other."""

    login = None  # the example of a log-in

    def __init__(self, server, office):
        self.server, self.office = server, office
        name = new_name()
        self.person = Person(server, username=name, password=new_password())

    def variables(self, example):
        """What the example mentions, as of now."""
        found = {"name": self.person.username, "address": self.person.email, "password": self.person.password}
        if example.mentions("APP_CODE|appCode"):
            self.server.go_to_step()  # no code counts twice
            found["appCode"] = totp(self.secret, self.server.now)
        if example.mentions("RESET_TOKEN|resetToken"):
            found["resetToken"] = self.office.link("reset", self.person.email).rpartition("/")[2]
        if example.mentions("CONFIRM_TOKEN|confirmToken"):
            # One came with the account; the newest is the one that counts.
            found["confirmToken"] = self.office.link("confirm-email", self.person.email, 2).rpartition("/")[2]
        for name in found.keys() & {"resetToken", "confirmToken"}:
            self.server.remember(found[name])
        return found

    @contextmanager
    def circumstances(self, example):
        """What the text says of the time in which an example is run."""
        if example.heading == "When the log-in is old":
            self.server.go_on(3_601)
        with broken(self.server) if example.heading == "When storage is away" else nullcontext():
            if example.heading == "Follow what happens":
                over = threading.Event()
                other = threading.Thread(target=self.log_in_elsewhere, args=(over,))
                other.start()
                try:
                    yield
                finally:
                    over.set()
                    other.join(30)
                    assert not other.is_alive()
            else:
                yield

    def log_in_elsewhere(self, over):
        """Until the example has heard of it, and then ends its session, so that the stream ends."""
        for _ in range(200):
            browser = self.person.login()
            if over.wait(0.1):
                return
            if self.has_heard():
                for session in browser.sessions():
                    if not session["isCurrent"]:
                        browser.revoke(session["id"])
                return

    def run_all(self, kind):
        """Each example begins signed in, but those that make an account and log in."""
        ran = []
        for example in examples():
            if example.kind != kind:
                continue
            if self.login and not self.is_signed_in():
                self.run(self.login)
            self.run(example)
            ran.append(example)
            if example.heading == "Log in" and not self.login:
                self.login = example
        return ran

    def run(self, example):
        with self.circumstances(example):
            statuses, result = self.answers(example, self.variables(example))
        assert example.expected or result, f"{example} says nothing of what it does"
        assert len(statuses) == len(example.expected) and all(
            status == wanted and code in (None, found)
            for (status, found), (wanted, code) in zip(statuses, example.expected, strict=True)
        ), f"{example} gets {statuses}"
        self.judge(example, result)

    def judge(self, example, result):
        if example.heading == "Turn the second factor on" and not hasattr(self, "secret"):
            self.secret = self.secret_of(result)
            self.server.remember_seed(self.secret)
        if example.heading == "Follow what happens":
            assert self.has_heard() or "Desktop" in result, result
        if example.heading == "A forgotten password" and "nine amber lanterns" in example.code:
            assert Client(self.server).login(self.person.email, "nine amber lanterns").status == 200


class Terminal(Reader):
    """Runs the shell's examples in one folder."""

    def __init__(self, server, office, folder):
        super().__init__(server, office)
        self.folder = folder
        (folder / "variables").write_text("")

    def answers(self, example, values):
        names = {"appCode": "APP_CODE", "resetToken": "RESET_TOKEN", "confirmToken": "CONFIRM_TOKEN"}
        given = {names.get(name, name.upper()): value for name, value in values.items()} | {"ORIGIN": self.server.origin}
        # After those that examples have set, of which an old code may be one.
        (self.folder / "given").write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in given.items()))
        (self.folder / "example").write_text(example.code)
        for name in ("statuses", "answers"):
            (self.folder / name).write_text("")
        process = subprocess.Popen(
            ["bash", "-c", SHELL],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=die_with_parent,
        )
        output, _ = process.communicate(timeout=60)
        notes, answered = ((self.folder / name).read_text() for name in ("statuses", "answers"))
        assert process.returncode == 0, f"{example} ends with {process.returncode}: {output}{notes}"
        # Only those of errors have a code; they come in order.
        codes = iter(re.findall(r'"status":\d{3},"code":"([a-z_]+)"', answered))
        statuses = [int(status) for status in re.findall(r"^status (\d+)$", notes, re.M)]
        return [(status, next(codes, None) if status >= 400 else None) for status in statuses], output or answered

    def has_heard(self):
        return "event: session-started" in (self.folder / "answers").read_text()

    def is_signed_in(self):
        found = re.search(r"\ttoken\t(\S+)$", (self.folder / "cookies.txt").read_text(), re.M)
        return found is not None and Client(self.server, cookies={"token": found[1]}).is_signed_in()

    def secret_of(self, _):
        return json.loads((self.folder / "setup.json").read_text())["secret"]


class Tab(Reader):
    """Runs the page's examples in a page of the server's origin."""

    def __init__(self, server, office, page):
        super().__init__(server, office)
        self.page = page
        page.goto(f"{server.origin}/help")

    def answers(self, example, values):
        told = self.page.evaluate(FETCH % example.code, values)
        return [tuple(each) for each in told["statuses"]], told["result"]

    def has_heard(self):
        return False  # the example ends by itself

    def is_signed_in(self):
        return self.page.evaluate("async () => (await fetch('/api/auth/me')).ok")

    def secret_of(self, result):
        return result["secret"]


@pytest.fixture
def surroundings(own_server):
    office = PostOffice()
    settings = {"SMTP_URL": f"smtp://localhost:{office.port}", "MAIL_FROM": "sessions@example.org", "REAUTH_AFTER": "1h"}
    yield own_server(settings, faketime=True), office
    office.close()


def test_every_block_is_run():
    assert {example.kind for example in examples()} == {"sh", "js"}


def test_the_examples_of_the_shell_do_what_they_say(surroundings, tmp_path):
    ran = Terminal(*surroundings, tmp_path).run_all("sh")

    assert len(ran) > 20


def test_the_examples_of_pages_do_what_they_say(surroundings):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        ran = Tab(*surroundings, browser.new_page()).run_all("js")
        browser.close()

    assert len(ran) > 15
