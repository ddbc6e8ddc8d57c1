"""Where a log-in came from: looked up in the operator's files, and never a reason to refuse it."""

import os
import re
import shutil

import pytest

from client import Client, Person
from server import REPOSITORY, eventually, start_fails

FIXTURES = REPOSITORY / "Tests/SessionsGeoTests/Fixtures"
CITY, ASN = FIXTURES / "city.mmdb", FIXTURES / "asn.mmdb"

IN_VIENNA = {
    "city": "Vienna",
    "region": "Vienna",
    "country": "Austria",
    "countryCode": "AT",
    "latitude": 48.2084,
    "longitude": 16.3678,
    "accuracyRadius": 20,
    "network": "Danube Telecom",
}


@pytest.fixture(scope="module")
def located(module_server):
    """A server that knows cities and owners of networks."""
    return module_server({"GEOIP_DATABASE": f"{CITY},{ASN}"})


@pytest.fixture(scope="module")
def resident(located):
    return Person(located).sign_up()


def location_of(client):
    (session,) = [each for each in client.sessions() if each["isCurrent"]]
    return session["location"]


def replace(path, source):
    """As an operator should: beside it, and then in its place."""
    new = path.with_suffix(".new")
    if isinstance(source, bytes):
        new.write_bytes(source)
    else:
        shutil.copy(source, new)
    new.replace(path)


def test_a_session_shows_where_it_is(located, resident):
    assert location_of(resident.login(address="203.0.113.7")) == IN_VIENNA


@pytest.mark.parametrize(
    "address, city, country, network",
    [
        ("203.0.113.200", "Graz", "AT", "Danube Telecom"),
        ("198.51.100.4", "Tokyo", "JP", "Edo Net"),
        ("198.51.100.200", "Tokyo", "JP", None),
        ("::ffff:203.0.113.7", "Vienna", "AT", "Danube Telecom"),
        ("2001:db8:1::7", "Berlin", "DE", "Spree Online"),
        ("2001:db8:2::7", None, None, "Spree Online"),
    ],
)
def test_both_kinds_of_addresses_are_looked_up_in_all_files(located, resident, address, city, country, network):
    location = location_of(resident.login(address=address))

    assert (location["city"], location["countryCode"], location["network"]) == (city, country, network)


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "192.168.1.1", "172.16.0.1", "100.64.0.1", "127.0.0.1", "169.254.0.1", "::1", "fd00::1", "fe80::1", "8.8.8.8"],
)  # fmt: skip
def test_an_address_that_is_nowhere_or_unknown_has_no_location(located, resident, address):
    assert location_of(resident.login(address=address)) is None


def test_a_session_that_moves_shows_where_it_is_now(located, resident):
    client = resident.login(address="203.0.113.7")

    client.address = "198.51.100.4"
    client.me()

    assert eventually(lambda: location_of(client)["city"] == "Tokyo")


def test_where_a_session_was_seen_last_stays_with_its_record(own_server):
    server = own_server({"GEOIP_DATABASE": str(CITY)})
    person = Person(server).sign_up()
    person.login(address="203.0.113.7")
    other = person.login(address="198.51.100.4")

    server.change({"GEOIP_DATABASE": None})
    server.restart()

    assert [each["location"] for each in other.sessions()] == [None, IN_VIENNA | {"network": None}]


def test_whoever_made_the_data_is_named_where_it_is_shown(located, resident, person):
    link = re.compile(r'<a href="https://db-ip\.com"[^>]*>IP geolocation by DB-IP</a>')

    assert link.search(resident.login().open("/settings/security").text)
    assert not link.search(Client(located).open("/login").text)
    assert not link.search(person.login().open("/settings/security").text)


# Settings


@pytest.mark.parametrize("kind", ["missing", "empty", "garbage", "directory", "cut off"])
def test_a_file_that_is_no_database_stops_the_start(tmp_path, kind):
    path = tmp_path / "places.mmdb"
    match kind:
        case "empty":
            path.touch()
        case "garbage":
            path.write_bytes(os.urandom(10_000))
        case "directory":
            path.mkdir()
        case "cut off":
            path.write_bytes(CITY.read_bytes()[:-400])

    code, said = start_fails({"GEOIP_DATABASE": f"{CITY},{path}"})

    assert code == 78, said
    assert "GEOIP_DATABASE" in said and str(path) in said and str(CITY) not in said


@pytest.mark.parametrize("value", [",", "/a,", "/a/", ",".join(["/a"] * 9)])
def test_a_malformed_list_of_files_stops_the_start(value):
    code, said = start_fails({"GEOIP_DATABASE": value})

    assert code == 78 and "GEOIP_DATABASE" in said, said


def test_the_files_in_use_are_told_and_can_be_given_as_an_option(own_server):
    server = own_server({"GEOIP_DATABASE": "/nowhere.mmdb"}, start=False)

    told = server.command("config").stdout
    assert "GEOIP_DATABASE=/nowhere.mmdb  (environment)" in told
    told = server.command("config", "--geoip-database", f"{CITY}, relative.mmdb").stdout
    assert f"GEOIP_DATABASE={CITY},{server.root}/relative.mmdb  (command line)" in told


def test_other_commands_do_not_need_the_files(own_server):
    server = own_server({"GEOIP_DATABASE": "/nowhere.mmdb"}, start=False)

    result = server.command("user", "add", "--email", "ada@example.org", "--username", "ada", stdin="quagga-vellum x1y2\n")

    assert result.returncode == 0, result


# Changes


def test_a_new_file_is_taken_up_without_a_restart_and_a_broken_one_is_not(own_server, tmp_path):
    city, asn = tmp_path / "city.mmdb", tmp_path / "asn.mmdb"
    replace(city, CITY)
    replace(asn, ASN)
    server = own_server({"GEOIP_DATABASE": f"{city},{asn}"})
    person = Person(server).sign_up()

    with open(asn, "r+b") as file:
        file.truncate(10)  # In place, which a mapped file would not survive.
    assert location_of(person.login(address="203.0.113.7")) == IN_VIENNA
    replace(city, FIXTURES / "moved.mmdb")
    eventually(lambda: "location_database_opened" in server.log(), 75, every=0.5, what="the next look at the files")
    after = person.login(address="203.0.113.7")

    assert location_of(after)["city"] == "Linz"
    assert location_of(after)["network"] == "Danube Telecom"
    assert server.runs == 1
    (rejected,) = [line for line in server.log_lines() if line.get("event") == "location_database_rejected"]
    assert rejected["level"] == "warning" and rejected["path"] == str(asn) and rejected["reason"]
