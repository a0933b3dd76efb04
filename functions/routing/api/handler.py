"""Routing API: queues, members, skills, languages, wrap-up codes, utilization, and agents' part in them."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.routing.api import (
    languages,
    queue_members,
    queue_waiting,
    queue_wrapup_codes,
    queues,
    skills,
    user_proficiencies,
    user_queues,
    user_status,
    utilization,
    utilization_labels,
    waiting_interactions,
    waiting_time,
    wrapup_codes,
)

api = Api(identity.caller)
for router in (
    queues,
    queue_members,
    queue_wrapup_codes,
    queue_waiting,
    waiting_time,
    waiting_interactions,
    skills,
    languages,
    wrapup_codes,
    utilization,
    utilization_labels,
    user_status,
    user_queues,
    user_proficiencies,
):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return api.handle(event, context)
