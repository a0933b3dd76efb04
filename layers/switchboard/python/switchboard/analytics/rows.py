"""The details of a conversation as rows: one for each metric that a session emitted, under all that it can be grouped by."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from switchboard.analytics.models import Body, Row
from switchboard.kit import clock

Dimensions = dict[str, tuple[str, ...]]

CONVERSATION_DIMENSIONS = (
    "conversationId",
    "conversationInitiator",
    "divisionId",
    "originatingDirection",
    "customerParticipation",
)
PARTICIPANT_DIMENSIONS = ("externalContactId", "participantName", "purpose", "userId")
SESSION_DIMENSIONS = (
    "addressFrom",
    "addressTo",
    "direction",
    "mediaType",
    "messageType",
    "provider",
    "sessionId",
    "usedRouting",
)
SEGMENT_DIMENSIONS = (
    "disconnectType",
    "queueId",
    "requestedLanguageId",
    "requestedRoutingSkillId",
    "segmentType",
    "wrapUpCode",
    "wrapUpNote",
)
_LISTED = {"divisionId": "divisionIds", "requestedRoutingSkillId": "requestedRoutingSkillIds"}
_OF_SESSIONS = tuple(name for name in SEGMENT_DIMENSIONS if name not in ("segmentType", "wrapUpNote"))
DIMENSIONS = (*CONVERSATION_DIMENSIONS, *PARTICIPANT_DIMENSIONS, *SESSION_DIMENSIONS, *_OF_SESSIONS)
"""What a row has: of a session's segments it has all values together."""


def rows(body: Body) -> Iterator[Row]:
    """Every emission of a conversation; a wait in a queue that has a goal also says `oServiceTarget` when it was offered."""
    of_conversation = dimensions(body, CONVERSATION_DIMENSIONS)
    for participant in body["participants"]:
        of_participant = of_conversation | dimensions(participant, PARTICIPANT_DIMENSIONS)
        for session in participant["sessions"]:
            if session["metrics"]:
                of_session = (
                    of_participant | dimensions(session, SESSION_DIMENSIONS) | _of_segments(session["segments"])
                )
                yield from _of_session(session, of_session)


def dimensions(source: Mapping[str, Any], names: Sequence[str]) -> Dimensions:
    """The values of each dimension, none where the source does not say."""
    return {name: _values(source.get(_LISTED.get(name, name))) for name in names}


def _values(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(value)
    return (str(value).lower() if isinstance(value, bool) else value,)


def _of_segments(segments: Sequence[Body]) -> Dimensions:
    found = [dimensions(segment, _OF_SESSIONS) for segment in segments]
    return {name: tuple(sorted({value for each in found for value in each[name]})) for name in _OF_SESSIONS}


def _of_session(session: Body, of_session: Dimensions) -> Iterator[Row]:
    target = session.get("serviceTarget") or 0
    for metric in session["metrics"]:
        name, at = metric["name"], clock.parse_ms(metric["emitDate"])
        yield Row(name, metric["value"], at, of_session, target)
        if target and name == "nOffered":
            yield Row("oServiceTarget", target, at, of_session, target)
