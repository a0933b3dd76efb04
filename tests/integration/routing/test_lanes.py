"""What waits stands in lanes by what it asks for: a long head that others must take costs nobody anything, and order is kept."""

from msgspec.structs import replace
from switchboard.conversations import api as conversations
from switchboard.routing import bootstrap
from switchboard.routing.models import Interaction
from switchboard.routing.places import PAGE, Places

from tests.integration.routing.conftest import Centre


def _calls(centre: Centre) -> int:
    return sum(each["count"] for each in centre.cloud.calls.entities() if each["function"].endswith("routing-assign"))


def test_who_becomes_free_is_not_held_up_by_what_others_must_take(centre: Centre) -> None:
    costs = []
    for others in (0, 3 * PAGE):
        queue, skill = centre.queue(), centre.skill()
        for _ in range(others):
            centre.start(queue, skill_ids=(skill,))
        mine = centre.start(queue)
        agent = centre.agent(queue, on_queue=False)
        centre.cloud.calls.clear()
        centre.say(agent, "IDLE")
        assert centre.alerted_user(mine) == agent
        costs.append(_calls(centre))
    assert costs[1] <= costs[0] + 1, "one call to skip the lane"


def test_an_expression_stands_instead_of_the_skills(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    trainee, expert = centre.agent(queue, on_queue=False), centre.agent(queue, on_queue=False)
    with centre.cloud.as_function("routing-api"):
        members = bootstrap.repository()
        members.change(trainee, lambda each: replace(each, skills={skill: 1.0}))
        members.change(expert, lambda each: replace(each, skills={skill: 5.0}))
    wanted = ["not", ["skill", skill, "<", 3]]
    waiting = centre.start(queue, skill_ids=("unknown",), skill_expression=wanted)
    centre.say(trainee, "IDLE")
    assert not centre.alerted_user(waiting)
    centre.say(expert, "IDLE")
    assert centre.alerted_user(waiting) == expert


def test_over_all_lanes_whose_turn_is_first_is_first(centre: Centre) -> None:
    queue, skills = centre.queue(), [centre.skill() for _ in range(3)]
    wishes = [(), (skills[0],), (skills[1],), (), (skills[0], skills[1]), (skills[2],)] * 5
    waiting = [centre.start(queue, skill_ids=wish) for wish in wishes]
    assert centre.waiting(queue) == waiting
    agent = centre.agent(queue, on_queue=False)
    with centre.cloud.as_function("routing-api"):
        members = bootstrap.repository()
        members.change(agent, lambda each: replace(each, skills={skills[0]: 5.0}))
    centre.say(agent, "IDLE")
    mine = [each for each, wish in zip(waiting, wishes, strict=True) if set(wish) <= {skills[0]}]
    assert [each for each in waiting if centre.alerted_user(each)] == mine[:4]


def test_what_asks_for_something_else_moves_to_that_lane_and_leaves_nothing_behind(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    waiting = centre.start(queue)
    with centre.cloud.acting(), centre.cloud.as_function("routing-api"):
        conversations.change_routing(waiting, lambda data: replace(data, skill_ids=[skill], priority=3))
    centre.cloud.settle()
    with centre.cloud.as_function("routing-api"):
        (interaction,) = bootstrap.repository().places.waiting(queue)
    assert (interaction.skill_ids, interaction.priority) == ([skill], 3)
    with centre.cloud.acting(), centre.cloud.as_function("conversations-api"):
        conversations.send_on(waiting, queue, to_id=centre.queue(), to_name="Other")
    centre.cloud.settle()
    assert centre.waiting(queue) == []


def test_every_place_of_any_number_of_lanes_is_read_once_and_in_order(centre: Centre) -> None:
    with centre.cloud.as_function("routing-assign"):
        places = Places(bootstrap.table())
        for lane in range(13):
            for number in range(lane * 2 + 1):
                places.take(
                    Interaction(
                        conversation_id=f"{lane}-{number}",
                        participant_id="p",
                        queue_id="lanes",
                        skill_ids=[f"skill{lane}"],
                        queued_at=1000 * number + lane,
                    )
                )
        found = list(places.waiting("lanes"))
        assert len(found) == len({each.conversation_id for each in found}) == 13 * 13
        assert [each.rank for each in found] == sorted(each.rank for each in found)
        assert len(list(places.waiting("lanes", 7))) == 7
        only = list(places.waiting("lanes", wanted=lambda lane: lane.skill_ids == ("skill12",)))
        assert len(only) == 25
        places.leave_all(found)
        assert list(places.waiting("lanes")) == []
