"""HTTP/1.1 on a bare socket: sends exactly the bytes it is given and reads exactly one answer.

Nothing is added, corrected or followed, so a test can say what a browser, a proxy or an attacker would put on the wire.
"""

import json
import re
import socket
import time
from dataclasses import dataclass, field

STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})(?: ([^\r\n]*))?\Z")
FIELD_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")


class Closed(Exception):
    """The other side closed the connection before a whole answer had come."""


class Malformed(Exception):
    """The answer is not HTTP/1.1."""


@dataclass
class SetCookie:
    """One Set-Cookie line, its attributes as written."""

    line: str
    name: str = ""
    value: str = ""
    attributes: list[str] = field(default_factory=list)

    def __post_init__(self):
        pair, *attributes = self.line.split("; ")
        self.name, _, self.value = pair.partition("=")
        self.attributes = attributes

    def attribute(self, name):
        for each in self.attributes:
            key, _, value = each.partition("=")
            if key.lower() == name.lower():
                return value
        return None


@dataclass
class Response:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    method: str = "GET"
    path: str = ""

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        values = self.all(name)
        assert len(values) <= 1, f"{name} occurs {len(values)} times: {values}"
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body.decode("utf-8"), object_pairs_hook=without_duplicates)

    @property
    def media_type(self):
        return (self.header("content-type") or "").split(";")[0].strip().lower()

    @property
    def code(self):
        """The stable word of a problem+json answer, None for any other answer."""
        return self.json.get("code") if self.media_type == "application/problem+json" else None

    @property
    def location(self):
        return self.header("location")

    def cookies(self, name="token"):
        return [cookie for cookie in map(SetCookie, self.all("set-cookie")) if cookie.name == name]

    def cookie(self, name="token"):
        found = self.cookies(name)
        assert len(found) <= 1, f"{name} is set {len(found)} times"
        return found[0] if found else None

    def __repr__(self):
        return f"<{self.method} {self.path[:80]} -> {self.status} {self.headers} {self.body[:400]!r}>"


def without_duplicates(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"duplicate keys in an answer: {keys}"
    return dict(pairs)


class Connection:
    """One TCP connection with its read buffer."""

    def __init__(self, port, host="127.0.0.1", source=None, timeout=10):
        self.socket = socket.create_connection(
            (host, port), timeout=timeout, source_address=(source, 0) if source else None
        )
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """Takes in what has come; False at the end of the stream."""
        try:
            data = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self.buffer += data
        return bool(data)

    def take_until(self, mark):
        while mark not in self.buffer:
            if not self.receive():
                raise Closed(repr(self.buffer[:200]))
        found, _, self.buffer = self.buffer.partition(mark)
        return found

    def take(self, count):
        while len(self.buffer) < count:
            if not self.receive():
                raise Closed(f"{len(self.buffer)} of {count} bytes")
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def read_head(self):
        lines = self.take_until(b"\r\n\r\n").split(b"\r\n")
        match = STATUS_LINE.match(lines[0])
        if not match:
            raise Malformed(repr(lines[0][:200]))
        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon or not FIELD_NAME.match(name) or re.search(rb"[\r\n\0]", value):
                raise Malformed(repr(line[:200]))
            headers.append((name.decode("ascii"), value.strip(b" \t").decode("latin-1")))
        return int(match[1]), headers

    def read(self, method="GET", path=""):
        """One final answer; interim ones (1xx) are skipped."""
        while True:
            status, headers = self.read_head()
            if status >= 200:
                break
        response = Response(status, headers, b"", method, path)
        response.body = self.read_body(response)
        return response

    def read_body(self, response):
        if response.method == "HEAD" or response.status in (204, 304):
            return b""
        if (response.header("transfer-encoding") or "").lower() == "chunked":
            return b"".join(self.chunks())
        length = response.header("content-length")
        if length is not None:
            return self.take(int(length))
        while self.receive():
            pass
        body, self.buffer = self.buffer, b""
        return body

    def chunks(self):
        while True:
            size = int(self.take_until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                while self.take_until(b"\r\n"):
                    pass
                return
            chunk = self.take(size)
            if self.take(2) != b"\r\n":
                raise Malformed("chunk without its end")
            yield chunk

    def ends_within(self, seconds):
        """Whether the other side closes (or resets) within so many seconds."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if not self.receive():
                    return True
            except TimeoutError:
                return False
        return False


def raw(port, data, method="GET", source=None, timeout=10, parts=None):
    """Sends bytes as they are and reads one whole answer; None when the connection ends without one.

    What the server has not read by the time it answers is its own affair, so errors in sending are not ours.
    """
    with Connection(port, source=source, timeout=timeout) as connection:
        try:
            for part in parts if parts is not None else [data]:
                connection.send(part)
        except (ConnectionResetError, BrokenPipeError):
            pass
        try:
            target = data.split(b"\r\n")[0].split(b" ")[1:2]
            return connection.read(method, b"".join(target).decode("latin-1"))
        except Closed:
            return None


def request_bytes(method, path, headers=(), body=b""):
    """A request as bytes. Names, values and path may be str (latin-1) or bytes; nothing is added."""

    def octets(value):
        return value if isinstance(value, bytes) else value.encode("latin-1")

    lines = [octets(method) + b" " + octets(path) + b" HTTP/1.1"]
    lines += [octets(name) + b": " + octets(value) for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
