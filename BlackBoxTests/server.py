"""A real server process on a free loopback port, with a data directory of its own."""

import atexit
import base64
import ctypes
import functools
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from postgres import Database
from wire import Closed, Connection, request_bytes

REPOSITORY = Path(__file__).resolve().parent.parent
SECRET = "black-box-secret-0123456789-abcdefghijklmnop"
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
START_SECONDS = 20

# Every password of the tests holds this word, so one search finds any of them where it must not be.
PASSWORD_CANARY = "quagga-vellum"
TOKEN_SHAPE = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
SIGNATURE_SHAPE = re.compile(rb"[A-Za-z0-9_-]{43,}")

# Crockford's digits of base32, and those that int() reads.
DIGITS_OF_INT = str.maketrans("0123456789abcdefghjkmnpqrstvwxyz", "0123456789abcdefghijklmnopqrstuv")

# libfaketime takes every timer for one of the wall clock. Those of libdispatch are not: moved with it, they fire again and again.
TIMERS = r"""
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>
int timerfd_settime(int timer, int flags, const struct itimerspec *value, struct itimerspec *old) {
  return syscall(SYS_timerfd_settime, timer, flags, value, old);
}
"""

_libc = ctypes.CDLL(None, use_errno=True)


def executable():
    path = Path(os.environ.get("SESSIOND", REPOSITORY / ".build/debug/sessiond"))
    assert path.is_file(), f"no server at {path}: build it or set SESSIOND"
    return str(path)


def compiled(source, library):
    """Makes a library to be preloaded from C; gives its path."""
    compiler = next(filter(None, map(shutil.which, ("cc", "clang", "gcc"))), None)
    assert compiler, "a C compiler is needed (cc, clang or gcc)"
    command = [compiler, "-shared", "-fPIC", "-o", library, "-x", "c", "-", "-ldl"]
    subprocess.run(command, input=source, text=True, check=True)
    return library


@functools.cache
def timers():
    folder = tempfile.mkdtemp(prefix="timers-")
    atexit.register(shutil.rmtree, folder)
    return compiled(TIMERS, f"{folder}/timers.so")


def die_with_parent():
    _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: no server outlives the tests


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """CPU time of all threads of a process, to the nanosecond (see clock_getcpuclockid)."""
    return time.clock_gettime(~pid << 3 | 2)


def eventually(condition, seconds=10, every=0.02, what="the condition"):
    """Waits until the condition answers something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(every)


class Server:
    """One data directory and the process that serves it, one after the other."""

    is_judged = True  # each of its answers must keep the contract

    def __init__(self, environment=None, faketime=False, arguments=(), start=True):
        self.root = Path(tempfile.mkdtemp(prefix="sessiond-"))
        self.data = self.root / "data"
        self.data.mkdir(mode=0o700)
        self.port = free_port()
        self.settings = {
            "APP_ENV": "development",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "JWT_SECRET": SECRET,
            "REGISTRATION": "open",
            "LOG_FORMAT": "json",
        }
        self.change(environment or {})
        self.database = None
        if os.environ.get("STORAGE") == "postgres" and "DATABASE_URL" not in self.settings:
            self.database = Database()
            self.settings["DATABASE_URL"] = self.database.url()
        self.arguments = list(arguments)
        self.clock = self.root / "clock" if faketime else None
        self.process = None
        self.runs = 0
        self.signatures = set()
        self.secrets = set()  # seeds and recovery codes, in each form that they could be stored in
        self.ahead = 0.0
        self.set_clock(0)
        if start:
            self.start()

    # Settings

    def change(self, environment):
        """Sets settings for the next start; None takes one away."""
        for name, value in environment.items():
            if value is None:
                self.settings.pop(name, None)
            else:
                self.settings[name] = value

    def environment(self):
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        result = inherited | self.settings
        if self.clock:
            result |= {
                "LD_PRELOAD": f"{timers()} {FAKETIME}",
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_NO_CACHE": "1",
                # Else libfaketime sets a variable at its start, which moves the environment, and Swift finds no arguments.
                "FAKETIME_DISABLE_SHM": "1",
                "DONT_FAKE_MONOTONIC": "1",
            }
        return result

    @property
    def secret(self):
        return self.settings["JWT_SECRET"]

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self):
        return f"http://{self.host}"

    # Time

    def set_clock(self, seconds):
        """Moves the server's wall clock so many seconds from the real one. The monotonic clock goes on as it is."""
        if self.clock:
            new = self.clock.with_suffix(".new")
            new.write_text(f"{'+' if seconds >= 0 else '-'}{abs(seconds):.3f}\n")
            new.replace(self.clock)
            self.ahead = seconds

    @property
    def now(self):
        """What the server takes the time for, in seconds since 1970."""
        return time.time() + self.ahead

    def go_on(self, seconds):
        """Moves the server's clock on by so many seconds."""
        self.set_clock(self.ahead + seconds)

    def go_to_step(self, after=1, position=1.0):
        """Moves the server's clock on to so many seconds after the start of a coming step of 30 s; gives the step's number."""
        step = int(self.now // 30) + after
        self.set_clock(step * 30 + position - time.time())
        return step

    # Life

    def launch(self):
        """Starts the process without waiting for it to be ready."""
        self.runs += 1
        with open(self.log_path("out"), "ab") as out, open(self.log_path("err"), "ab") as err:
            self.process = subprocess.Popen(
                [executable(), "serve", *self.arguments],
                env=self.environment(),
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                preexec_fn=die_with_parent,
            )
        return self.process

    def start(self):
        self.launch()
        eventually(self.is_ready, START_SECONDS, what="readiness")
        return self

    def is_ready(self):
        code = self.process.poll()
        assert code is None, f"the server ended with {code}:\n{self.log()[-2000:]}"
        return self.answers("/ready") == 200

    def answers(self, path):
        try:
            with Connection(self.port, timeout=2) as connection:
                connection.send(request_bytes("GET", path, [("Host", self.host)]))
                return connection.read().status
        except (OSError, Closed):
            return None

    @property
    def pid(self):
        return self.process.pid

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def terminate(self, seconds=15):
        """SIGTERM, and the exit code of an orderly end."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        """kill -9: no chance to write anything."""
        self.process.kill()
        self.process.wait(10)

    def restart(self):
        if self.is_alive():
            self.terminate()
        return self.start()

    def close(self):
        """Ends the process, judges what it left behind, and takes the directory away."""
        try:
            if self.is_alive():
                self.terminate()
            self.assert_no_secret_is_written()
        finally:
            if self.is_alive():
                self.kill()
            shutil.rmtree(self.root, ignore_errors=True)
            if self.database:
                self.database.drop()

    # What is left behind

    def log_path(self, stream):
        return self.root / f"log.{stream}"

    def log(self):
        return "".join(
            self.log_path(stream).read_text(errors="replace")
            for stream in ("out", "err")
            if self.log_path(stream).exists()
        )

    def log_lines(self):
        return [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]

    def written(self):
        """Everything the process has written: its logs and every file of its data directory."""
        paths = [self.log_path("out"), self.log_path("err"), *self.data.rglob("*")]
        for path in paths:
            if path.is_file():
                try:
                    yield path.name, path.read_bytes()
                except FileNotFoundError:
                    continue

    def remember(self, token):
        """Notes an issued token, to be looked for in what the process writes."""
        self.signatures.add(token.rpartition(".")[2].encode())

    def remember_seed(self, text):
        """Notes a seed of a second factor, to be looked for likewise."""
        self.secrets |= {text.encode(), base64.b32decode(text), base64.b32decode(text).hex().encode()}

    def remember_recovery_codes(self, codes):
        """Notes the first of a set: all of them are stored alike."""
        bare = codes[0].replace("-", "")
        octets = (int(bare.translate(DIGITS_OF_INT), 32) >> 2).to_bytes(16)  # 26 digits are 130 bits
        self.secrets |= {codes[0].encode(), bare.encode(), bare.upper().encode(), octets, octets.hex().encode()}

    def assert_no_secret_is_written(self):
        for name, content in self.written():
            assert PASSWORD_CANARY.encode() not in content, f"a password stands in {name}"
            assert self.settings.get("JWT_SECRET", SECRET).encode() not in content, (
                f"the signing secret stands in {name}"
            )
            found = TOKEN_SHAPE.search(content)
            assert not found, f"a token stands in {name}: {found and found[0][:12]!r}..."
            known = self.signatures.intersection(SIGNATURE_SHAPE.findall(content))
            assert not known, f"the signature of a token stands in {name}"
            assert not any(secret in content for secret in self.secrets), f"a seed or a recovery code stands in {name}"

    # The database, seen by somebody who has a copy of the file

    def database_path(self):
        for path in sorted(self.data.rglob("*")):
            if path.is_file() and path.open("rb").read(16) == b"SQLite format 3\0":
                return path
        raise AssertionError(f"no SQLite file in {list(self.data.rglob('*'))}")

    def database_copy(self):
        """A copy of the database file with its log, opened; safe at any moment only when the process is dead."""
        original = self.database_path()
        folder = Path(tempfile.mkdtemp(prefix="copy-", dir=self.root))
        for path in original.parent.glob(original.name + "*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, folder / path.name)
        return sqlite3.connect(folder / original.name)

    def query(self, statement, *arguments):
        """Rows of a read-only look at the live database."""
        if self.database:
            return self.database.query(statement, *arguments)
        with sqlite3.connect(f"file:{self.database_path()}?mode=ro", uri=True, timeout=10) as database:
            return database.execute(statement, arguments).fetchall()

    # The operator's command line

    def command(self, *arguments, stdin="", environment=None, timeout=30):
        """Runs the executable with this server's settings."""
        settings = self.environment() | (environment or {})
        return subprocess.run(
            [executable(), *arguments],
            env={name: value for name, value in settings.items() if value is not None},
            cwd=self.root,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            preexec_fn=die_with_parent,
        )


def start_fails(environment, arguments=(), seconds=START_SECONDS):
    """Starts a server that must not come up; returns its exit code and all it said."""
    server = Server(environment, arguments=arguments, start=False)
    try:
        process = server.launch()
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the server started with {environment} {arguments}") from None
        return code, server.log()
    finally:
        if server.is_alive():
            server.kill()
        shutil.rmtree(server.root, ignore_errors=True)


def in_parallel(function, arguments):
    """Calls the function with every argument at once, in threads that start together; the answers in order."""
    arguments = list(arguments)
    barrier = threading.Barrier(len(arguments))

    def call(argument):
        barrier.wait(30)
        return function(argument)

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(call, arguments))
