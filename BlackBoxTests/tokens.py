"""Tokens as an attacker would make them: taken apart, changed, put together again, signed with any key."""

import base64
import hashlib
import hmac
import json

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def mac(message, key, digest=hashlib.sha256):
    key = key.encode() if isinstance(key, str) else key
    return hmac.new(key, message.encode(), digest).digest()


def parts(token):
    """Header and claims as tables, the MAC as bytes."""
    header, payload, signature = token.split(".")
    return json.loads(decode(header)), json.loads(decode(payload)), decode(signature)


def sign(header, payload, key, digest=hashlib.sha256):
    """A token of these header and payload (tables, bytes or ready segments) signed with this key."""
    segments = []
    for value in (header, payload):
        if isinstance(value, dict):
            value = compact(value)
        segments.append(encode(value) if isinstance(value, bytes) else value)
    message = ".".join(segments)
    return f"{message}.{encode(mac(message, key, digest))}"


def spellings(segment):
    """Other ways to write the same bytes in base64url: the unused bits of the last character."""
    free = {2: 16, 3: 4}.get(len(segment) % 4, 1)
    last = ALPHABET.index(segment[-1])
    first = last - last % free
    return [segment[:-1] + ALPHABET[first + bits] for bits in range(free) if first + bits != last]
