"""People, their browsers and their programs, as the server sees them."""

import base64
import hashlib
import hmac
import itertools
import json as json_module
import re
import secrets
import time
from html.parser import HTMLParser
from urllib.parse import urlencode

import contract
from server import PASSWORD_CANARY
from wire import Closed, Connection, Response, request_bytes

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)

answers_seen = {}  # (method, path without ids, status) -> a few answers, for comparison with openapi.yaml
_numbers = itertools.count(1)
ID_IN_PATH = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}")


def new_address():
    """An address nobody has used yet (198.18.0.0/15), so that people do not share a budget of guesses."""
    number = next(_numbers)
    return f"198.{18 + (number >> 16) % 2}.{number >> 8 & 255}.{number & 255}"


def new_password():
    return f"{PASSWORD_CANARY} {secrets.token_hex(8)}"


def new_name(prefix="p"):
    return f"{prefix}{next(_numbers)}{secrets.token_hex(4)}"


def totp(secret, moment):
    """The code that an authenticator app shows at this moment (RFC 6238: HMAC-SHA-1, six digits, steps of 30 s)."""
    mac = hmac.new(base64.b32decode(secret), int(moment // 30).to_bytes(8), hashlib.sha1).digest()
    number = int.from_bytes(mac[mac[19] & 15 :][:4]) & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"


def note(response):
    key = (response.method, ID_IN_PATH.sub("/{id}", response.path.split("?")[0]), response.status)
    samples = answers_seen.setdefault(key, [])
    if len(samples) < 20:
        samples.append(response)


class Client:
    """One browser (or program): a cookie jar, a user agent, an address, one kept connection.

    It asks as our own pages do: `Sec-Fetch-Site: same-origin` with everything that changes something.
    """

    def __init__(self, server, user_agent=CHROME, address=None, cookies=None, patience=10):
        self.server = server
        self.patience = patience
        self.user_agent = user_agent
        self.address = address or new_address()
        self.jar = dict(cookies or {})
        self.connection = None
        self.user = None
        self.session = None

    # Requests

    def request(
        self, method, path, json=None, form=None, body=None, headers=None, cookies=None, bearer=None, judge=True
    ):
        """One answer, judged. `headers` replaces defaults, None takes one away; `cookies` is a raw Cookie value or ""."""
        fields = {"Host": self.server.host, "User-Agent": self.user_agent, "X-Forwarded-For": self.address}
        if method not in ("GET", "HEAD", "OPTIONS"):
            fields["Sec-Fetch-Site"] = "same-origin"
        if json is not None:
            body, fields["Content-Type"] = json_module.dumps(json).encode(), "application/json"
        elif form is not None:
            body, fields["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
        if bearer is not None:
            fields["Authorization"] = f"Bearer {bearer}"
        if cookies is None and self.jar:
            cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        if cookies:
            fields["Cookie"] = cookies
        if body is not None or method not in ("GET", "HEAD", "OPTIONS", "DELETE"):
            body = body.encode() if isinstance(body, str) else body or b""
            fields["Content-Length"] = str(len(body))
        lines = {name.lower(): (name, value) for name, value in fields.items()}
        for name, value in (headers or {}).items():
            lines[name.lower()] = (name, value)
        data = request_bytes(method, path, [line for line in lines.values() if line[1] is not None], body or b"")
        response = self.exchange(data, method, path)
        for cookie in map(response.cookie, {each.partition("=")[0] for each in response.all("set-cookie")}):
            self.keep(cookie)
        if judge and self.server.is_judged:
            contract.judge(response)
            note(response)
        return response

    def exchange(self, data, method, path):
        """Sends on the kept connection; on a new one when the server has closed it in the meantime."""
        reused = self.connection is not None
        if not reused:
            self.connection = Connection(self.server.port, timeout=self.patience)
        try:
            self.connection.send(data)
            response = self.connection.read(method, path)
        except (Closed, ConnectionResetError, BrokenPipeError):
            unanswered = not self.connection.buffer
            self.disconnect()
            if reused and unanswered:
                return self.exchange(data, method, path)
            raise
        if (response.header("connection") or "").lower() == "close":
            self.disconnect()
        return response

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, json=None, **options):
        return self.request("POST", path, json=json, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def keep(self, cookie):
        if cookie.attribute("Max-Age") == "0":
            self.jar.pop(cookie.name, None)
        else:
            self.jar[cookie.name] = cookie.value
            if cookie.name == "token" and cookie.value:
                self.server.remember(cookie.value)

    # What one does with a session

    @property
    def token(self):
        return self.jar.get("token")

    def login(self, identifier, password, remember=None):
        body = {"identifier": identifier, "password": password}
        if remember is not None:
            body["rememberMe"] = remember
        return self.signed_in_by(self.post("/api/auth/login", body))

    def enter_code(self, challenge, code, **options):
        """The second step of a log-in."""
        return self.signed_in_by(
            self.post("/api/auth/login/two-factor", {"challenge": challenge, "code": code}, **options)
        )

    def signed_in_by(self, response):
        if response.status == 200 and "session" in response.json:
            self.user, self.session = response.json["user"], response.json["session"]
        elif response.status == 200:
            self.server.remember(response.json["challenge"])
        return response

    def me(self, **options):
        return self.get("/api/auth/me", **options)

    def is_signed_in(self):
        response = self.me()
        assert response.status in (200, 401), response
        return response.status == 200

    def sessions(self, query=""):
        response = self.get(f"/api/sessions{query}")
        assert response.status == 200, response
        return response.json["sessions"]

    def session_ids(self):
        return [session["id"] for session in self.sessions()]

    def revoke(self, session_id):
        return self.delete(f"/api/sessions/{session_id}")

    def logout(self):
        return self.post("/api/auth/logout")

    def events(self, **options):
        return EventStream(self, **options)

    # Pages

    def open(self, path, **options):
        """A page as somebody who follows a link of our own sees it; no redirect is followed."""
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
        return self.get(path, headers=headers | options.pop("headers", {}), **options)

    def page(self, path, status=200, **options):
        response = self.open(path, **options)
        assert response.status == status, response
        return Page(response)

    @staticmethod
    def page_of(response, status=None):
        """The page that an answer to a form is."""
        assert status is None or response.status == status, response
        return Page(response)

    def submit(self, form, values=None, button=None, **options):
        """Fills the form in by its labels and sends it."""
        assert form.method == "post", form.method
        headers = {"Accept": "text/html"} | options.pop("headers", {})
        return self.request("POST", form.action, form=form.data(values or {}, button), headers=headers, **options)


class Person:
    """Somebody with an account."""

    def __init__(self, server, email=None, username=None, password=None):
        self.server = server
        self.username = username or new_name()
        self.email = email or f"{self.username}@example.org"
        self.password = password or new_password()

    def sign_up(self):
        response = Client(self.server).post(
            "/api/auth/register", {"email": self.email, "username": self.username, "password": self.password}
        )
        assert response.status == 201, response
        self.id = response.json["user"]["id"]
        return self

    def login(self, remember=None, user_agent=CHROME, address=None, identifier=None):
        """A browser with a new session."""
        client = Client(self.server, user_agent, address)
        response = client.login(identifier or self.email, self.password, remember)
        if self.secret:
            response = client.enter_code(response.json["challenge"], self.new_code())
        assert response.status == 200, response
        assert client.session, response
        return client

    # The second factor

    secret = None  # its seed in base32, once it is on
    recovery_codes = ()

    def code(self, steps=0):
        """The code that the app shows now, or so many steps from now."""
        return totp(self.secret, self.server.now + 30 * steps)

    def new_code(self):
        """A code that nobody can have used yet: moves the server's clock on to the next step."""
        self.server.go_to_step()
        return self.code()

    def set_up_two_factor(self, client):
        """A seed, and nothing turned on yet."""
        response = client.post("/api/account/two-factor/setup", {"password": self.password})
        assert response.status == 200, response
        self.server.remember_seed(response.json["secret"])
        return response.json

    def enable_two_factor(self, client=None):
        """Turns it on; the browser it was done in."""
        client = client or self.login()
        secret = self.set_up_two_factor(client)["secret"]
        response = client.post("/api/account/two-factor/enable", {"code": totp(secret, self.server.now)})
        assert response.status == 200, response
        self.secret, self.recovery_codes = secret, response.json["recoveryCodes"]
        self.server.remember_recovery_codes(self.recovery_codes)
        return client

    def first_step(self, client=None, remember=None, identifier=None):
        """A log-in whose password was right: the browser, and the challenge it was given."""
        client = client or Client(self.server)
        response = client.login(identifier or self.email, self.password, remember)
        assert response.status == 200 and response.json.get("twoFactorRequired") is True, response
        return client, response.json["challenge"]

    def events(self, kind=None):
        """What the operator reads about this person, newest first."""
        result = self.server.command("audit", "list", "--json", "--user", self.username, "--limit", "1000")
        assert result.returncode == 0, result
        return [event for event in json_module.loads(result.stdout) if kind in (None, event["kind"])]


class EventStream:
    """The server-sent events of one session, on a connection of their own."""

    def __init__(self, client, bearer=None):
        self.connection = Connection(client.server.port)
        headers = [("Host", client.server.host), ("User-Agent", client.user_agent), ("X-Forwarded-For", client.address)]
        headers += [("Accept", "text/event-stream")]
        headers += [("Authorization", f"Bearer {bearer}")] if bearer else [("Cookie", f"token={client.token}")]
        self.connection.send(request_bytes("GET", "/api/sessions/events", headers))
        status, fields = self.connection.read_head()
        self.response = Response(status, fields, b"", "GET", "/api/sessions/events")
        self.status = status
        if status != 200:
            self.response.body = self.connection.read_body(self.response)
            contract.judge(self.response)
            self.connection.close()
            return
        contract.assert_security_headers(self.response)
        assert self.response.media_type == "text/event-stream", self.response
        self.chunked = (self.response.header("transfer-encoding") or "").lower() == "chunked"
        self.decoded = b""
        self.ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.connection.close()

    def pump(self):
        """Takes in one more piece of the stream."""
        if not self.chunked:
            if not self.connection.receive():
                raise Closed
            self.decoded, self.connection.buffer = self.decoded + self.connection.buffer, b""
            return
        size = int(self.connection.take_until(b"\r\n").split(b";")[0], 16)
        data = self.connection.take(size + 2)
        if size == 0:
            raise Closed
        self.decoded += data[:-2]

    def next(self, seconds=5):
        """The next (event, data), ("comment", text), or None when the stream has ended."""
        deadline = time.monotonic() + seconds
        while not self.ended:
            block, mark, rest = self.decoded.replace(b"\r\n", b"\n").partition(b"\n\n")
            if mark:
                self.decoded = rest
                return self.parse(block.decode("utf-8"))
            self.connection.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                self.pump()
            except (Closed, ConnectionResetError):
                self.ended = True
        return None

    @staticmethod
    def parse(block):
        lines = block.split("\n")
        if all(line.startswith(":") for line in lines):
            return "comment", "\n".join(line[1:].strip() for line in lines)
        fields = [line.partition(":") for line in lines if line and not line.startswith(":")]
        events = [value.removeprefix(" ") for name, _, value in fields if name == "event"]
        data = "\n".join(value.removeprefix(" ") for name, _, value in fields if name == "data")
        return (events[-1] if events else "message"), json_module.loads(data) if data else None

    def expect(self, event, seconds=5):
        """The data of the next event, which must be this one; comments are passed over."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.next(max(deadline - time.monotonic(), 0.001))
            assert found is not None, f"the stream ended before {event}"
            if found[0] != "comment":
                assert found[0] == event, found
                return found[1]

    def expect_end(self, seconds=5):
        while (found := self.next(seconds)) is not None:
            assert found[0] == "comment", f"after the end: {found}"


class Control:
    """An input or a button of a form."""

    def __init__(self, kind, name, value, checked=False, wrapped_in=None, identity=None, disabled=False):
        self.kind, self.name, self.value, self.checked = kind, name, value, checked
        self.wrapped_in, self.identity, self.disabled = wrapped_in, identity, disabled
        self.text = ""
        self.attributes = {}


class Form:
    """A form, and what a browser would send of it."""

    def __init__(self, method, action):
        self.method, self.action = (method or "get").lower(), action
        self.controls = []
        self.labels = []  # (for, text, label object)
        self.text = ""

    def labelled(self, label):
        """The control whose label begins with these words."""
        for each in self.labels:
            if not each.text.strip().lower().startswith(label.lower()):
                continue
            for control in self.controls:
                if control.wrapped_in is each or (each.target and control.identity == each.target):
                    return control
        raise AssertionError(f"no control is labelled {label!r}: {[each.text.strip() for each in self.labels]}")

    @property
    def buttons(self):
        return [control for control in self.controls if control.kind == "submit"]

    def data(self, values, button=None):
        fields = {}
        chosen = {self.labelled(label): value for label, value in values.items()}
        for control in self.controls:
            value = chosen.get(control, control.checked if control.kind in ("checkbox", "radio") else control.value)
            if control.kind in ("checkbox", "radio"):
                if value is True:
                    fields[control.name] = control.value or "on"
            elif control.kind == "submit":
                if control.name and (button is None or control.text.strip() == button):
                    fields[control.name] = control.value or ""
            elif control.name:
                fields[control.name] = value or ""
        return fields


class Label:
    """The words beside a control, around it or pointing at it."""

    def __init__(self, target):
        self.target, self.text = target, ""


class Page(HTMLParser):
    """What a reader without scripts finds on a page: its text, links and forms."""

    def __init__(self, response):
        super().__init__(convert_charrefs=True)
        assert response.header("content-type") == "text/html; charset=utf-8", response
        self.response = response
        self.texts, self.links, self.forms, self.elements, self.labels = [], [], [], [], []
        self.form = self.label = self.button = None
        self.hidden = 0
        self.link = None
        self.feed(response.text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag in ("script", "style", "title"):
            self.hidden += 1
        elif tag == "form":
            self.form = Form(attributes.get("method"), attributes.get("action") or self.response.path)
            self.form.labels = self.labels
            self.forms.append(self.form)
        elif tag == "label":
            self.label = Label(attributes.get("for"))
            self.labels.append(self.label)
        elif tag == "a":
            self.link = [attributes.get("href"), ""]
            self.links.append(self.link)
        elif tag in ("input", "button", "textarea", "select"):
            kind = attributes.get("type", "submit" if tag == "button" else "text").lower()
            control = Control(
                kind,
                attributes.get("name"),
                attributes.get("value"),
                "checked" in attributes,
                self.label,
                attributes.get("id"),
                "disabled" in attributes,
            )
            control.attributes = attributes
            if self.form:
                self.form.controls.append(control)
            if tag == "button":
                self.button = control
            if tag == "input" and kind == "submit":
                control.text = attributes.get("value") or ""

    def handle_endtag(self, tag):
        if tag in ("script", "style", "title"):
            self.hidden -= 1
        elif tag == "form":
            self.form = None
        elif tag == "label":
            self.label = None
        elif tag == "button":
            self.button = None
        elif tag == "a":
            self.link = None

    def handle_data(self, data):
        if self.hidden:
            return
        self.texts.append(data)
        for holder in (self.label, self.button, self.form):
            if holder:
                holder.text += data
        if self.link:
            self.link[1] += data

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts)).strip()

    def find(self, tag=None, **attributes):
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            found
            for name, found in self.elements
            if tag in (None, name) and all(found.get(key) == value for key, value in wanted.items())
        ]

    def form_to(self, action):
        """The form that is sent to this path (whatever its query)."""
        found = [form for form in self.forms if form.action.split("?")[0] == action]
        assert found, f"no form to {action}: {[form.action for form in self.forms]}"
        return found[0]

    @property
    def rows(self):
        """Ids of the sessions shown, in order."""
        return [found["data-session-id"] for _, found in self.elements if "data-session-id" in found]
