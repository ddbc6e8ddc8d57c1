#!/usr/bin/env python3
"""A small application behind a proxy that asks sessiond: it shows what it got, and has a stream of each kind.

    PORT=8082 python3 application.py

It believes `X-Auth-*`, since nobody but the proxy can reach it. It needs Python 3.11, and nothing else.

The proxy asks about a stream when it opens and never again, so a stream would outlive its session. Here it ends with the session's
expiry, and after STREAM_SECONDS (default 300) at the latest: the browser then opens it again, and the proxy asks again.
"""

import base64
import hashlib
import html
import json
import os
import struct
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STREAM_SECONDS = float(os.environ.get("STREAM_SECONDS", "300"))
BEAT_SECONDS = 1
MESSAGE_BYTES_MAX = 125  # what a frame with the shortest head can hold
BODY_BYTES_MAX = 64 << 20

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Application</title>
<h1>Hello, {name}</h1>
<p><a href="/settings/security">Your sessions</a></p>
<h2>What came through the proxy</h2>
<pre>{request}</pre>
<h2>A stream</h2>
<pre id="stream"></pre>
<script>
const stream = new EventSource("/events");
stream.onmessage = message => document.getElementById("stream").textContent = message.data;
</script>
"""


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def handle_one(self):
        path = self.path.split("?")[0]
        if path == "/events" and self.command == "GET":
            self.send_events()
        elif path == "/socket" and self.headers.get("Upgrade", "").lower() == "websocket":
            self.serve_websocket()
        else:
            self.show()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_one

    def show(self):
        """Answers with the request: as a page, or as JSON."""
        length, digest = self.read_body()
        if length is None:
            return
        if "text/html" in self.headers.get("Accept", ""):
            lines = [self.requestline, *(f"{name}: {value}" for name, value in self.headers.items())]
            name = html.escape(self.headers.get("X-Auth-Username", "whoever you are"))
            self.answer("text/html; charset=utf-8", PAGE.format(name=name, request=html.escape("\n".join(lines))))
        else:
            found = {
                "request": self.requestline,
                "headers": self.headers.items(),
                "bodyBytes": length,
                "sha256": digest,
            }
            self.answer("application/json", json.dumps(found))

    def read_body(self):
        """The length and SHA-256 of the body."""
        digest, length = hashlib.sha256(), 0
        for piece in self.pieces():
            length += len(piece)
            if length > BODY_BYTES_MAX:
                self.send_error(413)
                self.close_connection = True
                return None, None
            digest.update(piece)
        return length, digest.hexdigest()

    def pieces(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
        left = int(self.headers.get("Content-Length", "0"))
        while left and (piece := self.rfile.read(min(left, 1 << 16))):
            left -= len(piece)
            yield piece

    def answer(self, media_type, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    # Streams

    def stream_end(self):
        """When a stream must end, by time.monotonic()."""
        left = STREAM_SECONDS
        try:
            expiry = datetime.fromisoformat(self.headers.get("X-Auth-Expires", ""))
            left = min(left, expiry.timestamp() - time.time())
        except ValueError:
            pass
        return time.monotonic() + left

    def send_events(self):
        """Tells the time; without a beat now and then proxies take a stream for dead."""
        end = self.stream_end()
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.send_header("X-Accel-Buffering", "no")  # nginx would keep it back
        self.end_headers()
        try:
            while time.monotonic() < end:
                self.wfile.write(f"data: {datetime.now():%H:%M:%S}\n\n".encode())
                self.wfile.flush()
                time.sleep(min(BEAT_SECONDS, max(0, end - time.monotonic())))
        except OSError:
            pass

    def serve_websocket(self):
        """Gives back each message (RFC 6455): those of one frame and at most 125 bytes, which is enough to show the way."""
        end = self.stream_end()
        self.close_connection = True
        key = self.headers.get("Sec-WebSocket-Key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.wfile.flush()
        try:
            while (left := end - time.monotonic()) > 0:
                self.connection.settimeout(left)
                kind, message = self.read_frame()
                if kind == 8:
                    break
                if kind in (1, 2):
                    self.send_frame(kind, message)
                elif kind == 9:
                    self.send_frame(10, message)
            self.send_frame(8, struct.pack(">H", 1001))
        except TimeoutError:
            self.send_frame(8, struct.pack(">H", 1001))  # going away: come again
        except (OSError, ValueError):
            pass

    def read_frame(self):
        first, second = self.rfile.read(2) or b"\x88\x80"
        length = second & 127
        if not second & 128 or length > MESSAGE_BYTES_MAX:
            raise ValueError("not a masked frame of at most 125 bytes")
        mask, data = self.rfile.read(4), self.rfile.read(length)
        return first & 15, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))

    def send_frame(self, kind, data):
        try:
            self.wfile.write(bytes([0x80 | kind, len(data)]) + data)
            self.wfile.flush()
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # a connection that its other side has ended


if __name__ == "__main__":
    server = Server((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8082"))), Application)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
