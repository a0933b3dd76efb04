"""After-call work: what the agent owes once their part has ended, and what keeps their capacity meanwhile.

A queue asks for it in one of five ways (https://help.mypurecloud.com/articles/configure-call-work-settings):
`optional`; `mandatory` until a code is given; `timeout`, mandatory for so long at most; `forcedTimeout`, for exactly so long, which
the agent neither shortens nor extends; `agentRequested`, only where the agent asked for it.
"""

from msgspec.structs import replace

from switchboard.conversations import parts
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant, Segment, WrapUp

MANDATORY = ("mandatory", "timeout", "forcedTimeout")
TIMED = ("timeout", "forcedTimeout")
TIMED_OUT = "ININ-WRAP-UP-TIMEOUT"
"""The platform's own code, for who gave none in time."""


def begun(participant: Participant, now: int) -> Participant:
    """An agent's part that has ended, with the work that follows."""
    prompt, noted = participant.wrapup_prompt, participant.noted
    if prompt == "forcedTimeout":
        return replace(participant, start_acw=now, wrapup_required=not noted)
    asked = prompt == "optional" or prompt in MANDATORY or (prompt == "agentRequested" and participant.acw_requested)
    if noted or not asked:
        return participant
    return replace(participant, start_acw=now, wrapup_required=prompt != "optional")


def holds_capacity(participant: Participant) -> bool:
    """Whether after-call work keeps the agent from the next interaction."""
    cooling = participant.wrapup_prompt == "forcedTimeout" and participant.start_acw and not participant.end_acw
    return participant.wrapup_required or bool(cooling)


def due(participant: Participant) -> int:
    """When the work ends by itself; 0 where it does not."""
    runs = participant.start_acw and not participant.end_acw and participant.wrapup_prompt in TIMED
    return participant.start_acw + participant.wrapup_timeout_ms if runs and participant.wrapup_timeout_ms else 0


def request(conversation: Conversation, participant: Participant, wanted: bool) -> Conversation:
    """The agent asks for after-call work, or does without; while they are on it and where the queue leaves it to them."""
    if participant.wrapup_prompt != "agentRequested":
        raise StateConflictError(
            "This queue does not leave after-call work to the agent.", field="afterCallWorkRequired"
        )
    parts.expect(participant, "alerting", "connected", "parked")
    return parts.put(conversation, replace(participant, acw_requested=wanted))


def wrap_up(conversation: Conversation, participant: Participant, given: WrapUp, now: int) -> Conversation:
    """The agent's note on the interaction, while it goes on or after; given again it replaces the first. A provisional one is kept
    until then, and nothing is done with it yet."""
    if participant.purpose != "agent" or not participant.talked:
        raise StateConflictError("Only an agent who was connected wraps up.", field="participantId")
    if participant.wrapup_prompt == "forcedTimeout" and participant.end_acw:
        raise StateConflictError("The time for after-call work in this queue is over.", field="code")
    if not given.provisional:
        return parts.put(conversation, _noted(participant, given, now))
    if participant.noted:
        raise StateConflictError("The interaction is wrapped up: a note on it is not provisional.", field="provisional")
    return parts.put(conversation, replace(participant, wrapup=given))


def skip(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """Leave an optional wrap-up out; a mandatory one is refused."""
    if participant.wrapup_prompt in MANDATORY:
        raise StateConflictError("This queue requires a wrap-up code: it cannot be skipped.", field="wrapupSkipped")
    if not participant.start_acw or participant.end_acw:
        return conversation
    return parts.put(conversation, replace(participant, wrapup_required=False, end_acw=now))


def time_out(conversation: Conversation, participant: Participant) -> Conversation:
    """The time for it is over: what was noted provisionally holds, and who gave no code gets the platform's for that."""
    over, given = due(participant), participant.wrapup or WrapUp()
    if not given.code:
        given = replace(given, code=TIMED_OUT, name=TIMED_OUT)
    noted = participant if participant.noted else _noted(participant, replace(given, provisional=False), over)
    return parts.put(conversation, replace(noted, wrapup_required=False, end_acw=over))


def _noted(participant: Participant, given: WrapUp, now: int) -> Participant:
    """With the note and its segment. Only the first ends the after-call work, and none where its time is fixed."""
    ends = participant.start_acw and participant.wrapup_prompt != "forcedTimeout"
    end_acw = participant.end_acw or (now if ends else 0)
    segment = Segment(kind="wrapup", start=participant.start_acw or now, end=end_acw or now, wrap_up_code=given.code)
    last = participant.communications[-1]
    segments = [each for each in last.segments if each.kind != "wrapup"]
    return replace(
        parts.with_last(participant, replace(last, segments=[*segments, segment])),
        wrapup=replace(given, end_time=now),
        wrapup_required=False,
        end_acw=end_acw,
    )
