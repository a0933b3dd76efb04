"""Integrations and message settings in the channels' table; secrets in Secrets Manager under the deployment's prefix.

Integrations are config entities of the kind `integration` (kit.entities); the threading window is `SETTING` / `threadingTimeline`.
"""

from collections.abc import Mapping

from switchboard.channels.models import Integration, ThreadingWindow
from switchboard.kit import model, secrets, settings
from switchboard.kit.dynamo import Key, Table
from switchboard.kit.entities import Body, Entity, Store

INTEGRATION = Entity(
    kind="integration",
    path="/api/v2/conversations/messaging/integrations",
    permission="messaging:integration",
    operations={},
    divisioned=False,
)
_THREADING: Key = ("SETTING", "threadingTimeline")


class ChannelRepository:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.store = Store(table, INTEGRATION)

    def integration(self, integration_id: str) -> Integration | None:
        body = self.store.find(integration_id)
        return integration_of(body) if body else None

    def integrations(self) -> list[Integration]:
        return [integration_of(body) for body in self.store.all()]

    def threading(self) -> ThreadingWindow:
        item = self.table.get(_THREADING)
        return model.load(ThreadingWindow, item["doc"]) if item else ThreadingWindow()

    def keep_threading(self, window: ThreadingWindow) -> None:
        self.table.put({"PK": _THREADING[0], "SK": _THREADING[1], "doc": model.dump(window)})

    def secrets(self, integration_id: str) -> dict[str, str]:
        return secrets.read(_secret_name(integration_id))

    def keep_secrets(self, integration_id: str, values: Mapping[str, str]) -> None:
        secrets.write(_secret_name(integration_id), values)

    def drop_secrets(self, integration_id: str) -> None:
        secrets.remove(_secret_name(integration_id))


def integration_of(body: Body) -> Integration:
    return model.parse(Integration, body)


def _secret_name(integration_id: str) -> str:
    return settings.required("SECRETS_PREFIX") + integration_id
