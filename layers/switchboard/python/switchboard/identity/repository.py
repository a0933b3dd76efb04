"""Identity's table and its signing key.

Items: `CODE#<hash>`, `SIGNIN#<hash>`, `REFRESH#<family>`, `FAILURES#<hash of client id>` (each alone in its partition, expiring),
`SUBJECT#<id>` with one `GRANT#<division>#<role>` per grant and `STATE` while the subject is blocked, and `ROLE#<id>` with one
`<subject>#<division>` per grant of it. What is secret in a key is there as its hash only.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from switchboard.identity.models import AuthorizationCode, Failures, Grant, SignIn, Standing
from switchboard.kit import aws, clock, ids, model
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table

CODE_MS = 10 * 60_000
SIGN_IN_MS = 30 * 60_000
REFRESH_MS = 30 * 24 * 3_600_000
FAILURES_MS = 15 * 60_000

T = TypeVar("T", SignIn, AuthorizationCode)


class ReusedError(Exception):
    """A refresh token that was already exchanged came again."""


class Repository:
    def __init__(self, table: Table) -> None:
        self.table = table

    # -- what a person's sign-in leaves behind on its way

    def keep_sign_in(self, state: str, sign_in: SignIn) -> None:
        self._keep(_secret_key("SIGNIN", state), sign_in, SIGN_IN_MS)

    def take_sign_in(self, state: str) -> SignIn | None:
        """The sign-in, once; None where there is none or it expired."""
        return self._once(self.table.delete(_secret_key("SIGNIN", state)), SignIn)

    def keep_code(self, code: str, meaning: AuthorizationCode) -> None:
        self._keep(_secret_key("CODE", code), meaning, CODE_MS)

    def find_code(self, code: str) -> AuthorizationCode | None:
        return self._once(self.table.get(_secret_key("CODE", code)), AuthorizationCode)

    def take_code(self, code: str) -> bool:
        """True for the one caller that uses the code."""
        return self.table.delete(_secret_key("CODE", code)) is not None

    def _keep(self, key: Key, record: SignIn | AuthorizationCode, lifetime_ms: int) -> None:
        self.table.create(_expiring(key, lifetime_ms) | {"doc": model.dump(record)})

    def _once(self, item: Item | None, kind: type[T]) -> T | None:
        return model.load(kind, item["doc"]) if item and not _expired(item) else None

    # -- refresh tokens: one item per family, which knows only the token that may be used next

    def start_family(self, family: str, token: str, client_id: str, user_id: str) -> None:
        facts = {"current": _hash(token), "clientId": client_id, "userId": user_id}
        self.table.create(_expiring((f"REFRESH#{family}", "REFRESH"), REFRESH_MS) | facts)

    def family_user(self, family: str, client_id: str) -> str:
        """The user of a living family of that client; empty where there is none."""
        item = self.table.get((f"REFRESH#{family}", "REFRESH"))
        return str(item["userId"]) if item and not _expired(item) and item["clientId"] == client_id else ""

    def rotate(self, family: str, token: str, following: str) -> None:
        """Replace the family's token by the following one. Raises ReusedError, and then the whole family is gone."""
        key = (f"REFRESH#{family}", "REFRESH")
        values = {"old": _hash(token), "new": _hash(following), "until": _seconds_ahead(REFRESH_MS)}
        try:
            self.table.update(
                key, "SET #current = :new, expiresAt = :until",
                names={"current": "current"}, values=values, condition="#current = :old",
            )  # fmt: skip
        except ConditionFailedError:
            self.table.delete(key)
            raise ReusedError from None

    # -- wrong secrets

    def failures(self, client_id: str) -> Failures:
        item = self.table.get(_secret_key("FAILURES", client_id))
        return Failures(count=item["count"], last=item["last"]) if item and not _expired(item) else Failures()

    def count_failure(self, client_id: str, before: Failures) -> None:
        key, now = _secret_key("FAILURES", client_id), clock.now_ms()
        if not before.count:  # what may still lie there has expired
            self.table.put(_expiring(key, FAILURES_MS) | {"count": 1, "last": now})
            return
        self.table.update(
            key,
            "SET #last = :now, expiresAt = :until ADD #count :one",
            names={"last": "last", "count": "count"},
            values={"now": now, "until": _seconds_ahead(FAILURES_MS), "one": 1},
        )

    def forget_failures(self, client_id: str) -> None:
        self.table.delete(_secret_key("FAILURES", client_id))

    # -- subjects

    def standing(self, subject_id: str) -> Standing:
        blocked, grants = False, []
        for item in self.table.query(f"SUBJECT#{subject_id}", consistent=True):
            if item["SK"] == "STATE":
                blocked = True
            else:
                grants.append(_grant_of(item))
        return Standing(blocked, tuple(grants))

    def blocked(self, subject_id: str) -> bool:
        return self.table.get((f"SUBJECT#{subject_id}", "STATE")) is not None

    def block(self, subject_id: str) -> None:
        self.table.put({"PK": f"SUBJECT#{subject_id}", "SK": "STATE"})

    def unblock(self, subject_id: str) -> None:
        self.table.delete((f"SUBJECT#{subject_id}", "STATE"))

    def add_grants(self, subject_id: str, grants: Sequence[Grant]) -> None:
        """First what finds them by their roles: a crash leaves one too many of those, which `holders` reads over."""
        keys = [_holder_key(subject_id, grant.division_id, grant.role_id) for grant in grants]
        self.table.put_all([{"PK": key[0], "SK": key[1]} for key in keys])
        self.table.put_all([_grant_item(subject_id, grant) for grant in grants])

    def remove_grant(self, subject_id: str, division_id: str, role_id: str) -> None:
        self.table.delete((f"SUBJECT#{subject_id}", f"GRANT#{division_id}#{role_id}"))
        self.table.delete(_holder_key(subject_id, division_id, role_id))

    def holders(self, role_id: str) -> Iterator[str]:
        """Subjects who hold the role, once for every division."""
        for item in self.table.query(f"ROLE#{role_id}", consistent=True):
            subject_id, _, division_id = item["SK"].partition("#")
            if self.table.get((f"SUBJECT#{subject_id}", f"GRANT#{division_id}#{role_id}")) is not None:
                yield subject_id


class SigningKey:
    """The RSA key in KMS; its private half never leaves it."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        self._public = b""

    def sign(self, message: bytes) -> bytes:
        """The RSASSA-PKCS1-v1_5 signature with SHA-256 over at most 4096 bytes."""
        answer = self._kms().sign(
            KeyId=self.key_id, Message=message, MessageType="RAW", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256"
        )
        return bytes(answer["Signature"])

    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo in DER, read once per container."""
        if not self._public:
            self._public = bytes(self._kms().get_public_key(KeyId=self.key_id)["PublicKey"])
        return self._public

    @staticmethod
    def _kms() -> Any:
        return aws.client("kms")


def _hash(secret: str) -> str:
    return ids.digest(secret).hex()


def _secret_key(prefix: str, secret: str) -> Key:
    return f"{prefix}#{_hash(secret)}", prefix


def _seconds_ahead(milliseconds: int) -> int:
    return (clock.now_ms() + milliseconds) // 1000


def _expiring(key: Key, lifetime_ms: int) -> Item:
    return {"PK": key[0], "SK": key[1], "expiresAt": _seconds_ahead(lifetime_ms)}


def _expired(item: Item) -> bool:
    """The table removes expired items late; until then they are there but no longer hold."""
    return bool(item["expiresAt"] * 1000 <= clock.now_ms())


def _grant_item(subject_id: str, grant: Grant) -> Item:
    sort = f"GRANT#{grant.division_id}#{grant.role_id}"
    return {"PK": f"SUBJECT#{subject_id}", "SK": sort, "madeAt": grant.made_at}


def _holder_key(subject_id: str, division_id: str, role_id: str) -> Key:
    return f"ROLE#{role_id}", f"{subject_id}#{division_id}"


def _grant_of(item: Item) -> Grant:
    _, division_id, role_id = item["SK"].split("#")
    return Grant(role_id=role_id, division_id=division_id, made_at=item["madeAt"])
