"""A queue's configuration: what is assumed where it says nothing, what it may not say, and what it tells the assignment."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from switchboard.kit.checks import check_range, dotted
from switchboard.kit.errors import InvalidValueError
from switchboard.routing import waiting_settings
from switchboard.routing.member_groups import check_groups
from switchboard.routing.member_groups import ids_of as _group_ids
from switchboard.routing.member_groups import named_groups as named_groups
from switchboard.routing.models import LARGEST_SCORE, MOST_SKILLS, GroupRule, QueueRules, Ring, ScoreRing

LARGEST_BULLSEYE = 6
MOST_SCORE_RINGS = 6
DEFAULT_ALERTING_SECONDS = 30
SHORTEST_ALERT_SECONDS = 7
LONGEST_ALERT_SECONDS = 86_400
SHORTEST_WRAPUP_MS = 1000
LONGEST_WRAPUP_MS = 86_400_000
MOST_RETRIES = 1000
DEFAULT_WRAPUP_MS = 300_000
DIRECT_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 172_800
LARGEST_CONDITIONS = {"EstimatedWaitTime": LONGEST_WAIT_SECONDS, "ServiceLevel": 100}
"""The metrics that rules of conditional group routing go by, and the most that each can be compared to: seconds and percent."""

# The queue's `acwSettings.wrapupPrompt` and the participant's `wrapupPrompt` spell the same thing differently.
WRAPUP_PROMPTS = {
    "OPTIONAL": "optional",
    "MANDATORY": "mandatory",
    "MANDATORY_TIMEOUT": "timeout",
    "MANDATORY_FORCED_TIMEOUT": "forcedTimeout",
    "AGENT_REQUESTED": "agentRequested",
}


def _media(alerting_seconds: int, goal_ms: int) -> dict[str, Any]:
    return {
        "alertingTimeoutSeconds": alerting_seconds,
        "serviceLevel": {"percentage": 0.8, "durationMs": goal_ms},
    }


MEDIA = {
    "call": _media(8, 20_000),
    "callback": _media(30, 20_000),
    "chat": _media(30, 20_000),
    "email": _media(300, 86_400_000),
    "message": _media(DEFAULT_ALERTING_SECONDS, 20_000),
}
DEFAULTS = {
    "acwSettings": {"wrapupPrompt": "OPTIONAL", "timeoutMs": DEFAULT_WRAPUP_MS},
    "skillEvaluationMethod": "ALL",
    "scoringMethod": "TimestampAndPriority",
    "lastAgentRoutingMode": "QueueMembersOnly",
    "autoAnswerOnly": True,
    "enableTranscription": False,
    "enableManualAssignment": True,
}

Queue = Mapping[str, Any]
Known = Callable[[Collection[str]], Collection[str]]
"""Which of these ids exist."""


def media_settings(queue: Queue) -> dict[str, Any]:
    """The settings of every medium: what the queue says over what is assumed."""
    said = queue.get("mediaSettings") or {}
    return {name: {**assumed, **(said.get(name) or {})} for name, assumed in MEDIA.items()}


def rules(queue: Queue) -> QueueRules:
    """What the assignment goes by."""
    media = media_settings(queue)
    return QueueRules(
        queue_id=queue["id"],
        name=queue["name"],
        division_id=dotted(queue, "division.id") or "",
        skill_evaluation=queue.get("skillEvaluationMethod") or "ALL",
        last_agent_mode=queue.get("lastAgentRoutingMode") or "QueueMembersOnly",
        goal_ms={name: goal for name, each in media.items() if (goal := dotted(each, "serviceLevel.durationMs"))},
        alerting_seconds={name: each["alertingTimeoutSeconds"] for name, each in media.items()},
        wrapup_prompt=WRAPUP_PROMPTS[dotted(queue, "acwSettings.wrapupPrompt") or "OPTIONAL"],
        wrapup_timeout_ms=dotted(queue, "acwSettings.timeoutMs") or DEFAULT_WRAPUP_MS,
        in_queue_flows={name: flow_id for name in media if (flow_id := dotted(queue, f"{name}InQueueFlow.id"))},
        auto_answer=[name for name, each in media.items() if each.get("enableAutoAnswer")],
        member_groups=_group_ids(queue.get("memberGroups")),
        bullseye=[_ring(ring) for ring in dotted(queue, "bullseye.rings") or []],
        preferred=[_score_ring(rule) for rule in queue.get("routingRules") or []],
        conditional=[_group_rule(queue, rule) for rule in dotted(queue, "conditionalGroupRouting.rules") or []],
        **_direct(queue),
        **waiting_settings.rules(queue),
    )


def _ring(ring: Queue) -> Ring:
    thresholds = [each["threshold"] for each in ring.get("expansionCriteria") or []]
    return Ring(
        expires_ms=round(min(thresholds, default=0) * 1000),
        removes=[skill["id"] for skill in dotted(ring, "actions.skillsToRemove") or []],
        groups=_group_ids(ring.get("memberGroups")),
    )


def _score_ring(rule: Queue) -> ScoreRing:
    """A threshold counts only with its operator; ANY takes every preferred agent."""
    threshold = rule.get("threshold") if rule.get("operator", "MEETS_THRESHOLD") == "MEETS_THRESHOLD" else None
    return ScoreRing(threshold=threshold, wait_ms=round((rule.get("waitSeconds") or 0) * 1000))


def _group_rule(queue: Queue, rule: Queue) -> GroupRule:
    return GroupRule(
        queue_id=dotted(rule, "queue.id") or queue["id"],
        metric=rule["metric"],
        operator=rule["operator"],
        value=rule["conditionValue"],
        groups=_group_ids(rule.get("groups")),
        wait_ms=(rule.get("waitSeconds") or 0) * 1000,
    )


def _direct(queue: Queue) -> dict[str, Any]:
    direct = queue.get("directRouting") or {}
    waits = direct.get("waitForAgent", False)
    return {
        "direct_wait_ms": (direct.get("agentWaitSeconds") or DIRECT_WAIT_SECONDS) * 1000 if waits else 0,
        "backup_queue_id": direct.get("backupQueueId") or "",
    }


def alerting_seconds(queue: QueueRules, media: str) -> int:
    return queue.alerting_seconds.get(media, DEFAULT_ALERTING_SECONDS)


def check(queue: Queue, known_skills: Known, known_queues: Known, known_groups: Known) -> None:
    """Raises InvalidValueError naming the field."""
    for media in MEDIA:
        path = f"mediaSettings.{media}"
        check_range(queue, f"{path}.alertingTimeoutSeconds", SHORTEST_ALERT_SECONDS, LONGEST_ALERT_SECONDS)
        check_range(queue, f"{path}.serviceLevel.percentage", 0, 1)
        check_range(queue, f"{path}.serviceLevel.durationMs", 1000, 604_800_000)
    check_range(queue, "mediaSettings.callback.maxRetryCount", 0, MOST_RETRIES)
    check_range(queue, "acwSettings.timeoutMs", SHORTEST_WRAPUP_MS, LONGEST_WRAPUP_MS)
    if dotted(queue, "bullseye") is not None:
        _check_bullseye(queue, known_skills)
    _check_score_rings(queue)
    _check_group_rules(queue, known_queues)
    check_groups(queue, known_groups)
    check_range(queue, "directRouting.agentWaitSeconds", 1, LONGEST_WAIT_SECONDS)
    backup = dotted(queue, "directRouting.backupQueueId")
    if backup and backup == queue.get("id"):
        raise InvalidValueError("A queue cannot be its own backup.", field="directRouting.backupQueueId")
    if backup and backup not in known_queues([backup]):
        raise InvalidValueError(f"The queue '{backup}' does not exist.", field="directRouting.backupQueueId")


def _check_score_rings(queue: Queue) -> None:
    rules = queue.get("routingRules") or []
    if len(rules) > MOST_SCORE_RINGS:
        raise InvalidValueError(f"A queue has at most {MOST_SCORE_RINGS} score rings.", field="routingRules")
    for index, rule in enumerate(rules):
        path = f"routingRules.{index}"
        if rule.get("operator", "MEETS_THRESHOLD") == "MEETS_THRESHOLD":
            _require_range(rule, "threshold", 0, LARGEST_SCORE, path)
        _require_range(rule, "waitSeconds", 1, LONGEST_WAIT_SECONDS, path)


def _check_group_rules(queue: Queue, known_queues: Known) -> None:
    rules = dotted(queue, "conditionalGroupRouting.rules") or []
    if rules and dotted(queue, "bullseye.rings"):
        raise InvalidValueError(
            "A queue routes by bullseye or by conditional groups, not by both.", field="conditionalGroupRouting"
        )
    for index, rule in enumerate(rules):
        path = f"conditionalGroupRouting.rules.{index}"
        highest = LARGEST_CONDITIONS.get(rule.get("metric") or "")
        if highest is None:
            raise InvalidValueError(f"A rule goes by {' or '.join(LARGEST_CONDITIONS)}.", field=f"{path}.metric")
        if not rule.get("operator"):
            raise InvalidValueError("A rule needs an operator.", field=f"{path}.operator")
        _require_range(rule, "conditionValue", 0, highest, path)
        if index < len(rules) - 1:
            _require_range(rule, "waitSeconds", 1, LONGEST_WAIT_SECONDS, path)
    measured = measured_queues(queue)
    missing = measured.keys() - set(known_queues(list(measured)))
    if missing:
        first = min(missing, key=lambda each: measured[each])
        field = f"conditionalGroupRouting.rules.{measured[first]}.queue.id"
        raise InvalidValueError(f"The queue '{first}' does not exist.", field=field)


def measured_queues(queue: Queue) -> dict[str, int]:
    """The other queues that the queue's rules go by, with the number of the first rule that does."""
    found: dict[str, int] = {}
    for index, rule in enumerate(dotted(queue, "conditionalGroupRouting.rules") or []):
        named = dotted(rule, "queue.id")
        if named and named != queue.get("id"):
            found.setdefault(named, index)
    return found


def _require_range(rule: Queue, name: str, low: float, high: float, path: str) -> None:
    if rule.get(name) is None or not low <= rule[name] <= high:
        raise InvalidValueError(f"{name} must be between {low} and {high}.", field=f"{path}.{name}")


def _check_bullseye(queue: Queue, known_skills: Known) -> None:
    rings = dotted(queue, "bullseye.rings") or []
    if not 1 <= len(rings) <= LARGEST_BULLSEYE:
        raise InvalidValueError(f"A bullseye has 1 to {LARGEST_BULLSEYE} rings.", field="bullseye.rings")
    removed: dict[str, str] = {}
    for index, ring in enumerate(rings):
        path = f"bullseye.rings.{index}"
        criteria = ring.get("expansionCriteria") or []
        if not criteria and index < len(rings) - 1:
            raise InvalidValueError(
                "Every ring but the last needs a time after which it widens.", field=f"{path}.expansionCriteria"
            )
        for number, each in enumerate(criteria):
            if not 0 < (each.get("threshold") or 0) <= LONGEST_WAIT_SECONDS:
                field = f"{path}.expansionCriteria.{number}.threshold"
                most = f"A ring's threshold is a number of seconds, at most {LONGEST_WAIT_SECONDS}."
                raise InvalidValueError(most, field=field)
        skills = dotted(ring, "actions.skillsToRemove") or []
        if len(skills) > MOST_SKILLS:
            field = f"{path}.actions.skillsToRemove"
            raise InvalidValueError(f"A ring removes at most {MOST_SKILLS} skills.", field=field)
        for number, skill in enumerate(skills):
            removed.setdefault(skill.get("id") or "", f"{path}.actions.skillsToRemove.{number}.id")
    unknown = set(removed) - set(known_skills(list(removed)))
    if unknown:
        first = min(unknown, key=lambda skill: removed[skill])
        raise InvalidValueError(f"The skill '{first}' does not exist.", field=removed[first])


def ring_skills(queue: Queue) -> set[str]:
    """The skills that the queue's rings name."""
    rings = dotted(queue, "bullseye.rings") or []
    return {skill.get("id") for ring in rings for skill in dotted(ring, "actions.skillsToRemove") or []}
