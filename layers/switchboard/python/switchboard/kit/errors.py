"""Errors that a caller is told about. Each knows its HTTP status and the platform's code, and composes its message."""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """Base of every error that reaches a caller as the platform's error body (genesys-api section 3)."""

    status = 500
    code = "internal.server.error"

    def __init__(self, message: str, *, field: str = "", params: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = dict(params or {})

    def body(self, context_id: str) -> dict[str, Any]:
        """`{message, code, status, contextId, messageParams, details[], errors[]}`."""
        details = [{"errorCode": self.code, "fieldName": self.field}] if self.field else []
        return {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "contextId": context_id,
            "messageParams": self.params,
            "details": details,
            "errors": [],
        }


class BadRequestError(DomainError):
    """The request cannot be understood."""

    status, code = 400, "bad.request"


class InvalidValueError(DomainError):
    """A field holds a value that is not allowed; `field` names it."""

    status, code = 400, "invalid.value"


class AuthenticationRequiredError(DomainError):
    """No usable token came with the request."""

    status, code = 401, "authentication.required"


class BadCredentialsError(DomainError):
    """The token or credentials are not ours or no longer valid."""

    status, code = 401, "bad.credentials"


class MissingPermissionError(DomainError):
    """The caller lacks a permission, which the message names."""

    status, code = 403, "missing.permissions"

    def __init__(self, permission: str) -> None:
        super().__init__(
            f"Unable to perform the requested action. You are missing the following permission(s): {permission}",
            params={"permissions": permission},
        )


class NotAuthorizedError(DomainError):
    """The caller may use the operation, but not on this object."""

    status, code = 403, "not.authorized"


class NotFoundError(DomainError):
    """The object does not exist, or not for this caller."""

    status, code = 404, "not.found"

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"{kind} {identifier} was not found.", params={"kind": kind, "id": identifier})


class RouteNotFoundError(DomainError):
    """No operation owns the path."""

    status, code = 404, "route.not.found"


class ConflictError(DomainError):
    """The object's state does not allow the change."""

    status, code = 409, "conflict"


class VersionConflictError(ConflictError):
    """The body's version is not the stored one: somebody else changed the object meanwhile."""

    code = "version.conflict"

    def __init__(self, sent: int | None, stored: int) -> None:
        super().__init__(
            f"The version sent ({sent}) is not the stored version ({stored}). Read the object again.",
            field="version",
            params={"sent": str(sent), "stored": str(stored)},
        )


class InUseError(ConflictError):
    """The object cannot be deleted while others refer to it; the message says which."""

    code = "in.use"


class PayloadTooLargeError(DomainError):
    """The body, a part of it or the answer to it exceeds the limit, which the message states."""

    status, code = 413, "request.entity.too.large"


class TooManyRequestsError(DomainError):
    """A rate limit was met; the answer carries Retry-After."""

    status, code = 429, "too.many.requests.retry.after"

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ServiceUnavailableError(DomainError):
    """Something we depend on does not answer; the same request may succeed later."""

    status, code = 503, "service.unavailable"
