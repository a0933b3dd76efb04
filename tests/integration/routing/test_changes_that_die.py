"""A change of the configuration dies after each of its AWS calls, and the client repeats it: the repetition is answered, and whom
the change concerns has what it gives, or gives back what it takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

MOST_CALLS = 40
LATER = timedelta(minutes=4)
"""Longer than until what begins to wait is looked for again, and than timers and the visibility of messages last."""

Change = tuple[str, str, str, Any]
"""The function that serves it, its method, path and body."""
Scene = Callable[[Centre, Console], tuple[Change, Callable[[], bool]]]


def _queue(centre: Centre) -> str:
    return centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 3600}})


def _given(centre: Centre, queue: str, agent: str, **wanted: Any) -> Callable[[], bool]:
    """What begins to wait in vain: whether the agent has it by now."""
    waiting = centre.start(queue, **wanted)
    centre.cloud.advance(LATER)
    assert centre.alerted_user(waiting) == ""
    return lambda: centre.alerted_user(waiting) == agent


def _done(admin: Console, method: str, path: str, body: Any = None) -> Any:
    answer = admin.call(method, f"/api/v2{path}", body)
    assert answer.status < 300, answer.body
    return answer.body


def member_added(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    queue, agent = _queue(centre), centre.agent()
    change = ("routing-api", "POST", f"/routing/queues/{queue}/members", [{"id": agent}])
    return change, _given(centre, queue, agent)


def member_joined(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    queue = _queue(centre)
    agent = centre.agent(queue)
    path = f"/routing/queues/{queue}/members/{agent}"
    _done(admin, "PATCH", path, {"joined": False})
    return ("routing-api", "PATCH", path, {"joined": True}), _given(centre, queue, agent)


def members_joined(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    (_, _, path, body), given = member_joined(centre, admin)
    path, _, agent = path.rpartition("/")
    return ("routing-api", "PATCH", path, [{"id": agent, **body}]), given


def skill_given(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    queue, skill = _queue(centre), centre.skill()
    agent = centre.agent(queue)
    body = {"id": skill, "proficiency": 3}
    change = ("routing-api", "POST", f"/users/{agent}/routingskills", body)
    return change, _given(centre, queue, agent, skill_ids=(skill,))


def own_bound_raised(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    queue = _queue(centre)
    agent = centre.agent(queue)
    path = f"/routing/users/{agent}/utilization"
    _done(admin, "PUT", path, {"utilization": {"message": {"maximumCapacity": 0}}})
    raised = {"utilization": {"message": {"maximumCapacity": 1}}}
    return ("routing-api", "PUT", path, raised), _given(centre, queue, agent)


def bound_of_all_raised(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    path = "/routing/utilization"
    _done(admin, "PUT", path, {"utilization": {"message": {"maximumCapacity": 1}}})
    centre.cloud.advance(LATER)
    queue = _queue(centre)
    agent = centre.agent(queue)
    centre.set_state(centre.start(queue), "connected")
    raised = {"utilization": {"message": {"maximumCapacity": 4}}}
    return ("routing-api", "PUT", path, raised), _given(centre, queue, agent)


def group_served(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    queue, agent = _queue(centre), centre.agent()
    group = centre.group(agent)
    path = f"/routing/queues/{queue}"
    body = _done(admin, "GET", path) | {"memberGroups": [{"id": group, "type": "GROUP"}]}
    return ("routing-api", "PUT", path, body), _given(centre, queue, agent)


def user_deactivated(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    queue = _queue(centre)
    leaving = centre.agent(queue)
    conversation = centre.start(queue)
    path = f"/users/{leaving}"
    body = {"state": "inactive", "version": _done(admin, "GET", path)["version"]}

    def handed_back() -> bool:
        return centre.waiting(queue) == [conversation] and centre.state(leaving).slots == {}

    return ("directory-api", "PATCH", path, body), handed_back


def user_deleted(centre: Centre, admin: Console) -> tuple[Change, Callable[[], bool]]:
    (function, _, path, _), handed_back = user_deactivated(centre, admin)
    return (function, "DELETE", path, None), handed_back


SCENES = [
    member_added,
    member_joined,
    members_joined,
    skill_given,
    own_bound_raised,
    bound_of_all_raised,
    group_served,
    user_deactivated,
    user_deleted,
]


@pytest.mark.parametrize("scene", SCENES)
def test_a_change_that_dies_at_any_call_is_repaired_by_its_repetition(centre: Centre, scene: Scene) -> None:
    admin = Console(centre.cloud).client("*:*:*")
    for number in range(1, MOST_CALLS):
        (function, method, path, body), holds = scene(centre, admin)
        centre.cloud.faults.fail(function=function, call=number, when="after")
        answer = admin.call(method, f"/api/v2{path}", body)
        struck = centre.cloud.faults.struck
        centre.cloud.faults.clear()
        if answer.status == 500:
            assert struck
            answer = admin.call(method, f"/api/v2{path}", body)
        assert answer.status < 300, (number, answer.body)
        centre.cloud.advance(LATER)
        assert holds(), number
        if not struck:
            assert number > 2
            return
    pytest.fail("the change makes more calls than were tried")
