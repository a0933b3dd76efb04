"""HMAC signatures over raw bytes, compared in constant time."""

import base64
import hashlib
import hmac

SIGNATURE_HEADER = "x-hub-signature-256"
_PREFIX = "sha256="


def signed(secret: str, raw: bytes) -> str:
    """The value of X-Hub-Signature-256: `sha256=` and the hexadecimal HMAC of the bytes."""
    return _PREFIX + _digest(secret, raw).hex()


def is_signed(secret: str, raw: bytes, signature: str, *, base64_too: bool = False) -> bool:
    """Whether `signature` is that of the bytes. Without a secret nothing is: anybody could have made it.

    `base64_too`: some middleware writes the digest in base64.
    """
    if not secret or not signature.startswith(_PREFIX):
        return False
    digest = _digest(secret, raw)
    forms = [digest.hex()] + ([base64.b64encode(digest).decode()] if base64_too else [])
    given = signature.removeprefix(_PREFIX).encode("utf-8", "surrogatepass")
    return any([hmac.compare_digest(form.encode(), given) for form in forms])  # noqa: C419 (all, for constant time)


def _digest(secret: str, raw: bytes) -> bytes:
    return hmac.new(secret.encode(), raw, hashlib.sha256).digest()
