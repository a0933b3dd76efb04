"""A new operation without a contract test fails here."""

import ast
from pathlib import Path

from tools.served import apis

FOLDER = Path(__file__).parent
DESK = FOLDER.parents[1] / "e2e" / "desk.py"


def written() -> set[str]:
    """Every name that this folder's tests, or the agent's desk which they use, call on an object, and every text there."""
    names: set[str] = set()
    for file in (*FOLDER.glob("*.py"), DESK):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return names


def test_every_declared_operation_is_called() -> None:
    """An operation of the contract by its SDK method; one of ours by its path, or by the SDK method of the same path."""
    called = written()
    paths = {text.split("?")[0] for text in called if text.startswith("/")}
    missing = [
        each.operation.name
        for api in apis().values()
        for each in api.declared
        if each.operation.name.split(".")[-1] not in called
        and each.operation.path not in paths
        and each.operation.name not in BY_ANOTHER_NAME
    ]
    assert missing == []


_INTEGRATIONS = "/api/v2/conversations/messaging/integrations/whatsapp/{integrationId}"
_OPEN = "/api/v2/conversations/messages/{integrationId}/inbound/open/structured/response"
_PARTICIPANT = "{conversationId}/participants/{participantId}"
_SUBSCRIPTIONS = "/api/v2/notifications/channels/{channelId}/subscriptions"
# Paths that the contract's file lacks; the SDK, or test_messaging.call, calls them.
BY_ANOTHER_NAME = {
    *(f"{method} {_INTEGRATIONS}" for method in ("GET", "PATCH", "DELETE")),
    f"POST {_OPEN}",
    *(f"{method} {_SUBSCRIPTIONS}" for method in ("GET", "PUT", "DELETE")),
    *(f"POST /api/v2/conversations{media}/{_PARTICIPANT}/replace" for media in ("", "/callbacks", "/messages")),
    f"POST /api/v2/conversations/{_PARTICIPANT}/callbacks",
    f"PATCH /api/v2/conversations/aftercallwork/{_PARTICIPANT}/communications/{{communicationId}}",
    "GET /api/v2/conversations/messages",
    "GET /api/v2/notifications/availabletopics",
    "GET /api/v2/users/{userId}/queues",
}
