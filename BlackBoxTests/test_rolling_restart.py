"""Nodes behind nginx are restarted one after the other, and nobody notices."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections import Counter
from pathlib import Path

import pytest

from client import Client, Person
from postgres import Database
from server import Server, die_with_parent, eventually, free_port

CHECKERS = 4


class Proxy:
    """nginx in front of nodes, as docs/operations.md has it."""

    is_judged = False  # it adds headers of its own

    def __init__(self, port, nodes):
        self.port, self.host = port, f"127.0.0.1:{port}"
        self.remember = nodes[0].remember
        self.folder = tempfile.TemporaryDirectory(prefix="nginx-")
        servers = "\n".join(f"server 127.0.0.1:{node.port} max_fails=0;" for node in nodes)
        folders = "\n".join(
            f"{kind}_temp_path {self.folder.name}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        path = Path(self.folder.name, "nginx.conf")
        path.write_text(f"""
            {"user root;" if os.geteuid() == 0 else ""}
            daemon off;
            worker_processes 1;
            pid {self.folder.name}/nginx.pid;
            error_log {self.folder.name}/error.log;
            events {{}}
            http {{
                access_log off;
                {folders}
                upstream sessiond {{ {servers} keepalive 16; }}
                server {{
                    listen 127.0.0.1:{port};
                    location / {{
                        proxy_pass http://sessiond;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_next_upstream error timeout http_503;
                        proxy_connect_timeout 1s;
                        proxy_read_timeout 15s;
                    }}
                }}
            }}
        """)
        # Debian has it where only root looks.
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert nginx, "nginx is needed"
        command = [nginx, "-c", str(path), "-e", f"{self.folder.name}/error.log"]
        self.process = subprocess.Popen(command, preexec_fn=die_with_parent)

    def is_up(self):
        try:
            return Client(self).get("/health").status == 200
        except OSError:
            return False

    def errors(self):
        return Path(self.folder.name, "error.log").read_text()

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.folder.cleanup()


@pytest.fixture
def cluster():
    """Three nodes and the way to them."""
    database, port = Database(), free_port()
    settings = {"DATABASE_URL": database.url(), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    nodes = [Server(settings, start=False) for _ in range(3)]
    for node in nodes:
        node.launch()
    for node in nodes:
        eventually(node.is_ready, 30, what="readiness")
    proxy = Proxy(port, nodes)
    eventually(proxy.is_up, what="nginx")
    yield nodes, proxy
    proxy.close()
    for node in nodes:
        node.close()
    database.drop()


def test_no_request_fails_while_nodes_are_restarted_one_after_the_other(cluster):
    nodes, proxy = cluster
    person = Person(proxy).sign_up()
    laptop = person.login()
    answers, done = Counter(), threading.Event()

    def check():
        client = Client(proxy, cookies=laptop.jar)
        while not done.is_set():
            answers[client.get("/api/auth/verify").status] += 1

    def log_in_and_out():
        while not done.is_set():
            client = Client(proxy)
            answers["log-in", client.login(person.email, person.password).status] += 1
            answers["log-out", client.logout().status] += 1

    threads = [threading.Thread(target=check) for _ in range(CHECKERS)] + [threading.Thread(target=log_in_and_out)]
    for thread in threads:
        thread.start()
    for node in nodes:
        before = answers.total()
        assert node.terminate() == 0
        node.launch()
        eventually(node.is_ready, 30, what="readiness")
        eventually(lambda before=before: answers.total() > before + 50, what="requests")
    done.set()
    for thread in threads:
        thread.join(30)

    assert set(answers) == {204, ("log-in", 200), ("log-out", 204)}, (answers, proxy.errors()[-2000:])
