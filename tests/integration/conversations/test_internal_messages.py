"""What two say in a consultation, while others change the conversation."""

from collections.abc import Iterator

import pytest
from switchboard.conversations import bootstrap, console
from switchboard.conversations.models import Conversation, InternalMessage
from switchboard.conversations.repository import Repository
from switchboard.conversations.service.consult import Consulting
from switchboard.conversations.service.participate import ATTEMPTS, Participating
from switchboard.kit.errors import ConflictError

from local.cloud import LocalCloud
from tests.integration.routing.conftest import Centre


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud() as started:
        yield started


class Disturbed(Repository):
    """Somebody else writes before so many of our messages are written."""

    times = 0

    def add_internal(self, old: Conversation, new: Conversation, message: InternalMessage) -> Conversation:
        if self.times:
            self.times -= 1
            customer = old.of_purpose("customer")[0].id
            console.set_attributes(old.id, customer, {"tries": str(self.times)})
        return super().add_internal(old, new, message)


@pytest.mark.parametrize("others", [0, 1, ATTEMPTS - 1, ATTEMPTS])
def test_what_is_said_is_kept_once_or_not_at_all(cloud: LocalCloud, others: int) -> None:
    centre = Centre(cloud)
    queue, colleague = centre.queue(), centre.agent(on_queue=False)
    agent = centre.agent(queue)
    identifier = centre.start(queue)
    centre.set_state(identifier, "connected")
    part = centre.conversation(identifier).of_purpose("agent")[-1]
    with cloud.acting(), cloud.as_function("conversations-api"):
        asked = console.consult(identifier, part.id, colleague, "Colleague")
        console.set_state(identifier, asked.id, "connected")
        repository = Disturbed(bootstrap.repository()._table)
        repository.times = others
        consulting = Consulting(repository, Participating(repository))
        end = asked.communications[-1].peer_id
        if others < ATTEMPTS:
            said = consulting.say(identifier, end, agent, "What is the limit?")
            assert consulting.said(identifier, end) == [said]
        else:
            with pytest.raises(ConflictError):
                consulting.say(identifier, end, agent, "What is the limit?")
            assert consulting.said(identifier, end) == []
    told = [each for each in centre.conversation(identifier).participants if each.id == asked.id]
    assert told[0].communications[-1].said == (others < ATTEMPTS)
