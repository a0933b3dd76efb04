"""What waits: what it asks of routing can be changed, and why it went to whom can be read."""

from typing import Any

from msgspec.structs import replace
from switchboard.conversations import api as conversations
from switchboard.directory import api as directory
from switchboard.kit import clock
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing
from switchboard.routing.api import RoutingData
from switchboard.routing.models import LARGEST_PRIORITY, LARGEST_SCORE, MOST_PREFERRED, MOST_SKILLS

from functions.routing.api import queues

EDIT = "routing:conversation:edit"


def register(api: Api) -> None:
    api.operation("RoutingApi.patch_routing_conversation", EDIT)(change)
    api.route("GET", "/api/v2/routing/conversations/{conversationId}/decisions", "routing:queue:view")(decisions)


def change(request: Request) -> dict[str, Any]:
    """Of a conversation that waits; what the body leaves out stays. Raises NotFoundError, InvalidValueError, ConflictError
    (it does not wait)."""
    body, conversation_id = request.body, request.path["conversationId"]
    waiting = conversations.get(conversation_id)
    queue_ids = {each.queue_id for each in waiting.of_purpose("acd") if each.active}
    for queue in routing.queues().find_all(queue_ids).values():
        request.caller.require(EDIT, queue["division"]["id"])
    request.caller.require(EDIT, *waiting.division_ids)
    changes = _changes(body)
    changed = conversations.change_routing(conversation_id, lambda data: replace(data, **changes))
    (acd,) = [each for each in changed.of_purpose("acd") if each.active]
    return _shown(acd.routing or RoutingData())


def decisions(request: Request) -> dict[str, Any]:
    """Every assignment of the conversation, the earliest first: who, by which method, at which ring, and who else could."""
    conversation = conversations.get(request.path["conversationId"])
    found = [(each, each.choice) for each in conversation.of_purpose("agent") if each.choice]
    request.caller.require("routing:queue:view", *conversation.division_ids)
    for queue_id in {each.queue_id for each, _ in found}:
        queues.reachable_by_id(request.caller, queue_id, "view")
    shown = [
        {
            "dateCreated": clock.iso_ms(agent.start),
            "queue": {"id": agent.queue_id},
            "agent": {"id": agent.user_id},
            "usedRouting": choice.used_routing,
            "ring": choice.ring,
            "reason": choice.why,
            "consideredCount": choice.considered,
            "otherAgents": [{"id": user_id} for user_id in choice.others],
        }
        for agent, choice in found
    ]
    return {"conversationId": conversation.id, "entities": shown}


def _changes(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of RoutingData that the body sets. Raises InvalidValueError naming the field."""
    changes: dict[str, Any] = {}
    if body.get("priority") is not None:
        if abs(body["priority"]) > LARGEST_PRIORITY:
            raise InvalidValueError(f"priority must be between ±{LARGEST_PRIORITY}.", field="priority")
        changes["priority"] = body["priority"]
    if body.get("skillExpression") is not None:
        asked = routing.parse_skill_expression(body["skillExpression"], "skillExpression")
        changes["skill_expression"] = routing.resolved_skill_expression(asked, "skillExpression")
    if body.get("skillIds") is not None:
        changes["skill_ids"] = _skills(body["skillIds"])
    if body.get("languageId") is not None:
        if body["languageId"] and routing.languages().find(body["languageId"]) is None:
            raise InvalidValueError(f"The language '{body['languageId']}' does not exist.", field="languageId")
        changes["language_id"] = body["languageId"]
    if body.get("labelId") is not None:
        if body["labelId"] and routing.utilization_labels().find(body["labelId"]) is None:
            raise InvalidValueError(f"The label '{body['labelId']}' does not exist.", field="labelId")
        changes["label_id"] = body["labelId"]
    if body.get("requestScoredAgents") is not None:
        changes["preferred_agents"] = _scores(body["requestScoredAgents"])
    return changes


def _skills(given: list[str]) -> list[str]:
    if len(given) > MOST_SKILLS:
        raise InvalidValueError(f"At most {MOST_SKILLS} skills are asked for.", field="skillIds")
    known = routing.skills().find_all(given)
    for index, skill_id in enumerate(given):
        if skill_id not in known:
            raise InvalidValueError(f"The skill '{skill_id}' does not exist.", field=f"skillIds.{index}")
    return list(dict.fromkeys(given))


def _scores(given: list[dict[str, Any]]) -> dict[str, int]:
    if len(given) > MOST_PREFERRED:
        raise InvalidValueError(f"At most {MOST_PREFERRED} agents are scored.", field="requestScoredAgents")
    scores = {}
    for index, (user_id, each) in enumerate(zip(routing.ids_of(given), given, strict=True)):
        score = each.get("score")
        if score is None or not 0 <= score <= LARGEST_SCORE:
            field = f"requestScoredAgents.{index}.score"
            raise InvalidValueError(f"score must be between 0 and {LARGEST_SCORE}.", field=field)
        scores[user_id] = score
    known = directory.present_users(scores)
    for index, user_id in enumerate(scores):
        if user_id not in known:
            raise InvalidValueError(f"There is no user {user_id}.", field=f"requestScoredAgents.{index}.id")
    return scores


def _shown(data: RoutingData) -> dict[str, Any]:
    """The platform's RoutingConversationAttributesResponse."""
    skills = routing.skills().find_all(data.skill_ids)
    language = routing.languages().find(data.language_id) if data.language_id else None
    return {
        "priority": data.priority,
        "skills": [{"id": each, "name": skills[each]["name"]} for each in data.skill_ids if each in skills],
        "skillExpression": routing.skill_expression_text(data.skill_expression) if data.skill_expression else None,
        "language": {"id": data.language_id, "name": language["name"]} if language else None,
        "label": {"id": data.label_id} if data.label_id else None,
        "scoredAgents": [{"agent": {"id": user}, "score": score} for user, score in data.preferred_agents.items()],
    }
