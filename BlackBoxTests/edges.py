"""The proxies of Examples, each with its own configuration, in front of a real server and the example's application."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from client import Client, Person
from server import REPOSITORY, Server, die_with_parent, eventually, free_port
from tap import Tap
from wire import Connection, raw, request_bytes

EXAMPLES = REPOSITORY / "Examples"
NAMES = ("Nginx", "Caddy", "HAProxy")
STREAM_SECONDS = 3


class Direct:
    """The server without the proxy, for what tests prepare."""

    is_judged = False

    def __init__(self, edge):
        self.port, self.host, self.remember = edge.server.port, edge.host, edge.server.remember


class Edge:
    """A proxy, what is behind it, and what went over the wires between them."""

    is_judged = False  # proxies add headers of their own

    def __init__(self, name):
        self.name, self.port = name, free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.origin = f"http://{self.host}"
        self.server = Server({"PUBLIC_URL": self.origin, "TRUSTED_PROXIES": "127.0.0.1"})
        self.remember = self.server.remember
        self.direct = Direct(self)
        self.processes = []
        application_port = free_port()
        self.application = self.spawn(
            [sys.executable, str(EXAMPLES / "Application/application.py")],
            {"PORT": str(application_port), "STREAM_SECONDS": str(STREAM_SECONDS)},
        )
        self.to_server, self.to_application = Tap(self.server.port), Tap(application_port)
        self.state = Path(tempfile.mkdtemp(prefix="edge-"))
        self.state.chmod(0o711)  # nginx's workers are not root
        self.log = open(self.state / "log", "ab")  # noqa: SIM115
        self.environment = {
            "STATE": str(self.state),
            "PORT": str(self.port),
            "SESSIOND_PORT": str(self.to_server.port),
            "APPLICATION_PORT": str(self.to_application.port),
        }
        self.proxy = self.spawn([str(EXAMPLES / name / "proxy")], self.environment)
        eventually(lambda: listens(self.port) and listens(application_port), what=f"{name} and the application")

    def spawn(self, command, environment):
        log = getattr(self, "log", subprocess.DEVNULL)
        process = subprocess.Popen(
            command,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,
        )
        self.processes.append(process)
        return process

    def call(self, *arguments):
        """Runs the proxy's own command with its configuration; gives the exit code and what it said."""
        result = subprocess.run(
            [str(EXAMPLES / self.name / "proxy"), *arguments],
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return result.returncode, result.stdout + result.stderr

    def close(self):
        try:
            for process in reversed(self.processes):
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            self.to_server.close()
            self.to_application.close()
        finally:
            self.server.close()
            self.log.close()
            shutil.rmtree(self.state, ignore_errors=True)

    # Who asks

    def person(self):
        return Person(self.direct).sign_up()

    def browser(self, person=None):
        """A browser that has logged in, and comes through the proxy from now on."""
        inside = (person or self.person()).login()
        browser = Client(self, cookies=inside.jar)
        browser.session, browser.user = inside.session, inside.user
        return browser

    def send(self, target="/", cookies=None, method="GET", headers=(), body=b"", source=None, head=None):
        """One request, exactly as it is given; None where the proxy closes without an answer."""
        lines = [("Host", self.host), *headers]
        if cookies:
            lines.append(("Cookie", cookies if isinstance(cookies, str) else cookie_line(cookies)))
        if body:
            lines.append(("Content-Length", str(len(body))))
        return raw(self.port, head or request_bytes(method, target, lines, body), method, source=source)

    # What came through

    def passed(self, action):
        """What the action answers, and the requests that reached the application meanwhile."""
        before = len(self.to_application.requests)
        result = action()
        return result, self.to_application.requests[before:]

    def asked(self, action):
        """What the action answers, and what the server was asked about it."""
        before = len(self.to_server.requests)
        result = action()
        asked = self.to_server.requests[before:]
        return result, [each for each in asked if each.target.startswith("/api/auth/verify")]

    def hold(self):
        """Stops the server's process, as one that hangs."""
        self.server.process.send_signal(signal.SIGSTOP)
        eventually(self.is_held, what="the stop of all threads")

    def is_held(self):
        states = (
            path.read_text().rpartition(")")[2].split()[0]
            for path in Path(f"/proc/{self.server.pid}/task").glob("*/stat")
        )
        return set(states) == {"T"}

    def go_on(self):
        self.server.process.send_signal(signal.SIGCONT)


def cookie_line(client):
    return "; ".join(f"{name}={value}" for name, value in client.jar.items())


def listens(port):
    try:
        Connection(port, timeout=2).close()
    except OSError:
        return False
    return True


class WebSocket:
    """A client of the example's websocket (RFC 6455)."""

    HANDSHAKE = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    def __init__(self, edge, client=None):
        self.connection = Connection(edge.port)
        headers = [("Host", edge.host), *self.HANDSHAKE]
        if client:
            headers.append(("Cookie", cookie_line(client)))
        self.connection.send(request_bytes("GET", "/socket", headers))
        self.status, self.headers = self.connection.read_head()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def echo(self, text):
        data = text.encode()
        self.connection.send(bytes([0x81, 0x80 | len(data)]) + b"\0\0\0\0" + data)
        kind, length = self.connection.take(2)
        assert kind == 0x81, kind
        return self.connection.take(length).decode()
