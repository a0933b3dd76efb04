"""Exports: a view is written to a CSV file that its owner fetches by a link.

The work is one message of the jobs' queue. It may come twice and die at any point: it writes the same file again, and the export is
marked by conditional writes.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from switchboard.analytics import views
from switchboard.analytics.exports_repository import ExportsRepository
from switchboard.analytics.models import Body, Export
from switchboard.analytics.repository import Repository
from switchboard.kit import clock, ids, spreadsheets, storage
from switchboard.kit.callers import reach
from switchboard.kit.errors import DomainError, NotFoundError
from switchboard.kit.text import file_name

KEPT_MS = 7 * 24 * 3_600_000
"""The bucket forgets the files after the same time."""
CSV = "text/csv; charset=utf-8"

Send = Callable[[Body], None]
Names = Callable[[str, Iterable[str]], Mapping[str, str]]


class Exporting:
    def __init__(self, exports: ExportsRepository, facts: Repository, names: Names, send: Send) -> None:
        self._exports = exports
        self._facts = facts
        self._names = names
        self._send = send

    def start(self, request: Body, owner: str, divisions: list[str]) -> Body:
        """ReportingExportJobResponse of a new export. Raises InvalidValueError, BadRequestError."""
        views.plan_of(request)
        now = clock.now_ms()
        export = Export(
            id=ids.new(),
            owner=owner,
            request=request,
            divisions=divisions,
            created=now,
            modified=now,
            expires=now + KEPT_MS,
        )
        self._exports.create(export)
        self._send({"exportId": export.id, "owner": owner})
        return show(export)

    def all(self, owner: str) -> list[Body]:
        """Newest first."""
        found = [each for each in self._exports.all(owner) if clock.now_ms() < each.expires]
        return [show(each) for each in sorted(found, key=lambda each: (each.created, each.id), reverse=True)]

    def get(self, identifier: str, owner: str) -> Body:
        """Raises NotFoundError, also for another's export."""
        return show(self._owned(identifier, owner))

    def mark(self, identifier: str, owner: str, read: bool) -> Body:
        while True:
            export = self._owned(identifier, owner)
            marked = replace(export, read=read, modified=clock.now_ms())
            if self._exports.replace(export, marked):
                return show(marked)

    def delete(self, identifier: str, owner: str) -> None:
        if not self._exports.delete(owner, identifier):
            raise NotFoundError("export", identifier)

    def run(self, message: Body, *, last: bool = False) -> None:
        """Write the file. Harmless when repeated. `last`: the message does not come again, so a failure is the export's."""
        export = self._exports.find(message["owner"], message["exportId"])
        if export is None or export.status in ("COMPLETED", "FAILED"):
            return
        running = self._moved(export, status="RUNNING")
        if running is None:
            return
        try:
            storage.put(_key(running), self._file(running), CSV)
        except DomainError:
            self._moved(running, status="FAILED", problem="FAILED_LONG_RUNNING_EXPORT")
        except Exception:
            if last:
                self._moved(running, status="FAILED", problem="FAILED_GETTING_DATA_FROM_SERVICE")
            raise
        else:
            self._moved(running, status="COMPLETED")

    def _file(self, export: Export) -> bytes:
        plan = views.plan_of(export.request)
        found = (each for each in self._facts.facts(plan.interval) if reach(export.divisions, each["divisionIds"]))
        return spreadsheets.table(plan.table(found, self._names), plan.delimiter)

    def _moved(self, export: Export, **changes: object) -> Export | None:
        """The export with these changes, whatever its owner changed meanwhile; None where they deleted it."""
        while True:
            current = self._exports.find(export.owner, export.id)
            if current is None:
                return None
            moved = replace(current, modified=clock.now_ms(), **changes)
            if self._exports.replace(current, moved):
                return moved

    def _owned(self, identifier: str, owner: str) -> Export:
        export = self._exports.find(owner, identifier)
        if export is None or clock.now_ms() >= export.expires:
            raise NotFoundError("export", identifier)
        return export


def show(export: Export) -> Body:
    """ReportingExportJobResponse; the link works for ten minutes, a new one comes with every answer."""
    done = export.status == "COMPLETED"
    name = f"{file_name(export.request['name'])}.csv"
    return {
        **export.request,
        "id": export.id,
        "runId": export.id,
        "status": export.status,
        "read": export.read,
        "percentageComplete": 100 if done else 0,
        "downloadUrl": storage.read_link(_key(export), name) if done else None,
        "exportErrorMessagesType": export.problem or None,
        "createdDateTime": clock.iso_ms(export.created),
        "modifiedDateTime": clock.iso_ms(export.modified),
        "enabled": True,
        "selfUri": f"/api/v2/analytics/reporting/exports/{export.id}",
    }


def _key(export: Export) -> str:
    return f"exports/{export.id}.csv"
