"""Databases on the PostgreSQL server that script/postgres runs, and links to it that can be made to fail."""

import os
import re
import socket
import subprocess
import threading
import uuid
from urllib.parse import urlsplit


def server_url():
    url = os.environ.get("POSTGRES_URL")
    assert url, "POSTGRES_URL is not set: run the tests by script/postgres"
    return url


def psql(url, statement, timeout=30):
    """What a statement answers: rows of texts."""
    result = subprocess.run(
        ["psql", url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-c", statement],
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert result.returncode == 0, result.stderr
    return [tuple(line.split("\x1f")) for line in result.stdout.splitlines()]


class Database:
    """An empty database of its own."""

    def __init__(self):
        self.name = f"test_{uuid.uuid4().hex}"
        psql(server_url(), f"CREATE DATABASE {self.name}")

    @property
    def address(self):
        parts = urlsplit(server_url())
        return parts.hostname, parts.port

    def url(self, port=None):
        """Where it is, or where it is behind a link."""
        host, own = self.address
        return f"postgres://postgres@{host}:{port or own}/{self.name}"

    def query(self, statement, *arguments):
        """Rows, with numbers as numbers and blobs as bytes. The arguments are for the statement's question marks."""
        for argument in arguments:
            literal = f"'\\x{argument.hex()}'" if isinstance(argument, bytes) else f"'{argument}'"
            statement = statement.replace("?", literal, 1)
        return [tuple(map(self.value, row)) for row in psql(self.url(), statement)]

    @staticmethod
    def value(text):
        if re.fullmatch(r"-?\d+", text):
            return int(text)
        if text.startswith("\\x"):
            return bytes.fromhex(text[2:])
        return text or None

    def drop(self):
        psql(server_url(), f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


class Link:
    """A way to the server for one node. It can be cut, or swallow what is sent without a word."""

    def __init__(self, target):
        self.target = target
        self.pairs = set()
        self.mutex = threading.Lock()
        self.is_open = threading.Event()
        self.is_open.set()
        self.refuses = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.refuses:
                client.close()
                continue
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            with self.mutex:
                self.pairs.add((client, server))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(source, sink, (client, server)), daemon=True).start()

    def pump(self, source, sink, pair):
        try:
            while data := source.recv(65_536):
                self.is_open.wait()
                sink.sendall(data)
        except OSError:
            pass
        self.end(pair)

    def end(self, pair):
        with self.mutex:
            self.pairs.discard(pair)
        for end in pair:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def swallow(self):
        """Nothing passes any more, and nobody is told."""
        self.is_open.clear()

    def admit_nobody(self):
        """What there is goes on; whoever comes is refused as by a port that nobody listens at."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def cut(self):
        """Resets what there is, and refuses what comes."""
        self.refuses = True
        for pair in list(self.pairs):
            self.end(pair)

    def mend(self):
        self.refuses = False
        self.is_open.set()

    def close(self):
        self.listener.close()
        self.mend()
        for pair in list(self.pairs):
            self.end(pair)
