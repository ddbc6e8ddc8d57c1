"""What the benchmarks share: people who log in, requests of a process of its own, and what is made of the times they take."""

import itertools
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "BlackBoxTests"))
os.environ.setdefault("SESSIOND", str(REPOSITORY / ".build/release/sessiond"))

from server import die_with_parent  # noqa: E402
from wire import Connection, request_bytes  # noqa: E402

PASSWORD = "seven green kettles"
CORES = os.cpu_count()
# Enough that a hash is always waiting, and fewer than the 64 a core beyond which the server refuses.
STORM_CONNECTIONS = 16 * CORES
CHECKS_PER_SECOND, CHECK_CONNECTIONS = 2_000, 64
CHECKS_FIRST, STORM_LAST = -10, 19
PATIENCE_SECONDS = 900


def compiled(folder, name, *libraries):
    """The path of a C program, made in the folder."""
    source = REPOSITORY / f"Benchmarks/load/{name}.c"
    command = ["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", source, "-o", f"{folder}/{name}"]
    subprocess.run([*command, *libraries], check=True)
    return f"{folder}/{name}"


# People


_numbers = itertools.count(1)


def new_address():
    """An address that nobody has used yet, of those set apart for benchmarks (198.18.0.0/15)."""
    number = next(_numbers)
    return f"198.{18 + (number >> 16) % 2}.{number >> 8 & 255}.{number & 255}"


def posted(server, path, fields):
    """A request as bytes, from a network of its own: none is close to the failures or accounts that one network may have."""
    body = json.dumps(fields).encode()
    headers = [
        ("Host", server.host),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Sec-Fetch-Site", "same-origin"),
        ("X-Forwarded-For", new_address()),
    ]
    return request_bytes("POST", path, headers, body)


def login_request(server, name, password=PASSWORD):
    return posted(server, "/api/auth/login", {"identifier": name, "password": password})


def check_request(server, token):
    return request_bytes("GET", "/api/auth/verify", [("Host", server.host), ("Cookie", f"token={token}")])


def ask(connection, request, status):
    connection.send(request)
    answer = connection.read()
    if answer.status != status:
        sys.exit(f"not answered as it should be: {answer}")
    return answer


def sign_up(server, names):
    def add(name):
        fields = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
        with Connection(server.port) as connection:
            ask(connection, posted(server, "/api/auth/register", fields), 201)

    with ThreadPoolExecutor(2 * CORES) as pool:
        list(pool.map(add, names))  # raises what was raised


# Load


def starting_at(niceness):
    """What a child does before it starts. A priority above the ordinary needs a privilege; without one it stays ordinary."""

    def prepare():
        die_with_parent()
        try:
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
        except PermissionError:
            pass

    return prepare


class Load:
    """Requests to a server, made by a process of its own; a rate of 0 means as fast as they are answered."""

    program = None  # its path, once it is compiled

    def __init__(self, server, requests, connections, status, rate=0, seconds=PATIENCE_SECONDS, niceness=STORM_LAST):
        arguments = (server.port, connections, rate, seconds, status)
        with tempfile.TemporaryFile() as file:
            for request in requests:
                file.write(struct.pack("=I", len(request)) + request)
            file.seek(0)
            self.process = subprocess.Popen(
                [self.program, *map(str, arguments)],
                stdin=file,
                stdout=subprocess.PIPE,
                preexec_fn=starting_at(niceness),
            )

    def stop(self):
        self.process.terminate()
        return self.results()

    def results(self):
        """Once the process has ended, of each answer in milliseconds: its latency, how late it was asked for, and its moment."""
        output, _ = self.process.communicate(timeout=PATIENCE_SECONDS + 60)
        if self.process.returncode:
            sys.exit("the load was not answered as it should be")
        return [tuple(int(each) / 1e6 for each in line.split()) for line in output.splitlines()]


@contextmanager
def storm(server, requests, connections):
    """Log-ins as fast as they are answered, until the end; then the list that is handed out has how many a second there were."""
    load, started, rate = Load(server, requests, connections, 200), time.monotonic(), []
    try:
        time.sleep(1)
        yield rate
    except BaseException:
        load.process.kill()
        raise
    rate.append(len(load.stop()) / (time.monotonic() - started))


# Figures


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def interleaved(works, rounds):
    """What each has returned, in turns, and each first as often as the other."""
    taken = {name: [] for name in works}
    for number in range(rounds):
        for name in list(works)[:: 1 if number % 2 == 0 else -1]:
            taken[name].append(works[name]())
    return taken


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"
