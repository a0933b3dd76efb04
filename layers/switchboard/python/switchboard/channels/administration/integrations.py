"""The life of an integration. Secrets are written before what relies on them and removed after it."""

from collections.abc import Mapping

from switchboard.channels.administration import open_messaging, whatsapp
from switchboard.channels.administration.drafts import Draft, MessengerType
from switchboard.channels.models import Entry
from switchboard.channels.repository import ChannelRepository
from switchboard.kit import ids, model
from switchboard.kit.entities import Body
from switchboard.kit.errors import ConflictError, NotFoundError, VersionConflictError

TYPES: Mapping[str, MessengerType] = {"open": open_messaging, "whatsapp": whatsapp}
REFRESH_ATTEMPTS = 3


class Integrations:
    def __init__(self, repository: ChannelRepository) -> None:
        self._repository = repository
        self._store = repository.store

    def all(self, messenger_type: str = "") -> list[Body]:
        """Stored integrations by name, of one messenger type or of all."""
        return [body for body in self._store.all() if messenger_type in ("", body["messengerType"])]

    def get(self, integration_id: str, messenger_type: str = "") -> Body:
        """Raises NotFoundError, also where the integration is of another type."""
        body = self._store.get(integration_id)
        if messenger_type not in ("", body["messengerType"]):
            raise NotFoundError("integration", integration_id)
        return body

    def present(self, body: Body) -> Body:
        """The stored integration in the platform's shape of its messenger type."""
        return TYPES[body["messengerType"]].present(body)

    def create(self, messenger_type: str, body: Body, actor: str = "", identifier: str = "") -> Body:
        """Raises BadRequestError, InvalidValueError, ConflictError (name, id or number taken)."""
        draft = TYPES[messenger_type].draft(body, None)
        identifier = identifier or ids.new()
        self._check_number(identifier, draft)
        if self._store.find(identifier):
            raise ConflictError(f"integration {identifier} exists already.", field="id")
        # Before the integration: one without its secrets would refuse every webhook.
        self._repository.keep_secrets(identifier, _merged({}, draft))
        made = {"messengerType": messenger_type, "status": "Active", "secretsVersion": 1, **draft.fields}
        try:
            return self._store.create(made, actor, identifier)
        except ConflictError:
            self._repository.drop_secrets(identifier)
            raise

    def update(self, messenger_type: str, integration_id: str, body: Body, actor: str = "") -> Body:
        """Merge what is sent and take the integration out of status Error.

        Raises NotFoundError, InvalidValueError, ConflictError.
        """
        old = self.get(integration_id, messenger_type)
        draft = TYPES[messenger_type].draft(body, old)
        self._check_number(integration_id, draft)
        changes = {"status": "Active", **draft.fields, "fault": None}
        if not draft.secrets:
            return self._store.update(integration_id, changes, actor)
        former = self._repository.secrets(integration_id)
        self._repository.keep_secrets(integration_id, _merged(former, draft))
        try:
            return self._store.update(integration_id, changes | {"secretsVersion": old["secretsVersion"] + 1}, actor)
        except (ConflictError, NotFoundError) as error:
            if isinstance(error, NotFoundError):
                self._repository.drop_secrets(integration_id)
            else:
                self._repository.keep_secrets(integration_id, former)
            raise

    def delete(self, messenger_type: str, integration_id: str, actor: str = "") -> None:
        """Raises NotFoundError."""
        self.get(integration_id, messenger_type)
        self._store.delete(integration_id, actor)
        self._repository.drop_secrets(integration_id)

    def bind(self, integration_id: str, flow_id: str, entry: Entry | None, actor: str = "") -> Body:
        """Let the flow receive the integration's new conversations; an empty `flow_id` lets nothing do so.

        Raises NotFoundError.
        """
        flow = {"id": flow_id} if flow_id else None
        return self._changed(integration_id, {"flow": flow, "entry": model.wire(entry) if entry else None}, actor)

    def led_by(self, flow_id: str) -> list[Body]:
        """The integrations whose new conversations the flow receives, by name."""
        return [body for body in self._store.all() if (body.get("flow") or {}).get("id") == flow_id]

    def refresh(self, flow_id: str, entry: Entry, actor: str = "") -> None:
        """The flow was published again: its integrations' new conversations go where it says now."""
        wire = model.wire(entry)
        for body in self.led_by(flow_id):
            if body.get("entry") != wire:
                self._changed(body["id"], {"entry": wire}, actor)

    def _changed(self, integration_id: str, changes: Body, actor: str) -> Body:
        for _ in range(REFRESH_ATTEMPTS - 1):
            try:
                return self._store.update(integration_id, changes, actor)
            except VersionConflictError:
                continue  # these changes hold whatever else was changed meanwhile
        return self._store.update(integration_id, changes, actor)

    def _check_number(self, integration_id: str, draft: Draft) -> None:
        number = draft.fields.get("address", {}).get("phoneNumberId")
        for body in self._store.all() if number else []:
            if body["id"] != integration_id and body["address"].get("phoneNumberId") == number:
                raise ConflictError(f"The number belongs to integration {body['id']}.", field="phoneNumberId")


def _merged(former: Mapping[str, str], draft: Draft) -> dict[str, str]:
    merged = {**former, **draft.secrets}
    return {name: value for name, value in merged.items() if value is not None}
