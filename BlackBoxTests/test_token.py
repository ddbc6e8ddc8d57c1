"""The token: what it says, and that nothing but an issued one, unchanged, is accepted."""

import hashlib
import json
import re
import time

import jwt
import pytest

from client import Client, Person
from contract import assert_problem, instant, judge
from server import SECRET
from tokens import compact, decode, encode, mac, parts, sign, spellings
from wire import raw, request_bytes

CLAIMS = {"sub", "sid", "jti", "ep", "auth_time", "amr", "iat", "exp", "iss", "aud"}


@pytest.fixture(scope="module")
def owner(server):
    return Person(server).sign_up()


@pytest.fixture(scope="module")
def holder(owner):
    """A signed-in browser whose session no test of this file ends."""
    return owner.login()


@pytest.fixture(scope="module")
def issued(holder):
    return parts(holder.token)


def assert_refused(server, token, codes=("token_invalid",)):
    """The token opens nothing: not by cookie, not by Bearer, not for a reverse proxy."""
    cookie = b"token=" + (token if isinstance(token, bytes) else token.encode("latin-1"))
    bearer = b"Bearer " + (token if isinstance(token, bytes) else token.encode("latin-1"))
    for path in ("/api/auth/me", "/api/auth/verify"):
        for field in (("Cookie", cookie), ("Authorization", bearer)):
            response = raw(server.port, request_bytes("GET", path, [("Host", server.host), field]))
            judge(response)
            assert_problem(response, status=401)
            assert response.json["code"] in codes, response
            assert response.all("set-cookie") == []


# What it says


def test_an_independent_library_verifies_the_token(holder, server):
    header = jwt.get_unverified_header(holder.token)
    unverified = jwt.decode(holder.token, options={"verify_signature": False})

    claims = jwt.decode(
        holder.token,
        SECRET,
        algorithms=["HS256"],
        audience=unverified["aud"],
        issuer="sessiond",
        options={"require": sorted(CLAIMS)},
    )

    assert set(header) == {"alg", "typ", "kid"}
    assert (header["alg"], header["typ"]) == ("HS256", "JWT")
    assert isinstance(header["kid"], str) and header["kid"]
    assert SECRET not in header["kid"]
    assert set(claims) == CLAIMS


def test_the_claims_are_those_of_the_session(holder, issued):
    _, claims, _ = issued
    session = holder.me().json["session"]
    created = instant(session["createdAt"])

    assert claims["sub"] == holder.user["id"]
    assert claims["sid"] == session["id"]
    assert claims["iss"] == "sessiond"
    assert isinstance(claims["aud"], str) and len(claims["aud"]) >= 16
    assert isinstance(claims["amr"], list) and claims["amr"] == ["pwd"]
    for name in ("iat", "exp", "auth_time", "ep"):
        assert type(claims[name]) is int, (name, claims[name])
    assert claims["exp"] - claims["iat"] == 86_400
    assert abs(claims["iat"] - created) <= 1
    assert abs(claims["auth_time"] - created) <= 1


def test_a_remembered_token_lives_2592000_seconds(owner):
    _, claims, _ = parts(owner.login(remember=True).token)

    assert claims["exp"] - claims["iat"] == 2_592_000


def test_the_token_holds_no_personal_data(server):
    person = Person(server).sign_up()
    client = person.login(user_agent="Peculiar-Agent/1.0", address="203.0.113.77")

    readable = b" ".join(decode(segment) for segment in client.token.split(".")[:2]).decode().lower()

    for personal in (person.email, person.username, "example.org", "peculiar", "203.0.113", person.password.lower()):
        assert personal not in readable


def test_each_token_has_an_id_of_its_own(owner):
    issued = [parts(owner.login().token)[1] for _ in range(20)]

    assert len({claims["jti"] for claims in issued}) == 20
    assert len({claims["sid"] for claims in issued}) == 20
    assert len({claims["aud"] for claims in issued}) == 1


def test_our_forger_makes_the_issued_token_from_its_own_parts(holder):
    header, payload, _ = holder.token.split(".")

    assert sign(header, payload, SECRET) == holder.token  # so what is refused below is refused for what was changed


# Bearer and cookie


def test_a_bearer_token_is_accepted(server, holder):
    response = Client(server).me(bearer=holder.token)

    assert response.json["session"]["id"] == holder.session["id"]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_the_scheme_is_heard_in_every_case(server, holder, scheme):
    assert Client(server).me(headers={"Authorization": f"{scheme} {holder.token}"}).status == 200


@pytest.mark.parametrize(
    "value", ["Basic dXNlcjpwYXNz", "Digest x", "Token {token}", "{token}", "Bearer", "Bearer ", ""]
)
def test_any_other_authorization_opens_nothing(server, holder, value):
    response = Client(server).me(headers={"Authorization": value.format(token=holder.token)})

    assert response.status == 401, response
    assert response.json["code"] in ("session_missing", "token_invalid")


@pytest.mark.parametrize(
    "value", ["Bearer {token} x", "Bearer {token},", "Bearer {token}, Bearer {token}", "Bearer {token};"]
)
def test_a_bearer_token_with_something_behind_it_is_refused(server, holder, value):
    response = Client(server).me(headers={"Authorization": value.format(token=holder.token)})

    assert response.status in (400, 401), response


def test_the_same_token_by_cookie_and_bearer_is_accepted(server, holder):
    assert holder.me(bearer=holder.token).status == 200


def test_two_different_tokens_at_once_are_ambiguous(server, owner, holder):
    second = owner.login()

    for bearer in (second.token, "garbage", holder.token[:-1]):
        response = holder.me(bearer=bearer)
        assert_problem(response, "ambiguous_credentials", 400)
        assert response.all("set-cookie") == []


def test_two_authorization_lines_are_refused(server, holder):
    lines = [("Host", server.host)] + [("Authorization", f"Bearer {holder.token}")] * 2

    response = raw(server.port, request_bytes("GET", "/api/auth/me", lines))

    assert response.status in (400, 401), response


@pytest.mark.parametrize("path", ["/api/auth/me?token={}", "/api/auth/me?access_token={}", "/api/auth/verify?token={}"])
def test_a_token_in_the_address_opens_nothing(server, holder, path):
    response = Client(server).get(path.format(holder.token))

    assert_problem(response, "session_missing", 401)


@pytest.mark.parametrize("name", ["X-Auth-Token", "X-Access-Token", "X-Session-Token", "Proxy-Authorization", "Token"])
def test_a_token_in_another_header_opens_nothing(server, holder, name):
    response = Client(server).me(headers={name: f"Bearer {holder.token}"})

    assert_problem(response, "session_missing", 401)


def test_a_token_in_the_body_opens_nothing(server, holder):
    response = Client(server).post("/api/sessions/revoke-others", {"token": holder.token})

    assert_problem(response, "session_missing", 401)


# verify, for reverse proxies

IDENTITY = ["X-Auth-User-Id", "X-Auth-Username", "X-Auth-Email", "X-Auth-Session-Id", "X-Auth-Expires"]


def test_verify_tells_a_reverse_proxy_who_it_is(holder):
    response = holder.get("/api/auth/verify")
    session = holder.me().json["session"]

    assert response.status == 204
    assert response.header("X-Auth-User-Id") == holder.user["id"]
    assert response.header("X-Auth-Username") == holder.user["username"]
    assert response.header("X-Auth-Email") == "-"
    assert response.header("X-Auth-Session-Id") == holder.session["id"]
    assert response.header("X-Auth-Expires") == session["expiresAt"]
    for name in IDENTITY:
        assert re.fullmatch(r"[\x20-\x7e]+", response.header(name)), name


def test_verify_sees_bearer_only_without_a_cookie(server, owner, holder):
    second = owner.login()

    by_bearer = Client(server).get("/api/auth/verify", bearer=second.token)
    by_cookie = holder.get("/api/auth/verify", bearer=second.token)

    assert by_bearer.header("X-Auth-Session-Id") == second.session["id"]
    assert by_cookie.status == 204 and by_cookie.header("X-Auth-Session-Id") == holder.session["id"]


@pytest.mark.parametrize(
    "cookie",
    ["", "token=", "token=x", "token=a.b.c", "token={t}; token={t}", "token={t}; token=x", "tokens={t}", "token={t}x"],
)
def test_verify_answers_401_and_never_400(server, holder, cookie):
    response = Client(server).get("/api/auth/verify", cookies=cookie.format(t=holder.token))

    assert_problem(response, status=401)
    assert all(response.header(name) is None for name in IDENTITY)
    assert response.all("set-cookie") == []


def test_verify_ignores_identity_headers_sent_to_it(server, holder):
    names = IDENTITY + ["X_Auth_User_Id", "Remote-User", "X-Forwarded-User", "X-Original-URL", "X-Forwarded-Uri"]
    stranger = Client(server).get("/api/auth/verify", headers={name: holder.user["id"] for name in names})
    known = holder.get("/api/auth/verify", headers={name: "forged" for name in names})

    assert stranger.status == 401
    assert known.header("X-Auth-User-Id") == holder.user["id"]


def test_verify_redirects_to_the_login_page_only_when_asked(server, holder):
    redirected = Client(server).get("/api/auth/verify?redirect=1")

    assert redirected.status == 302
    assert re.match(r"(http://127\.0\.0\.1:\d+)?/login(\?|$)", redirected.location)
    assert Client(server).get("/api/auth/verify?redirect=0").status == 401
    assert holder.get("/api/auth/verify?redirect=1").status == 204


@pytest.mark.parametrize(
    "headers, query",
    [
        ({"X-Forwarded-Uri": "/a?b=c&d=%2F"}, "?next=%2Fa%3Fb%3Dc%26d%3D%252F"),
        ({"X-Forwarded-Uri": "/a", "X-Forwarded-Method": "HEAD"}, "?next=%2Fa"),
        ({"X-Forwarded-Uri": "/a", "X-Forwarded-Method": "POST"}, ""),
        ({"X-Forwarded-Uri": "//evil.example"}, ""),
        ({"X-Forwarded-Uri": "https://evil.example/"}, ""),
        ({"X-Forwarded-Uri": "/" + "a" * 1024}, ""),
    ],
)
def test_verify_leads_back_to_the_page_that_a_trusted_proxy_names(server, headers, query):
    assert Client(server).get("/api/auth/verify?redirect=1", headers=headers).location.endswith(f"/login{query}")


@pytest.mark.parametrize("host", ["other.example", "other.example:8443", "[::1]:80", "UPPER.example", "localhost"])
def test_verify_health_and_ready_accept_any_host(server, holder, host):
    assert holder.get("/api/auth/verify", headers={"Host": host}).status == 204
    assert holder.get("/health", headers={"Host": host}).status == 200
    assert holder.get("/ready", headers={"Host": host}).status == 200


def test_the_user_agent_opens_nothing(server):
    for agent in ("kube-probe/1.30", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "curl/8"):
        assert Client(server, user_agent=agent).get("/api/auth/verify").status == 401


# Forged


def test_every_flipped_bit_makes_it_invalid(server, holder):
    token = holder.token.encode()
    client = Client(server)
    statuses = {}

    for position in range(len(token)):
        for bit in range(8):
            changed = bytearray(token)
            changed[position] ^= 1 << bit
            request = request_bytes(
                "GET", "/api/auth/verify", [("Host", server.host), (b"Cookie", b"token=" + bytes(changed))]
            )
            try:
                response = client.exchange(request, "GET", "/api/auth/verify")
            except (ConnectionError, OSError):
                client.disconnect()
                continue
            statuses[response.status] = statuses.get(response.status, 0) + 1

    client.disconnect()
    assert set(statuses) <= {400, 401}, statuses
    assert statuses[401] > 7 * len(token) * 0.8
    assert holder.get("/api/auth/verify").status == 204


def spelled_differently(token):
    header, payload, signature = token.split(".")
    yield from (f"{header}.{payload}.{each}" for each in spellings(signature))
    yield from (f"{header}.{each}.{signature}" for each in spellings(payload))
    yield from (f"{each}.{payload}.{signature}" for each in spellings(header))
    for mark in ("=", "==", "%3D", "."):
        yield token + mark
        yield f"{header}{mark}.{payload}.{signature}"
    yield token.replace("-", "+").replace("_", "/") if re.search("[-_]", token) else token + "+"
    yield f"{header}.{payload}.{signature}A"
    yield f"{header}.{payload}.{signature[:-1]}"
    yield f"{header}.{payload}"
    yield f"{header}.{payload}."
    yield f"{header}..{signature}"
    yield f".{payload}.{signature}"
    yield ".."
    yield "..."
    yield f"{header}.{payload}.{signature}.{signature}"
    yield f"{header}.{payload}.{signature}.x.y"
    yield f'"{token}"'
    yield token[:40] + " " + token[40:]
    yield token[:40] + "\t" + token[40:]
    yield token.upper()
    yield json.dumps({"protected": header, "payload": payload, "signature": signature}, separators=(",", ":")).replace(
        ",", "%2C"
    )
    yield f"{header}.{encode(decode(payload) + b' ')}.{signature}"


def test_any_other_spelling_of_a_token_is_refused(server, owner):
    client = owner.login()

    variants = list(spelled_differently(client.token))
    assert client.token not in variants
    for variant in variants:
        for lines in ([("Cookie", f"token={variant}")], [("Authorization", f"Bearer {variant}")]):
            response = raw(server.port, request_bytes("GET", "/api/auth/verify", [("Host", server.host), *lines]))
            assert response.status == 401, (variant, response)
    assert client.is_signed_in()


def test_no_spelling_revives_a_revoked_token(server, owner, holder):
    client = owner.login()
    assert holder.revoke(client.session["id"]).status == 204

    for variant in [client.token, *spelled_differently(client.token)]:
        response = Client(server).get("/api/auth/verify", cookies=f"token={variant}")
        assert response.status == 401, (variant, response)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "hs256", "HS256 ", None, 1, ["HS256"], {"HS256": 1}, "absent"])  # fmt: skip
def test_any_other_algorithm_is_refused(server, holder, issued, alg):
    header = dict(issued[0], alg=alg)
    if alg == "absent":
        del header["alg"]
    payload = holder.token.split(".")[1]
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(str(alg), hashlib.sha256)

    assert_refused(server, sign(header, payload, SECRET, digest))
    assert_refused(server, f"{encode(compact(header))}.{payload}.")


@pytest.mark.parametrize(
    "change",
    [
        {"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"jku": "http://127.0.0.1:9/keys"}, {"x5u": "http://127.0.0.1:9/"},
        {"jwk": {"kty": "oct", "k": "eA"}}, {"x5c": ["eA=="]}, {"zip": "DEF"}, {"typ": "jwt"}, {"typ": "at+jwt"}, {"typ": 1},
        {"typ": "session+jwt"}, {"cty": "JWT"}, {"extra": 1}, {"kid": ""}, {"kid": "unknown"}, {"kid": "../../../../dev/null"},
        {"kid": "' OR 1=1 --"}, {"kid": 0}, {"kid": None}, {"kid": ["a"]}, {"kid": "k\x00"}, {"kid": "x" * 3000}, {"typ": "absent"}, {"kid": "absent"},
    ],
    ids=lambda change: "-".join(f"{key}={str(value)[:16]!r}" for key, value in change.items()),
)  # fmt: skip
def test_any_other_header_is_refused_though_signed_with_our_secret(server, holder, issued, change):
    header = {key: value for key, value in (issued[0] | change).items() if value != "absent"}

    assert_refused(server, sign(header, holder.token.split(".")[1], SECRET))


def test_a_header_with_a_duplicate_name_is_refused(server, holder, issued):
    text = compact(issued[0])

    for duplicate in (b'{"alg":"none",' + text[1:], text[:-1] + b',"alg":"none"}', text[:-1] + b',"alg":"HS256"}'):
        assert_refused(server, sign(duplicate, holder.token.split(".")[1], SECRET))


@pytest.mark.parametrize("name", sorted(CLAIMS))
@pytest.mark.parametrize("value", ["absent", None, "", "x", 0, -1, [], {}, True])
def test_a_claim_that_is_missing_or_of_another_type_is_refused(server, holder, issued, name, value):
    header = holder.token.split(".")[0]
    claims = dict(issued[1], **{name: value})
    if value == "absent":
        del claims[name]
    elif type(value) is type(issued[1][name]) and value == issued[1][name]:
        claims[name] = value + 1

    assert_refused(server, sign(header, claims, SECRET), ("token_invalid", "session_expired", "session_revoked"))


@pytest.mark.parametrize(
    "text",
    ["1e300", "1e999", "-1e300", "9223372036854775807", "9223372036854775808", "18446744073709551616", "-9223372036854775809",
     "1.5", "-0", "NaN", "Infinity", "1E400", "0" * 200, "9" * 400, '"4102444800"', "1e-999", "0x7fffffff", "01"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["exp", "iat", "auth_time", "ep"])
def test_no_number_in_a_claim_harms_the_server(server, holder, name, text):
    header, payload, _ = holder.token.split(".")
    changed = re.sub(rf'"{name}":-?\d+'.encode(), f'"{name}":{text}'.encode(), decode(payload))
    assert changed != decode(payload)

    assert_refused(server, sign(header, changed, SECRET), ("token_invalid", "session_expired"))


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: {"exp": int(time.time()) - 1},
        lambda claims: {"exp": int(time.time())},
        lambda claims: {"exp": claims["exp"] + 86_400},
        lambda claims: {"exp": claims["exp"] + 1},
        lambda claims: {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 3600 + 86_400},
        lambda claims: {"auth_time": int(time.time()) + 86_400},
        lambda claims: {"sid": "0190a7b0-0000-7000-8000-000000000000"},
        lambda claims: {"sid": claims["sub"]},
        lambda claims: {"sid": "' OR 1=1 --"},
        lambda claims: {"sub": "0190a7b0-0000-7000-8000-000000000000"},
        lambda claims: {"jti": "0190a7b0-0000-7000-8000-000000000000"},
        lambda claims: {"ep": claims["ep"] + 1},
        lambda claims: {"ep": claims["ep"] - 1},
        lambda claims: {"iss": "other"},
        lambda claims: {"iss": "Sessiond"},
        lambda claims: {"aud": "other"},
        lambda claims: {"aud": [claims["aud"]]},
        lambda claims: {"aud": [claims["aud"], "other"]},
        lambda claims: {"amr": ["pwd", "otp", "mfa"]},
        lambda claims: {"nbf": int(time.time()) + 3600},
        lambda claims: {"admin": True},
    ],
)
def test_changed_claims_are_refused_though_signed_with_our_secret(server, holder, issued, change):
    header = holder.token.split(".")[0]

    token = sign(header, issued[1] | change(issued[1]), SECRET)

    assert_refused(server, token, ("token_invalid", "session_expired", "session_revoked"))


def test_a_token_for_another_persons_session_is_refused(server, holder, issued, other):
    theirs = other.login()
    header = holder.token.split(".")[0]

    for change in ({"sid": theirs.session["id"]}, {"sub": other.id}, {"sub": other.id, "sid": theirs.session["id"]}):
        assert_refused(server, sign(header, issued[1] | change, SECRET), ("token_invalid", "session_revoked"))


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_a_duplicate_claim_is_refused(server, holder, issued, name):
    header = holder.token.split(".")[0]
    text = compact(issued[1])
    again = compact({name: issued[1][name]})[1:-1]

    for payload in (b"{" + again + b"," + text[1:], text[:-1] + b"," + again + b"}"):
        assert_refused(server, sign(header, payload, SECRET))


@pytest.mark.parametrize(
    "payload",
    [b"", b"{}", b"null", b"[]", b"1", b'"x"', b"\xff\xfe", b"{" * 5000, b"[" * 5000, b'{"exp":', b"\x00", b"{}{}", b'\xef\xbb\xbf{}', b'{"sub":"\xff"}', b'{"sub":"\\ud800"}'],
)  # fmt: skip
def test_a_payload_that_is_no_table_of_claims_is_refused(server, holder, payload):
    assert_refused(server, sign(holder.token.split(".")[0], payload, SECRET))
    assert_refused(server, sign(payload, holder.token.split(".")[1], SECRET))


@pytest.mark.parametrize(
    "key", ["", "\x00" * 32, "secret", SECRET + " ", SECRET[:-1], SECRET.upper(), SECRET.encode().hex(), "changeme" * 4]
)
def test_a_token_signed_with_another_key_is_refused(server, holder, key):
    header, payload, _ = holder.token.split(".")

    assert_refused(server, sign(header, payload, key))


def test_a_shortened_or_lengthened_signature_is_refused(server, holder):
    header, payload, _ = holder.token.split(".")
    digest = mac(f"{header}.{payload}", SECRET)
    client = Client(server)

    for changed in [digest[:length] for length in range(32)] + [digest + b"\x00", digest + digest, b"\x00" * 32]:
        response = client.get("/api/auth/verify", cookies=f"token={header}.{payload}.{encode(changed)}")
        assert_problem(response, "token_invalid", 401)


def test_an_overlong_token_is_refused(server, holder):
    header, payload, _ = holder.token.split(".")

    for token in ("x" * 8000, f"{header}.{payload * 8}.x", f"{header}.{payload}.{'A' * 8000}", "." * 8000):
        assert_refused(server, token)


def test_no_other_kind_of_credential_is_a_session(server, holder, issued):
    for token in (issued[1]["sid"], issued[1]["jti"], holder.user["id"], encode(issued[2]), issued[2].hex()):
        assert_refused(server, token)


# Secrets and instances


def test_a_token_of_another_instance_with_the_same_secret_is_refused(server, own_server):
    elsewhere = own_server()
    client = Person(elsewhere).sign_up().login()

    assert client.is_signed_in()
    assert_refused(server, client.token)


def test_previous_secrets_stay_valid_until_they_are_dropped(own_server):
    first, second, third = (letter * 2 + "-secret-0123456789-abcdefghijklmnop" for letter in "xyz")
    server = own_server({"JWT_SECRET": first})
    person = Person(server).sign_up()
    old = person.login()

    server.change({"JWT_SECRET": second, "JWT_SECRET_PREVIOUS": first})
    server.restart()
    middle = person.login()
    assert old.is_signed_in() and middle.is_signed_in()
    assert parts(middle.token)[0]["kid"] != parts(old.token)[0]["kid"]

    server.change({"JWT_SECRET": third, "JWT_SECRET_PREVIOUS": f"{second},{first}"})
    server.restart()
    assert old.is_signed_in() and middle.is_signed_in()

    server.change({"JWT_SECRET_PREVIOUS": second})
    server.restart()
    assert_problem(old.me(), "token_invalid", 401)
    assert middle.is_signed_in()

    server.change({"JWT_SECRET_PREVIOUS": None})
    server.restart()
    assert_problem(middle.me(), "token_invalid", 401)


def test_a_header_naming_one_key_and_signed_with_another_is_refused(own_server):
    first, second = ("xx-secret-0123456789-abcdefghijklmnop", "yy-secret-0123456789-abcdefghijklmnop")
    server = own_server({"JWT_SECRET": first})
    person = Person(server).sign_up()
    old = person.login()
    server.change({"JWT_SECRET": second, "JWT_SECRET_PREVIOUS": first})
    server.restart()
    new = person.login()

    old_header, old_payload, _ = old.token.split(".")
    new_header, new_payload, _ = new.token.split(".")

    assert_refused(server, sign(new_header, old_payload, first))
    assert_refused(server, sign(new_header, old_payload, second))
    assert_refused(server, sign(old_header, new_payload, first))
    assert_refused(server, sign(old_header, new_payload, second))


def test_a_token_survives_a_restart(own_server):
    server = own_server()
    client = Person(server).sign_up().login(remember=True)

    server.restart()

    assert client.is_signed_in()
