"""Ageing: what becomes of an interaction while it waits (CE43 "cascading mechanism", CE16 "based on the age of the interaction").

It asks for less by and by, goes on to another queue, or supervisors are told. Each moment is a timer of its own that carries the
interaction's place: who has left that place makes it stale.
"""

from msgspec.structs import replace

from switchboard.kit import clock, timers
from switchboard.kit.logs import logger
from switchboard.routing.matching import next_change
from switchboard.routing.matching.stages import direct_wait_ms
from switchboard.routing.models import Interaction, QueueRules
from switchboard.routing.places import place_of
from switchboard.routing.ports import Configuration, Conversations
from switchboard.routing.repository import Repository

log = logger(__name__)

WAITING_AT_ONCE = 1000


class Ageing:
    def __init__(self, repository: Repository, conversations: Conversations, configuration: Configuration) -> None:
        self._repository = repository
        self._conversations = conversations
        self._configuration = configuration

    def await_change(self, interaction: Interaction, rules: QueueRules) -> None:
        """Have the interaction looked at again when its age changes what it asks for."""
        due = next_change(interaction, rules, clock.now_ms())
        if due is not None:
            about = {"queueId": interaction.queue_id, "place": place_of(interaction)}
            timers.start("routing", "widen", clock.from_ms(due), about)

    def send_on(self, interaction: Interaction, rules: QueueRules) -> bool:
        """Let another queue have what has waited too long here; its withdrawal from this one follows by itself."""
        waited = clock.now_ms() - interaction.entered_at
        to_id = ""
        if rules.overflow_ms and waited >= rules.overflow_ms:
            to_id = rules.overflow_queue_id
        if interaction.direct_agent and rules.direct_wait_ms and waited >= direct_wait_ms(interaction, rules):
            to_id = rules.backup_queue_id or to_id
        target = self._configuration.queue(to_id) if to_id and to_id != rules.queue_id else None
        if target is None:
            return False
        conversation_id = interaction.conversation_id
        went = self._conversations.send_on(
            conversation_id, rules.queue_id, to_id=to_id, to_name=target.name, to_division=target.division_id
        )
        if not went:
            return False
        log.info("sent on", extra={"conversationId": conversation_id, "queueId": rules.queue_id, "toQueueId": to_id})
        return True

    def tell_if_long(self, interaction: Interaction, rules: QueueRules) -> None:
        """Tell the supervisors of what has waited longer than the queue allows."""
        if rules.alert_ms and clock.now_ms() >= interaction.entered_at + rules.alert_ms:
            self._repository.places.mark_overdue(interaction)

    def rank_anew(self, queue_id: str) -> None:
        """Put what waits where the queue's changed rules put it, and have it looked at when they say."""
        rules = self._configuration.queue(queue_id)
        if rules is None:
            return
        for interaction in list(self._repository.places.waiting(queue_id, WAITING_AT_ONCE)):
            moved = replace(interaction, aging_ms=rules.aging_ms)
            if moved.rank != interaction.rank:
                self._repository.places.take(moved)
                self._repository.places.leave(interaction)
            self.await_change(moved, rules)
