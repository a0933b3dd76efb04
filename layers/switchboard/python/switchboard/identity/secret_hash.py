"""Client secrets: made here, told once, kept as a salted hash."""

import hashlib
import hmac
import secrets

# Secrets are 256 random bits, which no hash rate searches; the slow hash is for the ones that people choose (the demo's).
_COST, _BLOCK, _PARALLEL = 2**12, 8, 1


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """`<salt>$<hash>`, both hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_derive(secret, salt).hex()}"


def matches(secret: str, stored: str) -> bool:
    salt, _, expected = stored.partition("$")
    return hmac.compare_digest(_derive(secret, bytes.fromhex(salt)).hex(), expected)


def _derive(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode("utf-8", "surrogatepass"), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL)
