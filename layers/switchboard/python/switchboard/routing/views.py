"""The platform's shapes of what routing knows of a user."""

from collections.abc import Mapping

from switchboard.kit import clock
from switchboard.kit.entities import Body
from switchboard.routing.models import Agent


def proficiencies(kind: str, user_id: str, held: Mapping[str, float], known: Mapping[str, Body]) -> list[Body]:
    """UserRoutingSkill (kind `skill`) or UserRoutingLanguage (`language`) of each that is known, by name."""
    shown = [
        {
            "id": key,
            "name": known[key]["name"],
            "proficiency": proficiency,
            "state": "active",
            f"{kind}Uri": f"/api/v2/routing/{kind}s/{key}",
            "selfUri": f"/api/v2/users/{user_id}/routing{kind}s/{key}",
        }
        for key, proficiency in held.items()
        if key in known
    ]
    return sorted(shown, key=lambda each: str(each["name"]).lower())


def shown_status(agent: Agent) -> Body:
    """RoutingStatus."""
    since = {"startTime": clock.iso_ms(agent.status_since)} if agent.status_since else {}
    return {"userId": agent.user_id, "status": agent.status, **since}
