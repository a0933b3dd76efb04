"""The engine against the oracle, and what holds of every assignment whatever waits and whoever works."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from switchboard.routing.matching import Pool, match
from switchboard.routing.matching.lanes import lane_of, open_to
from switchboard.routing.matching.line import Line
from switchboard.routing.models import Agent, Slot
from switchboard.routing.utilization import has_room, of_label

from tests.unit.routing import oracle
from tests.unit.routing.instances import MEASURED, NOW, UTILIZATION, Instance, instance, one_medium

INSTANCES = 200


def _given(case: Instance) -> list[oracle.Given]:
    made = match(*case, UTILIZATION, NOW, MEASURED)
    return [
        oracle.Given(each.conversation_id, each.decision.user_id, each.decision.used_routing, each.decision.ring)
        for each in made
    ]


@pytest.mark.parametrize("first", range(0, INSTANCES, 20))
def test_the_engine_decides_as_the_oracle_does(first: int) -> None:
    for seed in range(first, first + 20):
        case = instance(seed, waiting=40, agents=20)
        assert _given(case) == oracle.match(*case, UTILIZATION, NOW, MEASURED), f"seed {seed}"


def test_a_queue_of_one_medium_is_decided_alike_in_few_operations() -> None:
    case = one_medium(7, waiting=400, agents=120)
    pool = Pool(case.agents, UTILIZATION)
    made = match(*case, UTILIZATION, NOW, MEASURED, pool=pool)
    wanted = oracle.match(*case, UTILIZATION, NOW, MEASURED)
    assert [(each.conversation_id, each.decision.user_id) for each in made] == [each[:2] for each in wanted]
    assert pool.operations <= 2 * len(case.waiting)


cases = st.builds(instance, st.integers(0, 10**9), st.integers(0, 25), st.integers(0, 10))


@given(cases)
@settings(max_examples=150, deadline=None)
def test_never_unskilled_never_over_capacity_never_twice(case: Instance) -> None:
    agents = {each.user_id: each for each in case.agents}
    waiting = {each.conversation_id: each for each in case.waiting}
    for made in match(*case, UTILIZATION, NOW, MEASURED):
        agent, interaction = agents[made.decision.user_id], waiting.pop(made.conversation_id)
        assert agent.on_duty
        assert has_room(agent.held, interaction.media, agent.within(UTILIZATION), interaction.label_id)
        agents[agent.user_id] = _with(agent, made.conversation_id, interaction.media, interaction.label_id)
        rules = case.rules[interaction.queue_id]
        removed = {skill for ring in rules.bullseye for skill in ring.removes}
        named = (interaction.direct_agent, interaction.last_agent)
        if rules.skill_evaluation != "NONE" and interaction.expression and agent.user_id not in named:
            assert oracle.satisfies(agent, interaction.expression)
        elif rules.skill_evaluation != "NONE" and agent.user_id not in named:
            assert set(interaction.skill_ids) - removed <= agent.skills.keys()
            for skill in set(interaction.levels) - removed:
                level = interaction.levels[skill]
                falls = (NOW - interaction.entered_at) // rules.level_ms if rules.level_ms else 0
                assert level.minimum - falls <= agent.skills[skill] <= level.maximum


@given(cases)
@settings(max_examples=150, deadline=None)
def test_nobody_is_given_more_than_their_media_and_labels_allow(case: Instance) -> None:
    """Counted without the rule that the engine goes by: only what an agent had before may exceed a bound."""
    agents = {each.user_id: each for each in case.agents}
    waiting = {each.conversation_id: each for each in case.waiting}
    for made in match(*case, UTILIZATION, NOW, MEASURED):
        agent, interaction = agents[made.decision.user_id], waiting[made.conversation_id]
        bounds = {**UTILIZATION, **agent.utilization}
        held = [*agent.slots.values(), Slot(media=interaction.media, since=NOW, label_id=interaction.label_id)]
        assert sum(each.media == interaction.media for each in held) <= bounds[interaction.media].maximum_capacity
        for other in held[:-1]:
            if other.media != interaction.media:
                assert interaction.media in bounds[other.media].interruptable_media_types
            label = bounds.get(of_label(other.label_id))
            if other.label_id and label and interaction.label_id not in ("", other.label_id):
                assert interaction.label_id in label.interrupting_label_ids
        label = bounds.get(of_label(interaction.label_id))
        if interaction.label_id and label:
            assert sum(each.label_id == interaction.label_id for each in held) <= label.maximum_capacity
        agents[agent.user_id] = _with(agent, made.conversation_id, interaction.media, interaction.label_id)


@given(cases, st.integers(-(10**6), 10**6), st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_a_vip_comes_before_all_that_is_none_whatever_their_priority_and_age(
    case: Instance, lift: int, age: int
) -> None:
    """In what is given, and in the order in which what waits is stored; among themselves as without the mark."""
    plain = [replace(each, last_agent="", direct_agent="", preferred_agents={}, vip=False) for each in case.waiting]
    rivals = [
        replace(
            each, conversation_id=f"{each.conversation_id}-rival", priority=each.priority + lift, queued_at=NOW - age
        )
        for each in plain
    ]
    marked = [replace(each, vip=True) for each in plain]
    turns = sorted([*rivals, *marked], key=lambda each: each.rank)
    assert [each.vip for each in turns] == [True] * len(marked) + [False] * len(rivals)
    alone = [each.conversation_id for each in sorted(plain, key=lambda each: each.rank)]
    assert [each.conversation_id for each in turns[: len(marked)]] == alone
    assert turns == sorted(turns, key=lambda each: oracle.turn(each, NOW))
    made = match([*rivals, *marked], case.agents, case.rules, UTILIZATION, NOW, MEASURED)
    without = match(marked, case.agents, case.rules, UTILIZATION, NOW, MEASURED)
    assert made[: len(without)] == without
    assert {each.decision.used_routing for each in without} <= {"Vip"}


@given(cases, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_what_is_known_does_not_matter(case: Instance, random: object) -> None:
    waiting, agents = list(case.waiting), list(case.agents)
    random.shuffle(waiting)  # type: ignore[attr-defined]
    random.shuffle(agents)  # type: ignore[attr-defined]
    assert match(waiting, agents, case.rules, UTILIZATION, NOW, MEASURED) == match(*case, UTILIZATION, NOW, MEASURED)


@given(cases)
@settings(max_examples=50, deadline=None)
def test_of_two_that_ask_for_the_same_the_higher_priority_then_the_older_is_first(case: Instance) -> None:
    given_to = {each.conversation_id for each in match(*case, UTILIZATION, NOW, MEASURED)}
    plain = [replace(each, last_agent="", direct_agent="", preferred_agents={}) for each in case.waiting]
    twins = [replace(each, conversation_id=f"{each.conversation_id}-later", queued_at=NOW) for each in plain]
    made = {
        each.conversation_id for each in match([*plain, *twins], case.agents, case.rules, UTILIZATION, NOW, MEASURED)
    }
    assert all(twin.conversation_id.removesuffix("-later") in made for twin in twins if twin.conversation_id in made)
    assert len(given_to) <= len(case.waiting)


@given(cases)
@settings(max_examples=50, deadline=None)
def test_nobody_starves_while_agents_come_back(case: Instance) -> None:
    """Newcomers of higher priority keep coming; what can be given to somebody at all is given within its age's due time: VIPs
    among VIPs, and what is none while no VIP comes."""
    waiting = [replace(each, last_agent="", direct_agent="", preferred_agents={}) for each in case.waiting[:5]]
    waiting = [replace(each, vip=waiting[0].vip) for each in waiting]
    able = {
        each.conversation_id for each in waiting if match([each], _idle(case), case.rules, UTILIZATION, NOW, MEASURED)
    }
    left = {each.conversation_id: each for each in waiting if each.conversation_id in able}
    for turn in range(40):
        if not left:
            return
        now = NOW + turn * 60_000
        rivals = [
            replace(each, conversation_id=f"{each.conversation_id}-{turn}", queued_at=now, priority=each.priority + 5)
            for each in waiting
        ]
        for made in match([*left.values(), *rivals], _idle(case), case.rules, UTILIZATION, now, MEASURED):
            left.pop(made.conversation_id, None)
    assert not left


@given(cases)
@settings(max_examples=100, deadline=None)
def test_one_agent_who_becomes_free_is_given_what_the_engine_would_give(case: Instance) -> None:
    line = Line(case.waiting, case.rules, UTILIZATION, NOW, MEASURED)
    for agent in case.agents:
        made = match(case.waiting, [agent], case.rules, UTILIZATION, NOW, MEASURED)
        found = line.next_for(agent)
        assert (found.conversation_id if found else None) == (made[0].conversation_id if made else None)


def test_an_agent_who_becomes_free_costs_the_different_needs_and_not_the_number_waiting() -> None:
    looks = []
    for copies in (1, 20):
        case = one_medium(3, waiting=200, agents=10)
        waiting = [
            replace(each, conversation_id=f"{each.conversation_id}-{number}")
            for each in case.waiting
            for number in range(copies)
        ]
        line = Line(waiting, case.rules, UTILIZATION, NOW, MEASURED)
        line.next_for(_idle(case)[0])
        looks.append(line.looks)
    assert looks[0] == looks[1]


def test_what_left_the_line_is_passed_over() -> None:
    case = one_medium(5, waiting=50, agents=5)
    line = Line(case.waiting, case.rules, UTILIZATION, NOW, MEASURED)
    agent = _idle(case)[0]
    served = list(_served(line, agent))
    assert len({each for each in served}) == len(served)
    assert Counter(served).keys() <= {each.conversation_id for each in case.waiting}


def _served(line: Line, agent: Agent) -> Iterator[str]:
    while (interaction := line.next_for(agent)) is not None:
        line.remove(interaction)
        yield interaction.conversation_id


def _idle(case: Instance) -> list[Agent]:
    return [replace(each, slots={}, on_queue=True, responding=True) for each in case.agents]


def _with(agent: Agent, conversation_id: str, media: str, label_id: str) -> Agent:
    slot = Slot(media=media, since=NOW, label_id=label_id)
    return replace(agent, slots={**agent.slots, conversation_id: slot})


@given(cases)
@settings(max_examples=100, deadline=None)
def test_what_an_agent_would_be_given_never_lies_in_a_lane_that_is_closed_to_them(case: Instance) -> None:
    for agent in case.agents:
        for interaction in case.waiting:
            given_to = match([interaction], [agent], case.rules, UTILIZATION, NOW, MEASURED)
            rules = case.rules[interaction.queue_id]
            assert not given_to or open_to(agent, lane_of(interaction), rules, UTILIZATION)
