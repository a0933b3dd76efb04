"""What flows do: definitions are saved as versions; a published version decides where new conversations go, or (an in-queue
flow, see flows/waiting) what those who wait are told.

The opening hours that a flow goes by are compiled into what it publishes, so that the message path reads one thing; they are
compiled anew whenever they change, or a queue is called otherwise (functions/flows/recompile).
"""

import json
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from switchboard.channels.api import Entry
from switchboard.flows import definition
from switchboard.flows.calendars.service import Calendars
from switchboard.flows.datatables import values
from switchboard.flows.ports import Channels, Routing
from switchboard.flows.repository import FlowRepository
from switchboard.flows.waiting import definition as in_queue
from switchboard.flows.waiting.models import Announcements
from switchboard.kit import clock, model
from switchboard.kit.cache import TimedCache
from switchboard.kit.entities import Body
from switchboard.kit.errors import (
    ConflictError,
    DomainError,
    InvalidValueError,
    NotFoundError,
    PayloadTooLargeError,
    VersionConflictError,
)
from switchboard.kit.logs import logger, metric

log = logger(__name__)

IN_QUEUE = "INQUEUESHORTMESSAGE"
SERVED_TYPES = ("INBOUNDSHORTMESSAGE", IN_QUEUE)
LARGEST_DEFINITION_BYTES = 300_000
SAVE_ATTEMPTS = 5
KEPT_SECONDS = 10


class FlowService:
    def __init__(
        self,
        repository: FlowRepository,
        routing: Routing,
        channels: Channels,
        calendars: Calendars,
        lookup: values.Lookup,
    ) -> None:
        self._repository = repository
        self._store = repository.store
        self._routing = routing
        self._channels = channels
        self._calendars = calendars
        self._lookup = lookup
        self._announcements: TimedCache[str, Announcements] = TimedCache(KEPT_SECONDS)

    def create(self, body: Body, actor: str = "", identifier: str = "") -> Body:
        """A flow without a version yet. Raises BadRequestError, InvalidValueError, ConflictError (name taken)."""
        if body.get("type") is not None and body["type"] not in SERVED_TYPES:
            raise InvalidValueError(f"type must be one of {', '.join(SERVED_TYPES)}.", field="type")
        kept = {name: body[name] for name in ("name", "type", "description", "division") if body.get(name) is not None}
        return self._store.create(kept, actor, identifier)

    def save(self, flow_id: str, source: Any, actor: str = "") -> Body:
        """Keep a definition as the flow's newest version; the flow. What it says is checked when it is published.

        Raises NotFoundError, InvalidValueError, PayloadTooLargeError.
        """
        if not isinstance(source, dict):
            raise InvalidValueError("A definition must be a JSON object.", field="body")
        if len(json.dumps(source)) > LARGEST_DEFINITION_BYTES:
            raise PayloadTooLargeError(f"A definition has at most {LARGEST_DEFINITION_BYTES} bytes.")
        flow = self._store.get(flow_id)
        number = self._repository.add_version(flow_id, _number(flow), source, actor)
        saved = {"number": number, "createdAt": clock.now_ms(), "by": actor}
        for _ in range(SAVE_ATTEMPTS):
            try:
                return self._store.update(flow_id, {"saved": saved}, actor)
            except VersionConflictError:
                if _number(self._store.get(flow_id)) > number:
                    return self._store.get(flow_id)  # a later version was saved meanwhile and is the newest
        raise ConflictError("The flow is being changed by others; try again.")

    def publish(self, flow_id: str, number: int | None = None, actor: str = "") -> Body:
        """Let a version (default: the newest) decide from now on; the flow. Publishing again is harmless. The
        table's stream tells who goes by it (`renew_flow`), so that nothing is left to do that a crash could leave undone.

        Raises NotFoundError, InvalidValueError naming the field of the definition, PayloadTooLargeError for what is larger than can
        be kept with what it reads from data tables, VersionConflictError.
        """
        flow = self._store.get(flow_id)
        chosen = _number(flow) if number is None else number
        version = self._repository.version(flow_id, chosen)
        if version is None:
            raise InvalidValueError("The flow has no such saved version.", field="version")
        published = {
            "number": chosen,
            "createdAt": version.created_at,
            "date": clock.iso(clock.now()),
            "by": actor,
            "tables": sorted(values.tables(version.definition)),
        }
        if flow["type"] == IN_QUEUE:
            published["announcements"] = model.wire(self._announced(version.definition))
        else:
            published["entry"] = model.wire(self._entered(version.definition))
        return self._store.update(flow_id, {"published": published, "version": flow["version"]}, actor)

    def delete(self, flow_id: str, actor: str = "") -> None:
        """The flow, then its versions: what a crash leaves behind nobody sees. Raises NotFoundError, InUseError saying by what."""
        self._store.delete(flow_id, actor)
        self._repository.forget_versions(flow_id)

    def renew_queue(self, queue_id: str) -> None:
        """The queue's name or division has changed: let the published flows that lead there say so."""
        for flow in self._store.all():
            if any(each.queue_id == queue_id for each in _published_entry(flow).ways()):
                self.renew_flow(flow["id"])

    def renew(self) -> None:
        """Schedules, groups or data tables have changed: let the published flows that go by them go by what they say now."""
        for flow in self._store.all():
            if (flow.get("published") or {}).get("tables") or _published_entry(flow).hours:
                self.renew_flow(flow["id"])

    def reading(self, table_id: str) -> list[str]:
        """The names of published flows that read the data table."""
        return [
            flow["name"] for flow in self._store.all() if table_id in (flow.get("published") or {}).get("tables", [])
        ]

    def naming(self, identifier: str) -> list[str]:
        """The names of published flows that name it: a queue, skill, language or label that they lead to, a group whose hours they
        go by."""
        flows = self._store.all()
        return [flow["name"] for flow in flows if identifier in json.dumps((flow.get("published") or {}).get("entry"))]

    def entry_of(self, flow_id: str) -> Entry:
        """Where the flow's conversations go. Raises NotFoundError where it does not exist or was never published."""
        flow = self._store.find(flow_id) or {}
        if "entry" not in (flow.get("published") or {}):
            raise NotFoundError("published flow", flow_id)
        return _published_entry(flow)

    def announcements(self, flow_id: str) -> Announcements | None:
        """What a published in-queue flow says, as it was up to 10 s ago; None where there is none."""
        return self._announcements.get(flow_id, lambda: self._published_announcements(flow_id))

    def _published_announcements(self, flow_id: str) -> Announcements | None:
        published = (self._store.find(flow_id) or {}).get("published") or {}
        return model.parse(Announcements, published["announcements"]) if "announcements" in published else None

    def find_all(self, flow_ids: set[str]) -> dict[str, Body]:
        return self._store.find_all(flow_ids)

    def _filled(self, source: Any) -> Any:
        return values.filled(source, "definition", self._lookup)

    def _announced(self, source: Any) -> Announcements:
        return in_queue.announcements(self._filled(source))

    def _entered(self, source: Any) -> Entry:
        return self._checked(definition.entry(self._filled(source)))

    def _checked(self, entry: Entry) -> Entry:
        """The entry with queues' names and its calendar. What does not exist would let conversations wait forever."""
        return self._compiled(entry.each(self._named))

    def _compiled(self, entry: Entry) -> Entry:
        hours = entry.hours
        if hours is None:
            return entry
        calendar = self._calendars.compiled(hours.schedule_group_id, hours.emergency_group_id)
        return replace(entry, hours=replace(hours, calendar=calendar))

    def _current(self, entry: Entry) -> Entry:
        """The published way with its queue as it is called now; one that is gone stays as it was last."""
        queue = self._routing.find_queue(entry.queue_id) if entry.queue_id else None
        return replace(entry, queue_name=queue["name"], division_id=queue["division"]["id"]) if queue else entry

    def _named(self, entry: Entry) -> Entry:
        if not entry.queue_id:
            return entry
        queue = self._routing.find_queue(entry.queue_id)
        if queue is None:
            raise InvalidValueError("targetQueue.id names no queue.", field="targetQueue.id")
        if unknown := self._routing.unknown_skill(entry.skill_ids):
            raise InvalidValueError(f"skills names no skill with {unknown}.", field="skills")
        if entry.label_id and not self._routing.has_label(entry.label_id):
            raise InvalidValueError("label.id names no utilization label.", field="label.id")
        for field, users in (("preferredAgents", entry.preferred_agents), ("directAgent.id", [entry.direct_agent])):
            if unknown := self._routing.unknown_user([user_id for user_id in users if user_id]):
                raise InvalidValueError(f"There is no user {unknown}.", field=field)
        if entry.language_id and not self._routing.has_language(entry.language_id):
            raise InvalidValueError("language.id names no language.", field="language.id")
        expression = self._routing.resolved(entry.skill_expression)
        named = replace(entry, queue_name=queue["name"], division_id=queue["division"]["id"])
        return replace(named, skill_expression=expression)

    def renew_flow(self, flow_id: str) -> None:
        """Compile until nothing changes, so that of two changes at once neither is lost: a schedule or a row may have changed while
        the flow was published. Then tell channels. One that has been deleted is left alone."""
        while True:
            flow = self._store.find(flow_id)
            if flow is None:
                return
            published = flow["published"]
            try:
                renewed = self._renewed(flow)
            except InvalidValueError as refused:
                _not_renewed(flow_id, refused)
                renewed = self._last(published)
            if renewed == published:
                break
            try:
                self._store.update(flow_id, {"published": renewed, "version": flow["version"]})
            except VersionConflictError:
                continue
            except PayloadTooLargeError as refused:
                _not_renewed(flow_id, refused)
                break
        if "entry" in published:
            self._spread(flow_id, _published_entry(flow))

    def _renewed(self, flow: Body) -> Body:
        """What the flow has published, as it would be published now. Raises InvalidValueError."""
        published: Body = flow["published"]
        version = self._repository.version(flow["id"], published["number"]) if published.get("tables") else None
        if version is None:
            return self._last(published)
        if "announcements" in published:
            return published | {"announcements": model.wire(self._announced(version.definition))}
        return published | {"entry": model.wire(self._entered(version.definition))}

    def _last(self, published: Body) -> Body:
        """What was published last, with its queues and opening hours as they are now; those that are gone stay as they were."""
        if "entry" not in published:
            return published
        entry = model.parse(Entry, published["entry"]).each(self._current)
        with suppress(InvalidValueError):
            entry = self._compiled(entry)
        return published | {"entry": model.wire(entry)}

    def _spread(self, flow_id: str, entry: Entry) -> None:
        """Tell channels; again if another publication overtook this one, so that the last one published is what remains."""
        while True:
            self._channels.refresh(flow_id, entry)
            flow = self._store.find(flow_id)
            if flow is None or _published_entry(flow) == entry:
                return
            entry = _published_entry(flow)


def _not_renewed(flow_id: str, refused: DomainError) -> None:
    log.warning("flow not renewed", extra={"flowId": flow_id, "code": refused.code, "field": refused.field})
    metric("FlowNotRenewed")


def _published_entry(flow: Body) -> Entry:
    """What the flow published; an entry that leads nowhere where it published nothing."""
    published = flow.get("published") or {}
    return model.parse(Entry, published["entry"]) if "entry" in published else Entry(queue_id="")


def _number(flow: Body) -> int:
    return int((flow.get("saved") or {}).get("number", 0))
