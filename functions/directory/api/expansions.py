"""What `expand` adds to users: presence, what routing knows of them as agents, their roles."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from switchboard.directory import api as directory
from switchboard.identity import api as identity
from switchboard.kit.entities import Body, Store
from switchboard.routing import api as routing

Source = Callable[[Sequence[str]], Mapping[str, Any]]


def expand(users: Sequence[Body], wanted: Iterable[str]) -> list[Body]:
    """The users with the wanted expansions; names that this product has nothing for are passed over."""
    ids = [user["id"] for user in users]
    found = {name: SOURCES[name](ids) for name in set(wanted) & SOURCES.keys()}
    return [user | {name: values[user["id"]] for name, values in found.items()} for user in users]


def _presence(user_ids: Sequence[str]) -> Mapping[str, Any]:
    return {key: directory.shown_presence(presence) for key, presence in directory.presences_of(user_ids).items()}


def _authorization(user_ids: Sequence[str]) -> Mapping[str, Any]:
    return {user_id: identity.authorization_of(user_id) for user_id in user_ids}


def _skills(user_ids: Sequence[str]) -> Mapping[str, Any]:
    proficiencies = {user_id: routing.agent(user_id).skills for user_id in user_ids}
    return _named(proficiencies, routing.skills())


def _languages(user_ids: Sequence[str]) -> Mapping[str, Any]:
    proficiencies = {user_id: routing.agent(user_id).languages for user_id in user_ids}
    return _named(proficiencies, routing.languages())


def _named(proficiencies: Mapping[str, Mapping[str, float]], store: Store) -> Mapping[str, Any]:
    """Skills or languages of each user with their names; one that was deleted since is left out."""
    known = store.find_all({key for held in proficiencies.values() for key in held})
    return {
        user_id: [
            {"id": key, "name": known[key]["name"], "proficiency": proficiency, "state": "active"}
            for key, proficiency in held.items()
            if key in known
        ]
        for user_id, held in proficiencies.items()
    }


SOURCES: Mapping[str, Source] = {
    "presence": _presence,
    "routingStatus": routing.agent_status,
    "skills": _skills,
    "languages": _languages,
    "authorization": _authorization,
}
