"""Errors of the OAuth endpoints: their body is OAuth's `{"error", "description"}`, not the platform's (genesys-api section 1)."""


class OAuthError(Exception):
    """`code` is OAuth's (RFC 6749 section 5.2); `description` may be shown to the client's developer."""

    status = 400
    code = "invalid_request"

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


class InvalidRequestError(OAuthError):
    """A field of the request is absent or malformed."""


class InvalidClientError(OAuthError):
    """The client is unknown or disabled, or its secret is wrong; which of these is not told."""

    status, code = 401, "invalid_client"

    def __init__(self) -> None:
        super().__init__("Invalid client credentials.")


class InvalidGrantError(OAuthError):
    """The code or refresh token is unknown, used, expired, or another client's; or its user may no longer sign in."""

    code = "invalid_grant"


class UnauthorizedClientError(OAuthError):
    """The client is not registered for this grant."""

    code = "unauthorized_client"


class UnsupportedGrantTypeError(OAuthError):
    code = "unsupported_grant_type"


class SignInRefusedError(Exception):
    """A sign-in that cannot go on and must not redirect; the message is for the person in front of the page."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
