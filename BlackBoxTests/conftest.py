"""Tests of a real server process, from outside: over HTTP, on the command line, in a browser.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/pytest

SESSIOND names the executable (default: .build/debug/sessiond of this repository), CRASH_ROUNDS how often test_crash.py and
test_crash_postgres.py kill (default 20 and 10), STORAGE=postgres puts each server on a
database of its own. Needed besides: Chromium at /usr/bin/chromium, libfaketime, nginx, Caddy, HAProxy, curl, jq, a C compiler.

One shared server serves everything that leaves it as it was; where something is destroyed, a test makes servers of its own.
"""

import pytest

from certificates import Authority
from client import Client, Person
from post_office import PASSWORD, PostOffice
from server import Server


@pytest.fixture(scope="session")
def shared_server():
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="module")
def server(shared_server):
    """The shared server. After each file it must be the very process it was, and have written no secret."""
    pid = shared_server.pid
    yield shared_server
    assert shared_server.is_alive() and shared_server.pid == pid, f"the server died:\n{shared_server.log()[-2000:]}"
    assert shared_server.runs == 1
    shared_server.assert_no_secret_is_written()


@pytest.fixture
def own_server():
    """Makes servers for one test and ends them with it."""
    made = []

    def make(environment=None, **options):
        server = Server(environment, **options)
        made.append(server)
        return server

    yield make
    for server in made:
        server.close()


@pytest.fixture(scope="module")
def module_server():
    """Makes servers for one file and ends them with it."""
    made = []

    def make(environment=None, **options):
        server = Server(environment, **options)
        made.append(server)
        return server

    yield make
    for server in made:
        server.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Whose certificates the servers trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def office(authority):
    """A post office with a certificate."""
    office = PostOffice(authority.context())
    yield office
    office.close()


@pytest.fixture
def mailing(own_server, authority):
    """Makes servers that hand mail in to a post office."""

    def make(office, password=PASSWORD, trusted=True, **options):
        return own_server(office.settings(authority, password, trusted), **options)

    return make


@pytest.fixture
def client(server):
    """A browser that is nobody's yet."""
    return Client(server)


@pytest.fixture
def person(server):
    """Somebody with an account and no session."""
    return Person(server).sign_up()


@pytest.fixture
def other(server):
    """Somebody else."""
    return Person(server).sign_up()


@pytest.fixture
def browser_client(person):
    """A browser of `person`, signed in."""
    return person.login()


def pytest_collection_modifyitems(items):
    """test_expiry.py goes first, since it begins what takes minutes in the background; what judges the whole run goes last."""
    items.sort(key=lambda item: (item.get_closest_marker("last") is not None, item.path.name != "test_expiry.py"))


def pytest_configure(config):
    config.addinivalue_line("markers", "last: runs after everything else")
    config.addinivalue_line("markers", "sqlite: reads the database's file")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: a skipped test proves nothing"
    return report
