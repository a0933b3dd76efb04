"""The forms of tokens and proofs: JSON web tokens (RFC 7519, RS256), PKCE (RFC 7636), a public key as a JSON web key."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


def encode(octets: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(claims: Mapping[str, Any], key_id: str, sign: Callable[[bytes], bytes]) -> str:
    """A JSON web token; `sign` makes the RS256 signature."""
    header = {"alg": "RS256", "typ": "JWT", "kid": key_id}
    signing_input = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{signing_input}.{encode(sign(signing_input.encode()))}"


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token that came from its issuer over TLS: the signature is not checked. Raises ValueError."""
    parts = token.split(".")
    claims = json.loads(decode(parts[1])) if len(parts) == 3 else None
    if not isinstance(claims, dict):
        raise ValueError("not a JSON web token")
    return claims


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    return encode(hashlib.sha256(verifier.encode()).digest())


def proves(verifier: str, challenge: str) -> bool:
    """Whether the verifier is well formed and the one that the challenge was made of."""
    return bool(_VERIFIER.fullmatch(verifier)) and hmac.compare_digest(challenge_of(verifier), challenge)


def web_key(der: bytes, key_id: str) -> dict[str, str]:
    """The JSON web key of an RSA public key in DER (SubjectPublicKeyInfo, RFC 5280 section 4.1)."""
    info = _children(_content(der, 0)[0])
    bits = info[1][1:]  # a bit string begins with its count of unused bits
    modulus, exponent = _children(_content(bits, 0)[0])
    key = {"n": encode(modulus.lstrip(b"\0")), "e": encode(exponent)}
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id, **key}


def _children(sequence: bytes) -> list[bytes]:
    """The contents of the elements of a DER sequence."""
    found, at = [], 0
    while at < len(sequence):
        content, at = _content(sequence, at)
        found.append(content)
    return found


def _content(der: bytes, at: int) -> tuple[bytes, int]:
    """The content of the DER element at `at`, and where the next one starts."""
    length, start = der[at + 1], at + 2
    if length & 0x80:  # the long form: the low bits say how many octets hold the length
        octets = length & 0x7F
        length, start = int.from_bytes(der[start : start + octets], "big"), start + octets
    return der[start : start + length], start + length
