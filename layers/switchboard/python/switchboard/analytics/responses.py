"""How long answers took: the metrics that the messages of a conversation give, by the platform's definitions. Pure.

tAgentResponseTime: from the customer's first message that no agent has answered yet to the agent's next message, on the session of
the agent who wrote it, or of who joined them (which counts for that user and for no queue). tFirstResponse: the first of those in a
conversation, once. tUserResponseTime: the same the other way round, from the agent's first message that the customer has not
answered to the customer's next, on that agent's session, so that it counts for a queue and an agent. All are milliseconds.

What a flow, a bot or a machine writes answers nothing and asks nothing; after an external contact's words nobody owes an answer.
A message answers only what had arrived before it: what a customer wrote and the provider delivers late waits from the time at which
it was written, for the first answer after its arrival.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from switchboard.analytics.metrics import Emission
from switchboard.conversations.models import Communication, Conversation, Message

RESPONSES = ("tAgentResponseTime", "tFirstResponse", "tUserResponseTime")

Responses = Mapping[str, Sequence[Emission]]
"""By session."""

NONE: Responses = {}


def responses(conversation: Conversation, messages: Iterable[Message]) -> Responses:
    """What each agent's session emitted, whatever order the messages are given in."""
    found: dict[str, list[Emission]] = defaultdict(list)
    asked: int | None = None
    told: tuple[int, str] | None = None
    first = True
    for message in sorted(messages, key=lambda each: (_arrived(each), each.time, each.sort)):
        at = _arrived(message)
        if message.direction == "inbound":
            said = min(message.time, at)  # a provider's clock may be ahead of ours
            if told is not None:
                found[told[1]].append(Emission("tUserResponseTime", max(0, said - told[0]), at))
                told = None
            asked = said if asked is None else min(asked, said)
            continue
        if message.said_by:
            asked = told = None
            continue
        session = _spoken_on(conversation, message)
        if session is None:
            continue
        if asked is not None:
            names = ("tAgentResponseTime", "tFirstResponse") if first else ("tAgentResponseTime",)
            found[session.id] += [Emission(name, at - asked, at) for name in names]
            asked, first = None, False
        told = told or (at, session.id)
    return found


def _arrived(message: Message) -> int:
    return message.received or message.time


def _spoken_on(conversation: Conversation, message: Message) -> Communication | None:
    """The session of the agent, or of who joined them, on which it was written."""
    return conversation.spoken_on(message.sender_user_id, _arrived(message)) if message.sender_user_id else None
