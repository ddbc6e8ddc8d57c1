"""PostgreSQL servers of one's own: a primary and its standby, and what happens when the standby takes the primary's place while that goes on."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from client import Client, Person
from postgres import Link, psql
from server import Server, eventually, free_port

OWNER = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
DATABASE, ROLE = "sessions", "sessiond"  # as docs/operations.md has it: a role without privileges


class Instance:
    """One PostgreSQL server in a folder of its own."""

    def __init__(self, folder, name):
        self.folder, self.data, self.port = folder, folder / name, free_port()

    def result(self, program, *arguments):
        programs = os.environ.get("POSTGRES_PROGRAMS")
        assert programs, "POSTGRES_PROGRAMS is not set: run the tests by script/postgres"
        command = [*OWNER, f"{programs}/{program}", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60)

    def run(self, program, *arguments):
        result = self.result(program, *arguments)
        assert result.returncode == 0, result.stdout + result.stderr

    def make(self):
        """Makes and starts it, with the role and the database."""
        arguments = ["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        self.run("initdb", "--pgdata", self.data, *arguments)
        self.start()
        self.sql(f"CREATE ROLE {ROLE} LOGIN")
        self.sql(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def control(self, *arguments):
        self.run("pg_ctl", "--pgdata", self.data, "--wait", "--silent", *arguments)

    def start(self):
        """Starts it, as often as it takes: what one that was killed has left behind may still be in use."""
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1"
        arguments = ["--pgdata", self.data, "--wait", "--silent", "--log", f"{self.data}.log", "--options", options]
        eventually(lambda: self.result("pg_ctl", *arguments, "start").returncode == 0, 60, 0.2, "the database's start")

    def stop(self):
        self.control("--mode", "immediate", "stop")

    def kill(self):
        """kill -9: it writes nothing any more, and what was not flushed is lost with it."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
        for process in (pid, *map(int, children)):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def is_running(self):
        return (self.data / "postmaster.pid").exists()

    @property
    def url(self):
        """What a node connects by."""
        return f"postgres://{ROLE}@127.0.0.1:{self.port}/{DATABASE}"

    def sql(self, statement, database="postgres"):
        return psql(f"postgres://postgres@127.0.0.1:{self.port}/{database}", statement)

    def set(self, name, value):
        self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.sql("SELECT pg_reload_conf()")
        eventually(lambda: self.sql(f"SHOW {name}") == [(value,)], what=f"{name} = {value}")


def folder():
    made = Path(tempfile.mkdtemp(prefix="postgres-"))
    if OWNER:
        shutil.chown(made, "postgres")
    return made


class Single:
    """One server, with the database in it."""

    def __init__(self):
        self.folder = folder()
        self.instance = Instance(self.folder, "primary")
        self.instance.make()

    def close(self):
        if self.instance.is_running():
            self.instance.stop()
        shutil.rmtree(self.folder)


class Replicated:
    """Two servers, the second of which follows the first; each commit waits for it unless told otherwise."""

    def __init__(self, synchronous=True):
        self.folder = folder()
        self.primary, self.standby = Instance(self.folder, "primary"), Instance(self.folder, "standby")
        self.primary.make()
        self.primary.run(
            "pg_basebackup", "--pgdata", self.standby.data, "--host", "127.0.0.1", "--port", str(self.primary.port),
            "--username", "postgres", "--write-recovery-conf", "--checkpoint", "fast",
        )  # fmt: skip
        self.standby.start()
        eventually(lambda: self.primary.sql("SELECT 1 FROM pg_stat_replication"), what="the standby")
        if synchronous:
            self.primary.set("synchronous_standby_names", "*")

    def promote(self):
        self.standby.control("promote")

    def close(self):
        for instance in (self.primary, self.standby):
            if instance.is_running():
                instance.stop()
        shutil.rmtree(self.folder)


class Node:
    """A server process with a link to each of the two."""

    def __init__(self, replicated, settings=None):
        self.links = [Link(("127.0.0.1", each.port)) for each in (replicated.primary, replicated.standby)]
        hosts = ",".join(f"127.0.0.1:{link.port}" for link in self.links)
        self.server = Server({"DATABASE_URL": f"postgres://{ROLE}@{hosts}/{DATABASE}"} | (settings or {}), start=False)

    def status(self, token):
        return Client(self.server).get("/api/auth/verify", cookies=f"token={token}").status

    def close(self):
        if self.server.process and self.server.is_alive():
            self.server.process.send_signal(signal.SIGCONT)
        self.server.close()
        for link in self.links:
            link.close()


class Pair:
    """Two nodes over two servers."""

    def __init__(self, settings=None, synchronous=True):
        self.replicated = Replicated(synchronous)
        self.nodes = [Node(self.replicated, settings) for _ in range(2)]

    def start(self):
        for node in self.nodes:
            node.server.launch()
        for node in self.nodes:
            eventually(node.server.is_ready, 30, what="readiness")
        self.person = Person(self.nodes[0].server).sign_up()
        self.laptop, self.phone = self.person.login(), self.person.login()
        for node in self.nodes:
            assert [node.status(each.token) for each in (self.laptop, self.phone)] == [204, 204]
        return self

    def split(self):
        """The standby takes over and has the second node; the first stays with the old primary, which is cut off and goes on."""
        _, new = self.nodes
        new.links[0].close()
        self.replicated.promote()
        eventually(new.server.is_ready, 30, what="readiness on the new primary")

    def revoke_on_the_new_primary(self):
        revoked = Client(self.nodes[1].server, cookies=self.laptop.jar).revoke(self.phone.session["id"])
        assert revoked.status == 204, revoked

    def statuses_on_the_old_primary(self, seconds=5):
        """What the first node says of the revoked session from now on."""
        end, seen = time.monotonic() + seconds, set()
        while time.monotonic() < end:
            seen.add(self.nodes[0].status(self.phone.token))
        return seen

    def close(self):
        for node in self.nodes:
            node.close()
        self.replicated.close()
