"""Who uses what an administrator would delete, each as the refusal names it. Loaded when something is deleted, not to assign."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from switchboard.conversations.models import Conversation
from switchboard.kit.checks import dotted
from switchboard.kit.entities import Body, Store
from switchboard.routing import queue_settings, waiting_settings
from switchboard.routing.models import Agent
from switchboard.routing.repository import Repository
from switchboard.routing.utilization import labels

WAITING_NAMED = 10
LABEL_AGENTS_NAMED = 100


class Usage:
    """`returning` names the conversations that are put aside and come back to a queue, `conversations` finds those of these ids."""

    def __init__(
        self,
        repository: Repository,
        queues: Store,
        labels: Store,
        users: Store,
        returning: Callable[[str], Iterable[str]],
        conversations: Callable[[Iterable[str]], Mapping[str, Conversation]],
    ) -> None:
        self._repository = repository
        self._returning = returning
        self._conversations = conversations
        self._queues = queues
        self._labels = labels
        self._users = users

    def of_queue(self, queue_id: str) -> Iterator[str]:
        for interaction in self._repository.places.waiting(queue_id, WAITING_NAMED):
            yield f"the waiting conversation {interaction.conversation_id}"
        for conversation_id in self._returning(queue_id):
            yield f"the conversation {conversation_id}, which comes back to it"
        for conversation_id in self._held(queue_id):
            yield f"the conversation {conversation_id}, which an agent has"
        for queue in self._queues.all():
            if queue_id in queue_settings.measured_queues(queue):
                yield f"a rule of the queue {queue['name']}"
            if queue_id == dotted(queue, "directRouting.backupQueueId"):
                yield f"the queue {queue['name']}, whose backup it is"
            if queue_id == waiting_settings.of(queue).get("overflowQueueId"):
                yield f"the queue {queue['name']}, which overflows into it"

    def of_skill(self, skill_id: str) -> Iterator[str]:
        yield from self._asked_for(skill_id)
        for queue in self._queues.all():
            if skill_id in queue_settings.ring_skills(queue):
                yield f"the queue {queue['name']}"
        for user, agent in self._agents():
            if skill_id in agent.skills:
                yield f"the agent {user['name']}"

    def of_language(self, language_id: str) -> Iterator[str]:
        yield from self._asked_for(language_id)
        for queue in self._queues.all():
            if language_id == waiting_settings.of(queue).get("languageId"):
                yield f"the queue {queue['name']}"
        for user, agent in self._agents():
            if language_id in agent.languages:
                yield f"the agent {user['name']}"

    def of_wrapup_code(self, code_id: str) -> Iterator[str]:
        queues = {queue["id"]: queue for queue in self._queues.all()}
        for queue_id in self._repository.queues_with_wrapup_code(queues, code_id):
            yield f"the queue {queues[queue_id]['name']}"

    def of_label(self, label_id: str) -> Iterator[str]:
        """Its own bound goes with it; what it may interrupt, and what agents have of their own, an administrator changes."""
        yield from self._asked_for(label_id)
        others = labels(self._repository.utilization()).items()
        names = [each for each, bound in others if each != label_id and label_id in bound.interrupting_label_ids]
        for body in self._labels.find_all(names).values():
            yield f"the label {body['name']}, which it interrupts"
        for agent in self._repository.agents_naming(label_id, LABEL_AGENTS_NAMED):
            yield f"the utilization of the agent {agent.user_id}"

    def _asked_for(self, identifier: str) -> Iterator[str]:
        """One read or a few for each queue: what waits there and asks for the same stands together."""
        for queue in self._queues.all():
            if any(identifier in lane.asks for lane in self._repository.places.lanes(queue["id"])):
                yield f"what waits in the queue {queue['name']}"

    def _held(self, queue_id: str) -> Iterator[str]:
        """Conversations of the queue that take up agents: declined, parked or handed over, they would wait there."""
        held = {conversation_id for _, agent in self._agents() for conversation_id in agent.slots}
        for conversation in self._conversations(held).values():
            if any(each.active and each.queue_id == queue_id for each in conversation.participants):
                yield conversation.id

    def _agents(self) -> Iterator[tuple[Body, Agent]]:
        """Those who were not deleted, each as a user and as an agent, by name."""
        users = [user for user in self._users.all() if user["state"] != "deleted"]
        agents = self._repository.agents(user["id"] for user in users)
        return ((user, agents[user["id"]]) for user in users if user["id"] in agents)
