"""What `expand` adds to users: presence, what routing knows of them as agents, their roles."""

from collections.abc import Iterable, Sequence

from switchboard.directory import api as directory
from switchboard.identity import api as identity
from switchboard.kit.callers import Caller
from switchboard.kit.entities import Body
from switchboard.routing import api as routing

GRANTS = "authorization:grant:view"
ROUTING = frozenset({"routingStatus", "skills", "languages"})


def expand(caller: Caller, users: Sequence[Body], wanted: Iterable[str]) -> list[Body]:
    """The users with the wanted expansions; names that this product has nothing for are passed over, and roles of
    others for who may not view grants."""
    names, ids = set(wanted), [user["id"] for user in users]
    presences = directory.presences_of(ids) if "presence" in names else {}
    agents = routing.agent_status(ids) if names & ROUTING else {}

    def additions(user_id: str) -> Body:
        added = {name: value for name, value in agents.get(user_id, {}).items() if name in names}
        if user_id in presences:
            added["presence"] = directory.shown_presence(presences[user_id])
        if "authorization" in names and (user_id == caller.user_id or caller.may(GRANTS)):
            added["authorization"] = identity.authorization_of(user_id)
        return added

    return [user | additions(user["id"]) for user in users]
