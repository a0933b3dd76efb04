"""Identifiers: always UUIDv4 in shape, because the official SDK checks the pattern of some on its side."""

import hashlib
import uuid


def new() -> str:
    return str(uuid.uuid4())


def derived(*parts: str) -> str:
    """The same id for the same parts, so that a step that runs twice creates one object."""
    return _uuid4_shaped(digest(*parts))


def digest(*parts: str) -> bytes:
    """SHA-256 over the parts, unambiguous whatever they contain."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()


def is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except (ValueError, AttributeError, TypeError):
        return False


def _uuid4_shaped(octets: bytes) -> str:
    return str(uuid.UUID(bytes=octets[:16], version=4))


ANCHOR_DIGITS = 20


def anchored(anchor: str, *parts: str) -> str:
    """A UUIDv4 that carries `anchor` (20 hex digits, 80 bits) and 42 bits of a digest of `parts`.

    Whoever holds the id can find the partition that holds the object (`anchor_of`) without an index, and the index is
    what a hot write would pay for.
    """
    tail = digest(*parts).hex()
    variant = "89ab"[int(tail[0], 16) & 3]
    return f"{anchor[:8]}-{anchor[8:12]}-4{anchor[12:15]}-{variant}{anchor[15:18]}-{anchor[18:20]}{tail[1:11]}"


def anchor_of(identifier: str) -> str:
    """The 20 hex digits that `anchored` put into the id (meaningless digits for an id of another making)."""
    digits = identifier.replace("-", "")
    return digits[:12] + digits[13:16] + digits[17:20] + digits[20:22]
