"""Agents who serve a queue only because a group of theirs does: as its members, in its rings, or where a rule brings them in."""

from datetime import timedelta
from typing import Any

import pytest
from switchboard.kit.errors import InvalidValueError
from switchboard.routing import api as routing

from tests.integration.routing.conftest import Centre

Json = dict[str, Any]
LONG_ALERTS = {"message": {"alertingTimeoutSeconds": 600}}


def named(group: str) -> Json:
    return {"id": group, "type": "GROUP"}


def ring(seconds: int, *groups: str) -> Json:
    widens = {"expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": seconds}]}
    return widens | {"memberGroups": [named(group) for group in groups]}


def method(centre: Centre, conversation: str) -> str:
    (acd,) = [each for each in centre.conversation(conversation).of_purpose("acd") if each.active]
    return acd.routing.used_routing if acd.routing else ""


def test_whoever_is_in_a_member_group_has_the_queues_work(centre: Centre) -> None:
    agent = centre.agent()
    queue = centre.queue(memberGroups=[named(centre.group(agent))])
    conversation = centre.start(queue)
    part = centre.alerting(conversation)
    assert part is not None
    assert (part.user_id, part.name, method(centre, conversation)) == (agent, centre.state(agent).name, "Standard")
    assert part.name.startswith("Agent")


def test_who_comes_into_the_group_is_given_what_waits(centre: Centre) -> None:
    group, agent = centre.group(), centre.agent()
    queue = centre.queue(memberGroups=[named(group)])
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(minutes=1))
    assert centre.waiting(queue) == [conversation]
    centre.let_in(group, agent)
    assert centre.alerted_user(conversation) == agent


def test_who_was_taken_out_while_it_waited_is_not_given_it(centre: Centre) -> None:
    gone, stays = centre.agent(on_queue=False), centre.agent(on_queue=False)
    group = centre.group(gone, stays)
    queue = centre.queue(memberGroups=[named(group)])
    conversation = centre.start(queue)
    centre.take_out(group, gone)
    centre.say(gone, "IDLE")
    centre.cloud.advance(timedelta(minutes=1))
    assert centre.waiting(queue) == [conversation]
    centre.say(stays, "IDLE")
    assert centre.alerted_user(conversation) == stays


def test_who_is_taken_out_while_alerted_keeps_the_alert_and_gets_nothing_more(centre: Centre) -> None:
    agent = centre.agent()
    group = centre.group(agent)
    queue = centre.queue(memberGroups=[named(group)])
    first = centre.start(queue)
    centre.take_out(group, agent)
    second = centre.start(queue)
    assert (centre.alerted_user(first), centre.alerted_user(second)) == (agent, "")
    centre.set_state(first, "connected")
    centre.set_state(first, "disconnected")
    assert (centre.status(agent), centre.waiting(queue)) == ("IDLE", [second])


def test_a_queue_that_comes_to_name_a_group_gives_its_agents_what_waits(centre: Centre) -> None:
    agent, queue = centre.agent(), centre.queue()
    group = centre.group(agent)
    conversation = centre.start(queue)
    with centre.cloud.as_function("routing-api"):
        routing.queue_changed(routing.queues().update(queue, {"memberGroups": [named(group)]}))
    centre.cloud.settle()
    assert centre.alerted_user(conversation) == agent


def test_a_queue_that_no_longer_names_a_group_is_not_served_by_it(centre: Centre) -> None:
    agent = centre.agent(on_queue=False)
    queue = centre.queue(memberGroups=[named(centre.group(agent))])
    with centre.cloud.as_function("routing-api"):
        routing.queue_changed(routing.queues().update(queue, {"memberGroups": []}))
        assert routing.memberships_of(agent) == {}
    conversation = centre.start(queue)
    centre.cloud.calls.clear()
    centre.say(agent, "IDLE")
    assert centre.waiting(queue) == [conversation]
    assert [each for each in centre.cloud.calls.entities() if each["function"].endswith("routing-assign")] == []


def test_who_has_left_the_queue_is_not_brought_back_by_a_group(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    with centre.cloud.as_function("routing-api"):
        routing.members().alter(queue, agent, joined=False)
    group = centre.group(agent)
    with centre.cloud.as_function("routing-api"):
        routing.queue_changed(routing.queues().update(queue, {"memberGroups": [named(group)]}))
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(minutes=1))
    assert centre.waiting(queue) == [conversation]
    with centre.cloud.as_function("routing-api"):
        routing.members().remove(queue, [agent])
    centre.say(agent, "OFF_QUEUE")
    centre.say(agent, "IDLE")
    assert centre.alerted_user(conversation) == agent


def test_the_last_agent_may_be_a_member_through_a_group(centre: Centre) -> None:
    other, last = centre.agent(), centre.agent()
    queue = centre.queue(memberGroups=[named(centre.group(other, last))])
    conversation = centre.start(queue, last_agent=last)
    assert (centre.alerted_user(conversation), method(centre, conversation)) == (last, "Last")


def test_a_ring_brings_its_groups_in_when_it_is_reached(centre: Centre) -> None:
    agent = centre.agent()
    queue = centre.queue(bullseye={"rings": [ring(60), ring(60, centre.group(agent)), ring(60)]})
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=50))
    assert centre.alerted_user(conversation) == ""
    centre.cloud.advance(timedelta(seconds=11))
    assert (centre.alerted_user(conversation), method(centre, conversation)) == (agent, "Bullseye")


def test_the_estimate_knows_the_members_through_groups(centre: Centre) -> None:
    agent = centre.agent()
    queue = centre.queue(memberGroups=[named(centre.group(agent))])
    with centre.cloud.as_function("routing-api"):
        assert routing.estimated_waits(queue, {"message": 1}) == {"message": 0}
        assert routing.estimated_waits(centre.queue(), {"message": 1}) == {}


@pytest.mark.parametrize("place", ["members", "ring", "rule"])
def test_who_comes_back_is_looked_at_alone_and_costs_no_more(centre: Centre, place: str) -> None:
    agent = centre.agent(on_queue=False)
    group, other = named(centre.group(agent)), centre.queue()
    centre.agent(other)
    rule = {"metric": "EstimatedWaitTime", "operator": "LessThan", "conditionValue": 9, "queue": {"id": other}}
    settings: dict[str, Json] = {
        "members": {"memberGroups": [group]},
        "ring": {"bullseye": {"rings": [ring(60, group["id"])]}},
        "rule": {"conditionalGroupRouting": {"rules": [rule | {"groups": [group]}]}},
    }
    queue = centre.queue(mediaSettings=LONG_ALERTS, **settings[place])
    waiting = [centre.start(queue) for _ in range(6)]
    centre.cloud.calls.clear()
    centre.say(agent, "IDLE")
    calls = centre.cloud.calls.entities()
    used = [each for each in calls if each["function"].endswith("routing-assign")]
    assert [centre.alerted_user(each) for each in waiting] == [agent] * 4 + [""] * 2
    assert sum(each["count"] for each in used) <= 4 * 4
    assert sum(each["writeUnits"] for each in used) <= 4 * 4
    looking = [each for each in calls if each["function"].endswith("routing-api") and each["operation"] == "Query"]
    assert sum(each["count"] for each in looking) == 1  # one for each group of the agent


def test_an_agent_without_groups_costs_no_look_for_them(centre: Centre) -> None:
    agent = centre.agent(centre.queue(), on_queue=False)
    centre.cloud.calls.clear()
    centre.say(agent, "IDLE")
    used = [each for each in centre.cloud.calls.entities() if each["function"].endswith("routing-api")]
    assert [each for each in used if each["operation"] == "Query"] == []


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"memberGroups": [named("nothing")]}, "memberGroups.0.id"),
        ({"memberGroups": [{"type": "GROUP"}]}, "memberGroups.0.id"),
        ({"memberGroups": [named("x" * 2000)]}, "memberGroups.0.id"),
        ({"memberGroups": [{"id": "nothing", "type": "TEAM"}]}, "memberGroups.0.type"),
        ({"memberGroups": [{"id": "nothing", "type": "SKILLGROUP"}]}, "memberGroups.0.type"),
        ({"memberGroups": [named(str(number)) for number in range(41)]}, "memberGroups.40.id"),
        ({"bullseye": {"rings": [ring(9), ring(9, "nothing")]}}, "bullseye.rings.1.memberGroups.0.id"),
    ],
)
def test_what_a_queue_may_not_name_as_a_group(centre: Centre, settings: Json, field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        centre.queue(**settings)
    assert refused.value.field == field


def test_a_rule_that_names_an_unknown_group_is_refused(centre: Centre) -> None:
    rule = {"metric": "EstimatedWaitTime", "operator": "LessThan", "conditionValue": 9, "groups": [named("nothing")]}
    with pytest.raises(InvalidValueError) as refused:
        centre.queue(conditionalGroupRouting={"rules": [rule]})
    assert refused.value.field == "conditionalGroupRouting.rules.0.groups.0.id"
