"""Nodes over one PostgreSQL, and everything that can be done to them."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "BlackBoxTests"))

from postgres import Database, Link, psql  # noqa: E402
from server import Server, die_with_parent, executable  # noqa: E402

LEASE_NAME = b"sessiond lease"
FAULT_SYMBOL = b"5FaultO9requested"  # Fault.requested, which no other build has

# How long after a fault a node may still be on its way back: an expulsion, and the wait for its old leases.
RECOVERY_SECONDS = 4


class SlowLink(Link):
    """A link that can be slow as well, to the connection of the lease or to all others."""

    def __init__(self, target):
        super().__init__(target)
        self.leases = set()
        self.delays = {True: 0.0, False: 0.0}  # by whether it is the connection of the lease

    def delay(self, seconds, lease_seconds=None):
        self.delays = {True: seconds if lease_seconds is None else lease_seconds, False: seconds}

    def mend(self):
        super().mend()
        self.delay(0)

    def pump(self, source, sink, pair):
        if source is pair[0]:
            source = Startup(source, lambda: self.leases.add(pair))
        super().pump(source, Slow(sink, lambda: self.delays[pair in self.leases]), pair)

    def end(self, pair):
        super().end(pair)
        self.leases.discard(pair)


class Startup:
    """A client's end that tells when what it says first names the lease."""

    def __init__(self, end, notice):
        self.end, self.notice, self.chunks = end, notice, 0

    def recv(self, size):
        data = self.end.recv(size)
        self.chunks += 1
        if self.chunks <= 3 and LEASE_NAME in data:
            self.notice()
        return data


class Slow:
    """An end that takes what is sent to it with a delay."""

    def __init__(self, end, delay):
        self.end, self.delay = end, delay

    def sendall(self, data):
        if seconds := self.delay():
            time.sleep(seconds)
        self.end.sendall(data)


class RemoteLink:
    """A link in a process of its own, so that the load does not slow it down."""

    def __init__(self, target):
        context = multiprocessing.get_context("fork")
        self.pipe, other = context.Pipe()
        self.mutex = threading.Lock()
        self.process = context.Process(target=self.serve, args=(target, other), daemon=True)
        self.process.start()
        self.port = self.pipe.recv()

    @staticmethod
    def serve(target, pipe):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        die_with_parent()
        link = SlowLink(target)
        pipe.send(link.port)
        while True:
            try:
                name, *arguments = pipe.recv()
            except EOFError:
                return
            getattr(link, name)(*arguments)
            pipe.send(None)

    def do(self, name, *arguments):
        with self.mutex:
            self.pipe.send((name, *arguments))
            self.pipe.recv()

    def close(self):
        self.process.terminate()
        self.process.join()


class Node:
    """A server process, its link, and what is being done to them."""

    def __init__(self, number, database, environment):
        self.number = number
        self.link = RemoteLink(database.address)
        self.server = Server({"DATABASE_URL": database.url(self.link.port), **environment}, start=False)
        self.faults = 0
        self.well_since = time.monotonic()
        self.is_down = True  # killed, or not ready yet: its end is no surprise
        self.is_paused = False

    def is_well(self, seconds=RECOVERY_SECONDS):
        return self.faults == 0 and time.monotonic() - self.well_since > seconds

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            self.server.process.send_signal(number)

    def pause(self):
        self.is_paused = True
        self.signal(signal.SIGSTOP)

    def go_on(self):
        self.is_paused = False
        self.signal(signal.SIGCONT)

    def is_stopped(self):
        with contextlib.suppress(OSError):
            return Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
        return False


class Cluster:
    """The nodes, the database, and the PostgreSQL server below."""

    def __init__(self, environments, stops=(0.2, 5.0), generator=None):
        self.database = Database()
        self.nodes = [Node(number, self.database, environment) for number, environment in enumerate(environments)]
        self.shortest_stop, self.longest_stop = stops
        self.generator = generator
        self.stopping = threading.Event()
        self.faults = 0
        self.calm_since = time.monotonic()
        self.mutex = threading.Lock()
        self.self_stops = 0
        self.deaths = []
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        # A process ends with the thread that has started it: this one stays.
        self.launcher = ThreadPoolExecutor(1)

    def start(self):
        for node in self.nodes:
            self.launch(node)
        for node in self.nodes:
            self.wait_until_ready(node)
        self.watcher.start()
        return self

    def close(self):
        self.stopping.set()
        if self.watcher.is_alive():
            self.watcher.join()
        for node in self.nodes:
            node.link.do("mend")
            node.go_on()
        for node in self.nodes:
            if "SESSIOND_FAULTS" in node.server.settings:
                self.kill(node)  # It might stop itself on its way out.
            node.server.close()
            node.link.close()
        self.database.drop()

    def sleep(self, seconds):
        """Whether the run goes on after so many seconds."""
        return not self.stopping.wait(seconds)

    # What is going on

    @contextlib.contextmanager
    def trouble(self, nodes):
        """While something is done to these nodes."""
        with self.mutex:
            self.faults += 1
            for node in nodes:
                node.faults += 1
        try:
            yield
        finally:
            with self.mutex:
                self.faults -= 1
                self.calm_since = time.monotonic()
                for node in nodes:
                    node.faults -= 1
                    node.well_since = self.calm_since

    def is_calm(self):
        return self.faults == 0 and time.monotonic() - self.calm_since > RECOVERY_SECONDS

    def some_node(self, generator):
        """A node to talk to; seldom one that does not answer."""
        well = [node for node in self.nodes if node.faults == 0]
        return generator.choice(well if well and generator.random() < 0.9 else self.nodes)

    # Nodes

    def wait_until_ready(self, node, seconds=60):
        """Starts it again when it gives up, as whoever supervises it would."""
        deadline = time.monotonic() + seconds
        while node.server.answers("/ready") != 200:
            assert time.monotonic() < deadline, f"node {node.number} is not ready:\n{node.server.log()[-2000:]}"
            if node.is_stopped() and not node.is_paused:
                node.signal(signal.SIGCONT)
            if not node.server.is_alive():
                self.launch(node)
            time.sleep(0.05)
        node.is_down = False

    def kill(self, node):
        node.is_down = True
        node.server.kill()

    def launch(self, node):
        self.launcher.submit(node.server.launch).result()

    def restart(self, node):
        self.launch(node)
        self.wait_until_ready(node)

    def watch(self):
        """Lets processes go on that have stopped themselves, and notes those that have died by themselves."""
        due = {}
        while self.sleep(0.02):
            for node in self.nodes:
                if not node.server.is_alive():
                    if not node.is_down:
                        node.is_down = True
                        self.deaths.append(self.obituary(node))
                        threading.Thread(target=self.restart, args=(node,), daemon=True).start()
                elif node.number in due:
                    if time.monotonic() >= due[node.number][0]:
                        due.pop(node.number)[1].close()
                        if not node.is_paused:
                            node.signal(signal.SIGCONT)
                elif node.is_stopped() and not node.is_paused:
                    self.self_stops += 1
                    trouble = contextlib.ExitStack()
                    trouble.enter_context(self.trouble([node]))
                    due[node.number] = (time.monotonic() + self.stop_seconds(), trouble)

    @staticmethod
    def obituary(node):
        """How a node ended. What it has written is kept in a file."""
        log = node.server.log()
        with tempfile.NamedTemporaryFile("w", prefix="fault-test-", suffix=".log", delete=False) as file:
            file.write(log)
        _, found, crash = log.rpartition("crashed:")
        end = crash[:1000] if found else log[-1000:]
        return f"node {node.number}, code {node.server.process.poll()}, {file.name}\n{end}"

    def stop_seconds(self):
        return self.shortest_stop + (self.longest_stop - self.shortest_stop) * self.generator.random() ** 2

    def start_anew(self):
        """kill -9 of all there is; then everything is started again, without faults."""
        for node in self.nodes:
            node.link.do("mend")
            node.server.change({"SESSIOND_FAULTS": None})
            self.kill(node)
        self.kill_postmaster()
        self.start_postmaster()
        for node in self.nodes:
            self.restart(node)

    # PostgreSQL

    def query(self, statement):
        """Rows of texts, past all links; none while the server is down."""
        try:
            return psql(self.database.url(), statement)
        except (AssertionError, subprocess.TimeoutExpired):
            return []

    def backends(self, condition):
        found = self.query(
            f"SELECT pid FROM pg_stat_activity WHERE datname = '{self.database.name}' AND pid <> pg_backend_pid() "
            f"AND backend_type = 'client backend' AND {condition}"
        )
        return [int(row[0]) for row in found]

    def terminate_backends(self, condition):
        self.query(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.database.name}' "
            f"AND pid <> pg_backend_pid() AND {condition}"
        )

    def kill_postmaster(self):
        os.kill(int(Path(os.environ["POSTGRES_DATA"], "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def start_postmaster(self):
        """Starts it, as often as it takes: what the last one has left behind may still be in use."""
        data, programs = os.environ["POSTGRES_DATA"], os.environ["POSTGRES_PROGRAMS"]
        command = [
            f"{programs}/pg_ctl",
            "--pgdata",
            data,
            "--log",
            f"{data}/../server.log",
            "--wait",
            "--silent",
            "start",
        ]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        deadline = time.monotonic() + 60
        while subprocess.run(command, cwd=data, stdin=subprocess.DEVNULL, capture_output=True).returncode:
            assert time.monotonic() < deadline, "PostgreSQL does not start again"
            time.sleep(0.2)


def has_fail_points():
    """Whether the server was built with the package trait FaultInjection."""
    return FAULT_SYMBOL in Path(executable()).read_bytes()
