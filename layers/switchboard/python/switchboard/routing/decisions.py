"""The decision log: for every assignment why this agent, who else was considered, and which ring had been reached."""

from switchboard.kit.model import Record
from switchboard.routing.matching import Decision


class Logged(Record):
    """A decision as it is kept; `time` is when the agent's slot was taken (milliseconds)."""

    conversation_id: str
    queue_id: str
    time: int
    decision: Decision
