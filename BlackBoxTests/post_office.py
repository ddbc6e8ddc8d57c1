"""A real SMTP server that keeps what it is handed."""

import email
import email.policy
import re
import socket
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from server import eventually, free_port

USER, PASSWORD = "sessions", "quokka-post/office"
LINK = re.compile(r"^https?://[^/]+(/[a-z-]+/[A-Za-z0-9_-]{64})\s*$", re.M)


class PostOffice:
    """Listens on localhost; with a certificate it wants STARTTLS, and then a user and password too."""

    def __init__(self, context=None, port=None):
        self.port = port or free_port()
        self.envelopes = []
        self.confirmations = []  # what comes with each new account, and with a change of the address
        self.attempts = 0
        self.refuses = None  # what it says to each recipient in place of 250
        self.context = context
        self.controller = None
        self.open()

    def settings(self, authority, password=PASSWORD, trusted=True):
        """What a server needs to hand its mail in here."""
        credentials = f"{USER}:{quote(password, safe='')}@" if password else ""
        settings = {
            "SMTP_URL": f"smtp://{credentials}localhost:{self.port}",
            "MAIL_FROM": "Okapi <sessions@example.org>",
            "APP_NAME": "Okapi",
            "SUPPORT_URL": "https://help.example.org/?a=1&b=2",
            "NOTIFY_CA_FILE": str(authority.file) if trusted else None,
        }
        return {name: value for name, value in settings.items() if value}

    def open(self):
        secured = {}
        if self.context:
            secured = {
                "tls_context": self.context,
                "require_starttls": True,
                "auth_required": True,
                "authenticator": self.authenticate,
            }
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=20, **secured)
        self.controller.start()

    def close(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    def authenticate(self, server, session, envelope, mechanism, data):
        self.attempts += 1
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        envelope.secured = session.ssl is not None
        message = envelope.message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        envelope.recipient = message["To"].addresses[0].addr_spec
        envelope.paths = LINK.findall(message.get_body(("plain",)).get_content())
        (self.confirmations if message["Subject"].startswith("Confirm your") else self.envelopes).append(envelope)
        return "250 OK"

    @staticmethod
    def opened(envelopes):
        return [each.message for each in envelopes]

    @property
    def messages(self):
        return self.opened(self.envelopes)

    def link(self, kind, to, number=1, seconds=30):
        """The path that the newest of so many mails to somebody leads to: "report", "reset" or "confirm-email"."""

        def found():
            mails = [each for each in self.envelopes + self.confirmations if each.recipient == to]
            paths = [path for each in mails for path in each.paths if path.startswith(f"/{kind}/")]
            return len(paths) >= number and paths[number - 1]

        return eventually(found, seconds, what=f"{number} links to {kind}")

    def message(self, subject, to=None, seconds=30):
        """Waits for the one message with this subject, perhaps to somebody alone."""

        def found():
            return [
                each
                for each in self.messages
                if subject in each["Subject"] and (to is None or each["To"] == f"<{to}>" or each["To"] == to)
            ]

        messages = eventually(found, seconds, what=f"a mail about {subject!r}")
        assert len(messages) == 1, messages
        return messages[0]


class Silence:
    """A server that takes connections and never says a word."""

    settings = PostOffice.settings

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()
