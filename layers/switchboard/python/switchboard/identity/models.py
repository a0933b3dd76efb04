"""What identity stores beside its config entities, and what travels through a token request. Times are epoch milliseconds."""

from dataclasses import dataclass, field

from switchboard.kit.model import Record


@dataclass(frozen=True)
class TokenRequest:
    """The fields of POST /oauth/token; what was not sent is empty. An empty `client_secret`: a public client."""

    grant_type: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    redirect_uri: str = ""
    code_verifier: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)


class SignIn(Record):
    """A person's sign-in on its way through the hosted pages: what to check when they come back, and where to send them.

    `challenge` is the client's PKCE challenge, `verifier` and `nonce` are ours towards Cognito.
    """

    client_id: str
    redirect_uri: str
    verifier: str
    nonce: str
    client_state: str = ""
    challenge: str = ""


class AuthorizationCode(Record):
    """What a code stands for until it is exchanged."""

    client_id: str
    user_id: str
    redirect_uri: str
    challenge: str = ""


class Failures(Record):
    """Wrong secrets sent for a client of late."""

    count: int = 0
    last: int = 0


class Grant(Record):
    """A role held in a division (`*`: in every division)."""

    role_id: str
    division_id: str
    made_at: int = 0


@dataclass(frozen=True)
class Standing:
    """What is known of a subject: whether it was blocked, and its grants."""

    blocked: bool
    grants: tuple[Grant, ...]
