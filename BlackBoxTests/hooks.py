"""A real https server that keeps what is posted to it."""

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from server import eventually

SECRET = "webhook-secret-0123456789-abcdefghij"


class Hook:
    """One request as it came."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body

    @property
    def claims(self):
        return json.loads(self.body)

    @property
    def kind(self):
        (uri,) = self.claims["events"]
        prefix, _, kind = uri.rpartition("/")
        assert prefix == "https://schemas.openid.net/secevent/caep/event-type"
        return kind

    @property
    def event(self):
        (event,) = self.claims["events"].values()
        return event

    def is_signed(self, secret=SECRET):
        """As docs/notifications.md says to check it."""
        signed = self.headers["X-Timestamp"].encode() + b"." + self.body
        expected = "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, self.headers["X-Signature"])


class HookServer:
    """Answers each request with the next of some statuses, the last one for ever."""

    def __init__(self, context):
        self.hooks = []
        self.connections = 0
        self.statuses = [204]
        self.headers = {}
        self.body = b""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.hooks.append(Hook(self.path, dict(self.headers), body))
                self.answer()

            def do_GET(self):
                outer.hooks.append(Hook(self.path, dict(self.headers), b""))
                self.answer()

            def answer(self):
                status = outer.statuses.pop(0) if len(outer.statuses) > 1 else outer.statuses[0]
                self.send_response(status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_):
                pass

        class Listener(ThreadingHTTPServer):
            def get_request(self):
                outer.connections += 1
                return super().get_request()

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/hook", host="localhost"):
        return f"https://{host}:{self.port}{path}"

    def wait_for(self, count, seconds=30):
        eventually(lambda: len(self.hooks) >= count, seconds, what=f"{count} requests, of {len(self.hooks)}")
        return self.hooks

    def close(self):
        self.server.shutdown()
        self.server.server_close()
