"""Settings: where they come from, and that a wrong one stops the start with a sentence that names it."""

import json
import re
import shutil

import pytest

from client import Client, Person
from server import SECRET, Server, start_fails
from tokens import parts
from wire import raw, request_bytes

WRONG = [
    ("PORT", "http"), ("PORT", "-1"), ("PORT", "65536"), ("PORT", "99999999999999999999"), ("PORT", "80a"),
    ("HOST", "not a host"), ("APP_ENV", "prod"), ("APP_ENV", "Development "), ("REGISTRATION", "yes"), ("REGISTRATION", "OPEN!"),
    ("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud"), ("COOKIE_NAME", "a b"), ("COOKIE_NAME", "a;b"), ("COOKIE_NAME", "a=b"),
    ("COOKIE_DOMAIN", "not a domain"), ("PUBLIC_URL", "sessions.example"), ("PUBLIC_URL", "ftp://x.example"), ("PUBLIC_URL", "https://x.example/path?query"),
    ("DATABASE_URL", "mysql://x"), ("DATABASE_URL", "nonsense"), ("ADMIN_LISTEN", "nonsense"), ("ADMIN_LISTEN", "127.0.0.1:99999"),
    ("TRUSTED_PROXIES", "nonsense"), ("TRUSTED_PROXIES", "0.0.0.0/0"), ("JWT_SECRET", "short"), ("JWT_SECRET_PREVIOUS", "short"),
    ("CLIENT_ADDRESS_HEADER", "nonsense"), ("GEOIP_DATABASE", "/none.mmdb"), ("REAUTH_AFTER", "soon"), ("REAUTH_AFTER", "-1h"),
    ("AUDIT_RETENTION", "off"), ("AUDIT_RETENTION", "1h"), ("ADDRESS_SHORTEN_AFTER", "never"), ("ADDRESS_REMOVE_AFTER", "0d"),
]  # fmt: skip


@pytest.mark.parametrize("name, value", WRONG)
def test_a_wrong_setting_stops_the_start_with_a_sentence_that_names_it(name, value):
    code, said = start_fails({name: value})

    assert code == 78
    assert name in said
    assert not re.search(r"Fatal error|Thread \d+ crashed|Stack dump|\.swift:\d+", said)
    assert SECRET not in said


@pytest.mark.parametrize("name, value", [("PORT", "http"), ("JWT_SECRET", "short"), ("TRUSTED_PROXIES", "::/0")])
def test_the_other_commands_refuse_a_wrong_setting_too(own_server, name, value):
    server = own_server(start=False)

    for command in (["config"], ["user", "list"], ["migrate"]):
        result = server.command(*command, environment={name: value})
        assert result.returncode == 78, (command, result)
        assert name in result.stderr


@pytest.mark.parametrize("cookie_domain", ["example.test", "sub.example.test"])
def test_a_cookie_domain_is_not_combined_with_a_host_cookie(cookie_domain):
    code, said = start_fails({"COOKIE_NAME": "__Host-token", "COOKIE_DOMAIN": cookie_domain})

    assert code == 78
    assert "COOKIE_DOMAIN" in said or "COOKIE_NAME" in said


def test_the_cookie_may_have_another_name(own_server):
    server = own_server({"COOKIE_NAME": "__Host-token"})
    person = Person(server).sign_up()

    response = Client(server).login(person.email, person.password)

    cookie = response.cookie("__Host-token")
    assert sorted(cookie.attributes) == sorted(["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=86400", "Secure"])
    assert response.cookies("token") == []
    server.remember(cookie.value)
    for name, status in (("__Host-token", 200), ("token", 401), ("__host-token", 401), ("__HOST-TOKEN", 401)):
        assert Client(server).me(cookies=f"{name}={cookie.value}").status == status, name


def test_the_settings_in_force_are_told_with_the_secrets_hidden(own_server):
    server = own_server(
        {"JWT_SECRET_PREVIOUS": "an-older-secret-0123456789-abcdefgh", "TRUSTED_PROXIES": "10.0.0.0/8"}, start=False
    )

    result = server.command("config")

    assert result.returncode == 0, result
    for name in ("JWT_SECRET", "DATA_DIR", "HOST", "PORT", "APP_ENV", "TRUSTED_PROXIES", "REGISTRATION"):
        assert name in result.stdout, name
    assert str(server.port) in result.stdout and "10.0.0.0/8" in result.stdout
    assert SECRET not in result.stdout + result.stderr
    assert "an-older-secret" not in result.stdout + result.stderr


def test_the_defaults_are_those_of_production(own_server):
    server = own_server({"APP_ENV": None, "REGISTRATION": None, "HOST": None, "LOG_FORMAT": None}, start=False)

    said = server.command("config").stdout

    assert re.search(r"APP_ENV\W+production", said)
    assert re.search(r"REGISTRATION\W+closed", said)
    assert re.search(r"HOST\W+127\.0\.0\.1", said)


# One file with all of them


@pytest.fixture
def config_file(tmp_path):
    def write(values):
        path = tmp_path / "sessiond.json"
        path.write_text(json.dumps(values))
        path.chmod(0o600)
        return str(path)

    return write


def test_settings_can_stand_in_a_file(own_server, config_file):
    path = config_file({"APP_NAME": "Settings from a file", "REGISTRATION": "closed"})
    server = own_server({"REGISTRATION": None}, arguments=["--config", path])

    assert "Settings from a file" in Client(server).page("/login").text
    assert Client(server).open("/register").status in (403, 404)


def test_the_environment_comes_before_the_file(own_server, config_file):
    path = config_file({"APP_NAME": "from the file"})
    server = own_server({"APP_NAME": "from the environment"}, arguments=["--config", path])

    assert "from the environment" in Client(server).page("/login").text


@pytest.mark.parametrize("name", ["NONSENSE", "JWT_SECRETS", "jwt-secret-x", "SESSION_LIFETIME", "TOKEN_TTL"])
def test_an_unknown_name_in_the_file_stops_the_start(config_file, name):
    code, said = start_fails({}, ["--config", config_file({name: "x"})])

    assert code == 78
    assert name in said


def test_a_file_that_cannot_be_read_stops_the_start(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    for path in (broken, tmp_path / "none.json"):
        code, said = start_fails({}, ["--config", str(path)])
        assert code == 78
        assert path.name in said


def test_a_wrong_value_in_the_file_is_named(config_file):
    code, said = start_fails({"PORT": None}, ["--config", config_file({"PORT": "http"})])

    assert code == 78
    assert "PORT" in said


def test_no_setting_changes_a_lifetime(own_server):
    names = ("SESSION_LIFETIME", "SESSION_TTL", "TOKEN_LIFETIME", "REMEMBER_ME_LIFETIME", "MAX_AGE", "JWT_EXPIRES_IN")
    server = own_server({name: "60" for name in names})

    claims = parts(Person(server).sign_up().login().token)[1]

    assert claims["exp"] - claims["iat"] == 86_400


# The data directory


def test_a_second_server_on_the_same_data_is_refused(own_server):
    server = own_server()
    client = Person(server).sign_up().login()
    second = Server({"DATA_DIR": str(server.data)}, start=False)
    try:
        process = second.launch()
        code = process.wait(20)
        said = second.log()
    finally:
        if second.is_alive():
            second.kill()
        shutil.rmtree(second.root)

    assert code in (1, 69), said
    assert str(server.data) in said or "data directory" in said.lower() or "in use" in said.lower()
    assert client.is_signed_in()


def test_the_lock_of_a_killed_server_is_no_hindrance(own_server):
    server = own_server()
    client = Person(server).sign_up().login()

    server.kill()
    server.start()

    assert client.is_signed_in()


def test_a_data_directory_that_is_none_stops_the_start(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")

    for path in (file, file / "below"):
        code, said = start_fails({"DATA_DIR": str(path)})
        assert code in (69, 78)
        assert "DATA_DIR" in said or str(path) in said


def test_a_missing_data_directory_is_made(own_server):
    server = own_server(start=False)
    server.change({"DATA_DIR": str(server.data / "deeper" / "still")})

    server.start()

    assert (server.data / "deeper" / "still" / "sessiond.sock").exists()
    assert (server.data / "deeper" / "still").stat().st_mode & 0o077 == 0


def test_a_database_elsewhere_is_used(own_server, tmp_path):
    path = tmp_path / "elsewhere.sqlite"
    server = own_server({"DATABASE_URL": f"sqlite://{path}"})
    client = Person(server).sign_up().login()

    server.restart()

    assert client.is_signed_in()
    assert path.read_bytes().startswith(b"SQLite format 3\0")


def test_a_port_in_use_stops_the_start(own_server):
    server = own_server()

    code, said = start_fails({"PORT": str(server.port)})

    assert code in (69, 78)
    assert str(server.port) in said


# Logs


def test_json_logs_are_one_object_a_line(own_server):
    server = own_server()
    Person(server).sign_up().login(user_agent='Evil"}\\n{"event":"fake"}')
    Client(server).get("/api/auth/me")
    server.terminate()

    lines = [line for line in server.log().splitlines() if line.strip()]

    assert lines, "a start and an end are worth a line each"
    for line in lines:
        entry = json.loads(line)
        assert isinstance(entry, dict)
    assert not [line for line in lines if json.loads(line).get("event") == "fake"]


@pytest.mark.parametrize("path", ["/%0a{%22event%22:%22fake%22}", "/\x1b[31mred", "/%1b[31m", "/%e2%80%a8x"])
def test_a_path_writes_no_line_of_its_own(own_server, path):
    server = own_server({"LOG_LEVEL": "trace"})

    raw(server.port, request_bytes("GET", path, [("Host", server.host), ("User-Agent", "x\x1b[31m")]))
    server.terminate()

    assert "\x1b" not in server.log()
    for line in filter(str.strip, server.log().splitlines()):
        assert json.loads(line).get("event") != "fake"


@pytest.mark.parametrize("level", ["trace", "debug"])
def test_no_secret_is_logged_at_any_level(own_server, level):
    server = own_server({"LOG_LEVEL": level})
    person = Person(server).sign_up()
    client = person.login()
    Client(server).login(person.email, person.password + "x")
    client.me()
    Client(server).get(f"/api/auth/me?token={client.token}")
    Client(server).get("/api/auth/me", cookies=f"token={client.token}x")
    raw(
        server.port,
        f"GET /{client.token} HTTP/1.1\r\nHost: {server.host}\r\nCookie: token={client.token}; token=x\r\n\r\n".encode(),
    )
    raw(server.port, f"NONSENSE {client.token}\r\n\r\n".encode())
    client.request(
        "POST",
        "/api/auth/login",
        body=f'{{"password":"{person.password}"',
        headers={"Content-Type": "application/json"},
    )
    client.logout()
    server.terminate()

    server.assert_no_secret_is_written()


def test_text_logs_are_for_people(own_server):
    server = own_server({"LOG_FORMAT": "text"})
    server.terminate()

    assert server.log().strip()
    assert not server.log().lstrip().startswith("{")
