"""`sessiond doctor` finds what is wrong, says what to mend, tells no secret and changes nothing."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import pytest

from certificates import Authority
from client import Client
from edges import listens
from hooks import SECRET as HOOK_SECRET
from hooks import HookServer
from post_office import PASSWORD, USER, PostOffice
from server import REPOSITORY, SECRET, die_with_parent, eventually, executable, free_port

RANDOM = "qJ2Vx8nT5yKc3WbR7mZpL0sHdUgFeA9iYtN4oBv6"
CITIES = REPOSITORY / ".build/location/city.mmdb"


class Nginx:
    """nginx in front of a server, with a configuration of the test's own; with a certificate it speaks https."""

    def __init__(self, server_port, headers, certificate=None, extra=""):
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        self.folder.chmod(0o711)
        secured = f"ssl_certificate {certificate}.pem; ssl_certificate_key {certificate}.key;" if certificate else ""
        path = self.folder / "nginx.conf"
        path.write_text(f"""
            pid {self.folder}/nginx.pid; daemon off; worker_processes 1;
            events {{ worker_connections 64; }}
            http {{
                access_log off;
                client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
                fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;
                server {{
                    listen 127.0.0.1:{self.port} {"ssl" if certificate else ""};
                    {secured}
                    {extra}
                    location / {{
                        proxy_pass http://127.0.0.1:{server_port};
                        proxy_set_header Host $http_host;
                        {headers}
                    }}
                }}
            }}
        """)
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        self.process = subprocess.Popen(
            [nginx, "-c", str(path), "-e", f"{self.folder}/error.log"], preexec_fn=die_with_parent
        )
        eventually(lambda: listens(self.port), what="nginx")

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


RIGHT = "proxy_set_header X-Forwarded-For $remote_addr; " + " ".join(
    f'proxy_set_header X-Auth-{name} "";' for name in ("User-Id", "Username", "Email", "Session-Id", "Expires")
)


@pytest.fixture
def proxy():
    made = []

    def make(*arguments, **options):
        made.append(Nginx(*arguments, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def examine(server, *arguments, environment=None):
    """The findings by what was looked at, and the exit code."""
    result = server.command("doctor", "--json", *arguments, environment=environment, timeout=60)
    secrets = (SECRET, RANDOM, HOOK_SECRET, PASSWORD, "hunter2")
    assert not any(secret in result.stdout + result.stderr for secret in secrets), result
    return json.loads(result.stdout), result.returncode


def of(findings, subject, state=None):
    return [each for each in findings if each["check"] == subject and (state is None or each["state"] == state)]


def failures(findings):
    return [each for each in findings if each["state"] == "failure"]


# Without a proxy


def test_a_server_that_is_well_is_found_well(own_server):
    server = own_server({"JWT_SECRET": RANDOM})

    findings, code = examine(server)

    assert code == 0 and failures(findings) == []
    assert {each["check"] for each in findings} >= {
        "settings", "secret", "clock", "files", "disk", "storage", "locations", "mail",
    }  # fmt: skip
    assert all((each["mend"] is None) == (each["state"] == "ok") for each in findings)


def test_it_looks_while_the_server_runs_and_while_it_does_not_and_changes_nothing(own_server):
    server = own_server({"JWT_SECRET": RANDOM})
    assert of(examine(server)[0], "storage", "ok")
    assert server.is_alive()
    server.terminate()
    before = sorted(path.name for path in server.data.iterdir())

    findings, code = examine(server)

    assert code == 0 and of(findings, "storage", "ok")
    assert set(before) - {path.name for path in server.data.iterdir()} == set()


def test_where_nothing_is_yet_nothing_is_made(own_server):
    server = own_server({"JWT_SECRET": RANDOM}, start=False)
    shutil.rmtree(server.data)

    findings, code = examine(server)

    assert code == 0 and of(findings, "files", "warning")
    assert not server.data.exists()


def test_people_read_a_line_for_each_and_what_to_mend(own_server):
    server = own_server({"JWT_SECRET": "passwordpassword1234passwordpassword"})

    result = server.command("doctor")

    assert result.returncode == 1
    assert "failure   secret: JWT_SECRET looks like something that can be guessed\n          Make one by" in result.stdout
    assert result.stderr == "sessiond: 1 thing has to be mended\n"


@pytest.mark.parametrize(
    ("settings", "state", "told"),
    [
        ({"PORT": "many"}, "failure", "PORT must be"),
        ({"APP_ENV": "production", "JWT_SECRET": None}, "failure", "JWT_SECRET must be set"),
        ({"APP_ENV": "production", "PUBLIC_URL": "http://example.org"}, "failure", "Secure cookies back over https alone"),
        ({"PUBLIC_URL": "https://example.org"}, "failure", "APP_ENV is development"),
        (
            {"APP_ENV": "production", "PUBLIC_URL": "https://example.org"},
            "failure", "TRUSTED_PROXIES names none",
        ),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "failure", "TRUSTED_PROXIES must be"),
        ({"APP_ENV": "production"}, "warning", "PUBLIC_URL is not set"),
        ({"TRUSTED_PROXYS": "10.0.0.1"}, "warning", "TRUSTED_PROXYS, which is no setting"),
        (
            {"APP_ENV": "production", "PUBLIC_URL": "https://example.org", "TRUSTED_PROXIES": "10.0.0.1"},
            "warning", "the session cookie is called token",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_settings_that_do_not_go_together_are_named(own_server, settings, state, told):
    server = own_server({"JWT_SECRET": RANDOM} | settings, start=False)

    findings, code = examine(server)

    assert [each for each in of(findings, "settings", state) if told in each["finding"]], findings
    assert code == (1 if state == "failure" else 0)


@pytest.mark.parametrize("name", ["", pytest.param("sessions.sqlite", marks=pytest.mark.sqlite), "jwt-secret"])
def test_files_that_others_can_read_are_named(own_server, name):
    server = own_server({"JWT_SECRET": None})
    (server.data / name).chmod(0o644)

    findings, code = examine(server)

    assert code == 1 and [each["finding"] for each in of(findings, "files", "failure")] == [
        f"{server.data / name if name else server.data} can be used by others"
    ]


@pytest.mark.sqlite
def test_a_damaged_file_and_one_of_somebody_else_are_found(own_server, tmp_path):
    server = own_server({"JWT_SECRET": RANDOM})
    server.terminate()
    path = server.database_path()
    # What is damaged must not be read from the log beside it.
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)

    findings, code = examine(server)
    assert code == 1 and of(findings, "storage", "failure")

    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    findings, code = examine(server, environment={"DATABASE_URL": f"sqlite://{other}"})
    assert code == 1 and "another application" in of(findings, "storage", "failure")[0]["finding"]


def test_a_location_file_is_opened(own_server, tmp_path):
    server = own_server({"JWT_SECRET": RANDOM}, start=False)
    (tmp_path / "broken.mmdb").write_bytes(b"no database")

    old, code = examine(server, environment={"GEOIP_DATABASE": str(CITIES)})
    assert code == 0 and "days old" in of(old, "locations", "warning")[0]["finding"]
    broken, code = examine(server, environment={"GEOIP_DATABASE": str(tmp_path / "broken.mmdb")})
    assert code == 1 and "cannot be used" in of(broken, "locations", "failure")[0]["finding"]


# Mail and webhooks


@pytest.mark.parametrize(
    ("password", "trusted", "told"),
    [(PASSWORD, True, None), ("hunter2", True, "Login denied"), (PASSWORD, False, "SSL")],
    ids=["right", "wrong password", "unknown certificate"],
)
def test_mail_is_tried_up_to_the_log_in_and_none_is_sent(own_server, authority, password, trusted, told):
    office = PostOffice(authority.context())
    try:
        settings = {
            "JWT_SECRET": RANDOM,
            "SMTP_URL": f"smtp://{USER}:{password.replace('/', '%2F')}@localhost:{office.port}",
            "MAIL_FROM": "sessions@example.org",
        } | ({"NOTIFY_CA_FILE": str(authority.file)} if trusted else {})
        server = own_server(settings, start=False)

        findings, code = examine(server)

        assert (code, of(findings, "mail")[0]["state"]) == ((1, "failure") if told else (0, "ok")), findings
        assert told is None or told in of(findings, "mail")[0]["finding"]
        assert office.envelopes == [] and office.attempts == (1 if trusted else 0)
    finally:
        office.close()


def test_a_mail_server_that_is_not_there_is_a_failure(own_server):
    server = own_server(
        {
            "JWT_SECRET": RANDOM, "SMTP_URL": f"smtp://localhost:{free_port()}", "MAIL_FROM": "sessions@example.org",
        },
        start=False,
    )  # fmt: skip

    findings, code = examine(server)

    assert code == 1 and of(findings, "mail", "failure")


@pytest.mark.parametrize(
    ("private", "trusted", "state"), [(True, True, "ok"), (False, True, "failure"), (True, False, "failure")]
)
def test_webhooks_are_reached_and_nothing_is_posted(own_server, authority, private, trusted, state):
    receiver = HookServer(authority.context())
    try:
        url = f"https://localhost:{receiver.port}/hunter2"
        settings = {"JWT_SECRET": RANDOM, "WEBHOOKS": url, "WEBHOOK_SECRET": HOOK_SECRET}
        settings |= {"WEBHOOK_PRIVATE_HOSTS": "localhost"} if private else {}
        settings |= {"NOTIFY_CA_FILE": str(authority.file)} if trusted else {}
        server = own_server(settings, start=False)

        findings, code = examine(server)

        assert of(findings, "webhook")[0]["state"] == state and code == (state == "failure"), findings
        assert receiver.hooks == []
    finally:
        receiver.close()


# Through the proxy


def behind(own_server, proxy, headers, trusted="127.0.0.1", **options):
    """A server and what nginx's port makes of it: the address that people type is known before both."""
    server = own_server({"JWT_SECRET": RANDOM, "TRUSTED_PROXIES": trusted})
    nginx = proxy(server.port, headers, **options)
    return server, f"http://127.0.0.1:{nginx.port}"


def test_a_proxy_that_is_right_is_found_right(own_server, proxy):
    server, url = behind(own_server, proxy, RIGHT)

    findings, code = examine(server, "--from", url)

    assert code == 0, findings
    told = [each["finding"] for each in of(findings, "proxy")]
    assert "the server sees 127.0.0.1; an address that was made up is not believed" in told
    assert "X-Auth-* of a client does not get through" in told
    assert all(each["state"] == "ok" for each in of(findings, "proxy")), findings


@pytest.mark.parametrize(
    ("headers", "trusted", "told"),
    [
        ("", "127.0.0.1", "made up in X-Forwarded-For is believed"),
        ('proxy_set_header X-Forwarded-For "";', "127.0.0.1", "made up in X-Real-IP is believed"),
        ('proxy_set_header X-Forwarded-For ""; proxy_set_header X-Real-IP "";', "127.0.0.1", "names no client"),
        (RIGHT, "10.1.2.3", "which TRUSTED_PROXIES does not name"),
    ],
)
def test_a_proxy_that_is_wrong_is_found_wrong(own_server, proxy, headers, trusted, told):
    server, url = behind(own_server, proxy, headers, trusted)

    findings, code = examine(server, "--from", url)

    assert code == 1 and [each for each in failures(findings) if told in each["finding"]], findings


def test_a_proxy_that_lets_identities_through_is_warned_of(own_server, proxy):
    server, url = behind(own_server, proxy, "proxy_set_header X-Forwarded-For $remote_addr;")

    findings, code = examine(server, "--from", url)

    assert code == 0
    assert "x-auth-user-id, x-auth-username of a client gets through" in of(findings, "proxy", "warning")[0]["finding"]


def test_a_proxy_that_takes_the_cookies_away_or_answers_for_the_server_is_found_out(own_server, proxy):
    server, url = behind(
        own_server, proxy, RIGHT + "proxy_hide_header Set-Cookie;",
        extra="location = /api/auth/verify { return 204; }",
    )  # fmt: skip

    findings, code = examine(server, "--from", url)

    assert code == 1
    assert "answers 204 to somebody without a session" in failures(findings)[0]["finding"]
    assert "no cookie was set" in of(findings, "proxy", "warning")[0]["finding"]


def test_who_does_not_answer_and_whose_certificate_is_unknown_is_a_failure(own_server, proxy, authority):
    authority.context()
    server, _ = behind(own_server, proxy, RIGHT)
    secured = proxy(server.port, RIGHT, certificate=authority.folder / "localhost")

    for url in (f"http://127.0.0.1:{free_port()}", f"https://localhost:{secured.port}"):
        findings, code = examine(server, "--from", url)
        assert code == 1 and "does not answer" in of(findings, "proxy", "failure")[0]["finding"]


def trusting(authority, server, *arguments):
    """Runs a command where the system trusts the tests' authority and nobody else: in a mount namespace of its own."""
    script = 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"'
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, str(authority.file), executable(), *arguments],
        env=server.environment(),
        cwd=server.root,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("mode", ["production", "development"])
def test_over_https_the_cookie_must_be_secure_and_http_must_lead_there(own_server, proxy, authority, mode):
    authority.context()
    server = own_server({"JWT_SECRET": RANDOM, "APP_ENV": mode, "TRUSTED_PROXIES": "127.0.0.1"})
    secured = proxy(server.port, RIGHT, certificate=authority.folder / "localhost")

    result = trusting(authority, server, "doctor", "--json", "--from", f"https://localhost:{secured.port}")

    findings = json.loads(result.stdout)
    told = [each["finding"] for each in of(findings, "proxy")]
    assert "http is not served" in told or "http leads to https" in told, result
    if mode == "production":
        assert result.returncode == 0 and "the session cookie has the attributes that it needs" in told, findings
    else:
        assert result.returncode == 1 and any("cookie lacks Secure" in each for each in told), findings


def test_without_a_running_server_the_address_cannot_be_told(own_server, proxy):
    server, url = behind(own_server, proxy, RIGHT)
    elsewhere = own_server({"JWT_SECRET": RANDOM}, start=False)

    findings, code = examine(elsewhere, "--from", url)

    assert code == 0 and "which address it sees cannot be told" in of(findings, "proxy", "warning")[0]["finding"]


def test_strangers_learn_nothing_by_asking_as_the_doctor_does(own_server):
    server = own_server({"JWT_SECRET": RANDOM})
    client = Client(server)

    plain = client.get("/login")
    asked = client.get("/login?doctor=" + "A" * 64)

    assert (plain.status, plain.body) == (asked.status, asked.body)
    assert sorted(name for name, _ in plain.headers) == sorted(name for name, _ in asked.headers)
