"""The webhook step of every channel: check, verify, parse, put on the queue, answer (CE34).

Nothing slow and no table write: one AWS call for a message, because integrations and their secrets are kept for a while.
"""

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from switchboard.channels import api as channels
from switchboard.channels import intake, reading
from switchboard.channels.adapter import ChannelAdapter, Connection, SignatureError
from switchboard.kit import aws, gateway, ids
from switchboard.kit.errors import (
    BadRequestError,
    DomainError,
    NotAuthorizedError,
    NotFoundError,
    ServiceUnavailableError,
)
from switchboard.kit.logs import correlation_id, logger, metric

log = logger(__name__)


def serve(event: Mapping[str, Any], adapter: ChannelAdapter) -> dict[str, Any]:
    """Answer an API Gateway event (payload format 2.0) of `/webhooks/{channel}/{integrationId}`.

    Refusals have the platform's error body: 400, 401, 403, 404, 413, and 503 where the provider shall repeat the call.
    """
    token = correlation_id.set(gateway.correlation(event))
    try:
        connection = _connection(event, adapter)
        if event["requestContext"]["http"]["method"] == "GET":
            return _challenge(event, adapter, connection)
        return _receive(event, adapter, connection)
    except DomainError as error:
        metric("WebhookRejected", channel=adapter.name, code=error.code)
        log.info("refused", extra={"code": error.code, "status": error.status})
        return _answer(error.status, json.dumps(error.body(correlation_id.get())), "application/json")
    finally:
        correlation_id.reset(token)


def decoded(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises BadRequestError."""
    try:
        payload = reading.decode(raw)
    except ValueError as error:
        raise BadRequestError("The body is not valid JSON.", field="body") from error
    if not isinstance(payload, dict):
        raise BadRequestError("The body is not a JSON object.", field="body")
    return payload


def _connection(event: Mapping[str, Any], adapter: ChannelAdapter) -> Connection:
    integration_id = event.get("pathParameters", {}).get("integrationId", "")
    try:
        connection = channels.connection(integration_id) if ids.is_uuid(integration_id) else None
        if connection is None or connection.channel != adapter.name:
            raise NotFoundError("integration", integration_id)
        return replace(connection, secrets=channels.secrets(integration_id))
    except aws.CALL_FAILURES as error:
        raise ServiceUnavailableError("The integration could not be read; send the event again.") from error


def _challenge(event: Mapping[str, Any], adapter: ChannelAdapter, connection: Connection) -> dict[str, Any]:
    answer = adapter.challenge(event.get("queryStringParameters") or {}, connection)
    if answer is None:
        raise NotAuthorizedError("This is not a subscription check with the token of this integration.")
    return _answer(200, answer, "text/plain; charset=utf-8")


def _receive(event: Mapping[str, Any], adapter: ChannelAdapter, connection: Connection) -> dict[str, Any]:
    raw, headers = gateway.raw_body(event), gateway.headers(event)
    adapter.verify(raw, headers, connection)
    payload = decoded(raw)
    others = adapter.accounts(payload) - set(connection.address.values())
    siblings = [_sibling(account, raw, headers, adapter) for account in sorted(others)]
    intake.enqueue([found for each in (connection, *siblings) if each for found in adapter.parse(payload, each)])
    return _answer(200, "", "text/plain; charset=utf-8")


def _sibling(account: str, raw: bytes, headers: Mapping[str, str], adapter: ChannelAdapter) -> Connection | None:
    """The integration of another account of the same app, by whose own secret the payload is signed as well."""
    try:
        found = channels.connection_of_account(adapter.name, account)
        if found is not None:
            found = replace(found, secrets=channels.secrets(found.integration_id))
            adapter.verify(raw, headers, found)
            return found
    except SignatureError:
        pass
    except aws.CALL_FAILURES as error:
        raise ServiceUnavailableError("An integration could not be read; send the event again.") from error
    metric("WebhookForeignAccount", channel=adapter.name)
    return None


def _answer(status: int, body: str, content_type: str) -> dict[str, Any]:
    headers = {
        "content-type": content_type,
        "x-content-type-options": "nosniff",
        gateway.CORRELATION_HEADER: correlation_id.get(),
    }
    return {"statusCode": status, "headers": headers, "body": body}
