"""What the message path asks of channels, from a container's memory wherever that is fresh enough."""

from switchboard.channels.adapter import Connection
from switchboard.channels.message import Problem
from switchboard.channels.models import Entry, Integration, ThreadingWindow
from switchboard.channels.repository import ChannelRepository
from switchboard.kit import model
from switchboard.kit.cache import TimedCache
from switchboard.kit.errors import NotFoundError, VersionConflictError
from switchboard.kit.logs import logger, metric

log = logger(__name__)

CONFIGURATION_SECONDS = 30
SECRETS_SECONDS = 300
FAULT_ATTEMPTS = 3


class ChannelService:
    def __init__(self, repository: ChannelRepository) -> None:
        self._repository = repository
        self._integrations: TimedCache[str, Integration] = TimedCache(CONFIGURATION_SECONDS)
        self._secrets: TimedCache[tuple[str, int], dict[str, str]] = TimedCache(SECRETS_SECONDS)
        self._accounts: TimedCache[str, dict[tuple[str, str], str]] = TimedCache(CONFIGURATION_SECONDS)
        self._threading: TimedCache[str, ThreadingWindow] = TimedCache(CONFIGURATION_SECONDS)

    def integration(self, integration_id: str) -> Integration | None:
        return self._integrations.get(integration_id, lambda: self._repository.integration(integration_id))

    def connection(self, integration_id: str) -> Connection | None:
        found = self.integration(integration_id)
        return found.connection if found else None

    def connection_of_account(self, channel: str, account: str) -> Connection | None:
        known = self._accounts.get("", self._integrations_by_account) or {}
        found = known.get((channel, account))
        return self.connection(found) if found else None

    def _integrations_by_account(self) -> dict[tuple[str, str], str]:
        every = self._repository.integrations()
        return {(each.messenger_type, value): each.id for each in every for value in each.address.values()}

    def secrets(self, integration_id: str) -> dict[str, str]:
        """Changed secrets are another version and therefore seen as soon as the integration's change is."""
        found = self.integration(integration_id)
        if found is None:
            return {}
        key = (integration_id, found.secrets_version)
        return self._secrets.get(key, lambda: self._repository.secrets(integration_id) or None) or {}

    def entry(self, integration_id: str) -> Entry | None:
        found = self.integration(integration_id)
        return found.entry if found else None

    def threading_minutes(self, channel: str) -> int:
        window = self._threading.get("", self._repository.threading) or ThreadingWindow()
        return window.of(channel)

    def report_fault(self, integration_id: str, problem: Problem) -> None:
        """Put the integration into status Error, once for each problem however many sends meet it."""
        for _ in range(FAULT_ATTEMPTS):
            found = self._repository.integration(integration_id)
            if found is None or (found.status == "Error" and _same(found.fault, problem)):
                return
            try:
                changes = {"status": "Error", "fault": model.wire(problem)}
                self._repository.store.update(integration_id, changes, actor="provider")
            except VersionConflictError:
                continue  # somebody else reported or an administrator just saved: look again
            except NotFoundError:
                return
            self._integrations.forget(integration_id)
            log.warning("integration fault", extra={"integrationId": integration_id, "code": problem.code})
            metric("IntegrationFault", channel=found.messenger_type, errorClass=problem.error_class)
            return


def _same(known: Problem | None, problem: Problem) -> bool:
    return known is not None and (known.error_class, known.code) == (problem.error_class, problem.code)
