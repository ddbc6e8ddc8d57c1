"""Passes a TCP connection on and keeps the HTTP/1.1 requests in it, byte for byte: what really went over a wire."""

import socket
import threading
from dataclasses import dataclass, field


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    trailers: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        values = self.all(name)
        assert len(values) <= 1, f"{name} occurs {len(values)} times: {values}"
        return values[0] if values else None


def lines_of(head):
    pairs = (line.partition(b":") for line in head.split(b"\r\n") if line)
    return [(name.decode("latin-1"), value.strip().decode("latin-1")) for name, _, value in pairs]


class Tap:
    """Listens on a port of its own in front of another one."""

    def __init__(self, target):
        self.target = target
        self.requests = []  # in the order in which they were complete
        self.bytes_in = 0  # all that came, also of what was not complete
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                outer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(outer,), daemon=True).start()

    def serve(self, outer):
        with outer:
            try:
                inner = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                return
            with inner:
                inner.settimeout(None)
                back = threading.Thread(target=self.copy, args=(inner, outer), daemon=True)
                back.start()
                self.copy(outer, inner, Parser(self.requests))
                back.join()

    def copy(self, source, sink, parser=None):
        try:
            while data := source.recv(65536):
                if parser:
                    self.bytes_in += len(data)
                    # Before it is passed on, so that it is there when the answer is.
                    parser.feed(data)
                sink.sendall(data)
        except OSError:
            pass
        for end, how in ((sink, socket.SHUT_WR), (source, socket.SHUT_RD)):
            try:
                end.shutdown(how)
            except OSError:
                pass


class Parser:
    """Cuts one connection's bytes into requests."""

    def __init__(self, requests):
        self.requests = requests
        self.steps = self.run()
        self.buffer = b""
        next(self.steps)

    def feed(self, data):
        self.buffer += data
        try:
            next(self.steps)
        except StopIteration:
            self.buffer = b""  # no HTTP any more

    def until(self, mark):
        while mark not in self.buffer:
            yield
        found, _, self.buffer = self.buffer.partition(mark)
        return found

    def exactly(self, count):
        while len(self.buffer) < count:
            yield
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def run(self):
        while True:
            first, _, head = (yield from self.until(b"\r\n\r\n")).partition(b"\r\n")
            method, _, rest = first.decode("latin-1").partition(" ")
            request = Request(method, rest.rpartition(" ")[0], lines_of(head))
            if "chunked" in (request.header("transfer-encoding") or "").lower():
                while size := int((yield from self.until(b"\r\n")).split(b";")[0], 16):
                    request.body += (yield from self.exactly(size + 2))[:-2]
                while line := (yield from self.until(b"\r\n")):
                    request.trailers += lines_of(line)
            else:
                request.body = yield from self.exactly(int(request.header("content-length") or "0"))
            self.requests.append(request)
            if request.header("upgrade"):
                return
