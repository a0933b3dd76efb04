"""The cascade of routing methods by the age of an interaction: bullseye rings, score rings, groups, a named agent, labels."""

from typing import Literal

import pytest
from msgspec.structs import replace
from switchboard.routing.candidates import Candidates
from switchboard.routing.matching import next_change
from switchboard.routing.models import (
    Agent,
    GroupRule,
    Handled,
    Interaction,
    Level,
    Membership,
    QueueRules,
    Ring,
    ScoreRing,
    Slot,
    Stay,
)
from switchboard.routing.service_level import counts, service_level
from switchboard.routing.utilization import DEFAULT, Capacity, Utilization, of_label
from switchboard.routing.waiting_time import estimate_seconds

Operator = Literal["GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo"]
QUEUE = "queue"
WISH = Interaction(conversation_id="talk", participant_id="acd", queue_id=QUEUE, skill_ids=["billing", "french"])
RINGS = QueueRules(
    queue_id=QUEUE,
    bullseye=[
        Ring(expires_ms=10_000, removes=["french"]),
        Ring(expires_ms=20_000, removes=["billing"], groups=["spare"]),
    ],
)
SCORES = QueueRules(queue_id=QUEUE, preferred=[ScoreRing(threshold=90, wait_ms=10_000), ScoreRing(wait_ms=10_000)])


def agent(user_id: str, ring: int = 1, **skills: float) -> Agent:
    return Agent(user_id=user_id, on_queue=True, queues={QUEUE: Membership(ring=ring)}, skills=skills)


def chosen(
    wish: Interaction, agents: list[Agent], rules: QueueRules, seconds: float, utilization: Utilization = DEFAULT
) -> tuple[str, str, int]:
    decision = Candidates(agents, utilization).choose(
        wish,
        rules,
        int(seconds * 1000),
        {("EstimatedWaitTime", QUEUE): 30.0, ("ServiceLevel", QUEUE): 75.0},
    )
    return (decision.user_id, decision.used_routing, decision.ring) if decision else ("", "", 0)


def test_a_ring_that_ends_takes_its_skills_away_and_lets_the_next_ones_agents_in() -> None:
    outer, unskilled = agent("outer", ring=2, billing=3, french=1), agent("unskilled", billing=1)
    assert chosen(WISH, [outer, unskilled], RINGS, 9.9) == ("", "", 0)
    assert chosen(WISH, [outer], RINGS, 10) == ("outer", "Bullseye", 2)
    assert chosen(WISH, [unskilled], RINGS, 10) == ("unskilled", "Bullseye", 2)
    assert chosen(WISH, [agent("nobody")], RINGS, 29.9) == ("", "", 0)
    assert chosen(WISH, [agent("nobody")], RINGS, 30) == ("nobody", "Bullseye", 2)


def test_a_ring_brings_in_groups() -> None:
    spare = replace(agent("spare", billing=2), queues={}, groups=["spare"])
    assert chosen(WISH, [spare], RINGS, 5) == ("", "", 0)
    assert chosen(WISH, [spare], RINGS, 15) == ("spare", "Bullseye", 2)


def test_score_rings_relax_and_then_anybody_may_have_it() -> None:
    wish = replace(WISH, skill_ids=[], preferred_agents={"best": 95, "good": 60})
    good, other = agent("good"), agent("other")
    assert chosen(wish, [good, other, agent("best")], SCORES, 0) == ("best", "Preferred", 1)
    assert chosen(wish, [good, other], SCORES, 9.9) == ("", "", 0)
    assert chosen(wish, [good, other], SCORES, 10) == ("good", "Preferred", 2)
    assert chosen(wish, [other], SCORES, 19.9) == ("", "", 0)
    assert chosen(wish, [other], SCORES, 20) == ("other", "Standard", 0)


def test_bullseye_begins_where_score_rings_end() -> None:
    wish = replace(WISH, preferred_agents={"best": 95})
    both = replace(SCORES, bullseye=RINGS.bullseye)
    assert chosen(wish, [agent("half", billing=1)], both, 29.9) == ("", "", 0)
    assert chosen(wish, [agent("half", billing=1)], both, 30) == ("half", "Bullseye", 2)


def test_a_preferred_agent_needs_the_skills_too() -> None:
    wish = replace(WISH, preferred_agents={"best": 95})
    assert chosen(wish, [agent("best", billing=5)], SCORES, 0) == ("", "", 0)


def test_proficiency_has_a_minimum_and_a_maximum() -> None:
    wish = replace(WISH, skill_ids=["billing"], levels={"billing": Level(minimum=2, maximum=4)})
    plain = QueueRules(queue_id=QUEUE)
    assert chosen(wish, [agent("low", billing=1.5), agent("high", billing=4.5)], plain, 0) == ("", "", 0)
    assert chosen(wish, [agent("right", billing=4)], plain, 0) == ("right", "Standard", 0)


def test_the_proficiency_asked_for_falls_with_age_and_the_skill_stays_asked_for() -> None:
    levels = {"billing": Level(minimum=2.5, maximum=4)}
    wish = replace(WISH, skill_ids=["billing"], levels=levels)
    falling = QueueRules(queue_id=QUEUE, level_ms=10_000)
    low, none = agent("low", billing=1.5), agent("none")
    assert chosen(wish, [low], falling, 9.9) == ("", "", 0)
    assert chosen(wish, [low], falling, 10) == ("low", "Standard", 0)
    assert chosen(wish, [none], falling, 1000) == ("", "", 0)
    assert [next_change(wish, falling, now) for now in (0, 10_000, 20_000, 30_000)] == [10_000, 20_000, 30_000, None]
    in_rings = replace(RINGS, level_ms=5000)
    assert chosen(wish, [replace(low, skills={"billing": 1.5, "french": 1})], in_rings, 5) == ("low", "Bullseye", 1)


def test_the_queues_language_is_assumed_where_none_is_asked_for() -> None:
    english = QueueRules(queue_id=QUEUE, default_language="en")
    speaker = replace(agent("speaker"), languages={"en": 3.0})
    wish = replace(WISH, skill_ids=[])
    assert chosen(wish, [agent("mute")], english, 0) == ("", "", 0)
    assert chosen(wish, [speaker], english, 0) == ("speaker", "Standard", 0)
    assert chosen(replace(wish, language_id="fr"), [speaker], english, 0) == ("", "", 0)


def test_groups_come_in_where_the_wait_is_long_enough() -> None:
    spare = replace(agent("spare"), queues={}, groups=["spare"])
    wish = replace(WISH, skill_ids=[])
    over = [GroupRule(queue_id=QUEUE, operator="GreaterThan", value=29, groups=["spare"], wait_ms=10_000)]
    under = [replace(over[0], operator="LessThan")]
    assert chosen(wish, [spare], QueueRules(queue_id=QUEUE, conditional=over), 0) == ("spare", "Conditional", 1)
    assert chosen(wish, [spare], QueueRules(queue_id=QUEUE, conditional=under), 0) == ("", "", 0)
    later = [*under, replace(over[0], operator="GreaterThanOrEqualTo", value=30)]
    assert chosen(wish, [spare], QueueRules(queue_id=QUEUE, conditional=later), 9) == ("", "", 0)
    assert chosen(wish, [spare], QueueRules(queue_id=QUEUE, conditional=later), 10) == ("spare", "Conditional", 2)


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("GreaterThan", [True, False, False]),
        ("GreaterThanOrEqualTo", [True, True, False]),
        ("LessThan", [False, False, True]),
        ("LessThanOrEqualTo", [False, True, True]),
    ],
)
def test_groups_come_in_by_the_service_level(operator: Operator, holds: list[bool]) -> None:
    """It is 75 %."""
    spare = replace(agent("spare"), queues={}, groups=["spare"])
    wish = replace(WISH, skill_ids=[])
    for value, expected in zip((74.9, 75, 75.1), holds, strict=True):
        rule = GroupRule(queue_id=QUEUE, metric="ServiceLevel", operator=operator, value=value, groups=["spare"])
        rules = QueueRules(queue_id=QUEUE, conditional=[rule])
        assert (chosen(wish, [spare], rules, 0) == ("spare", "Conditional", 1)) is expected
        elsewhere = replace(rules, conditional=[replace(rule, queue_id="of which nothing is known")])
        assert chosen(wish, [spare], elsewhere, 0) == ("", "", 0)


def test_the_service_level_is_the_share_of_recent_waits_that_was_answered_in_time() -> None:
    goals = {"message": 20_000, "call": 10_000}
    in_time, late = (
        Stay(media="message", waited_ms=20_000, answered=True),
        Stay(media="message", waited_ms=20_001, answered=True),
    )
    left = Stay(media="message", waited_ms=6000, answered=False)
    assert service_level([in_time, in_time, late, left], goals) == 50
    assert service_level([replace(in_time, media="call"), in_time], goals) == 50
    assert service_level([replace(in_time, media="email")], goals) is None
    assert service_level([], goals) is None
    assert not counts(replace(left, waited_ms=5000))
    assert counts(left) and counts(replace(in_time, waited_ms=0))


def test_a_queue_may_wait_for_the_agent_named_directly() -> None:
    wish = replace(WISH, skill_ids=[], direct_agent="named", last_agent="other")
    patient = QueueRules(queue_id=QUEUE, direct_wait_ms=60_000)
    assert chosen(wish, [agent("other")], patient, 59) == ("", "", 0)
    assert chosen(wish, [agent("other"), agent("named")], patient, 59) == ("named", "Direct", 0)
    assert chosen(wish, [agent("other")], patient, 60) == ("other", "Last", 0)


def test_what_was_given_to_one_agent_waits_for_them_where_the_queue_does_not() -> None:
    wish = replace(WISH, skill_ids=[], direct_agent="named", direct_wait_ms=60_000)
    plain, patient = (QueueRules(queue_id=QUEUE, direct_wait_ms=each) for each in (0, 90_000))
    assert chosen(wish, [agent("other")], plain, 59) == ("", "", 0)
    assert chosen(wish, [agent("other"), agent("named")], plain, 59) == ("named", "Direct", 0)
    assert chosen(wish, [agent("other")], plain, 60) == ("other", "Standard", 0)
    assert chosen(wish, [agent("other")], patient, 60) == ("", "", 0)
    assert next_change(wish, plain, 0) == 60_000
    nobody = replace(wish, direct_agent="")
    assert chosen(nobody, [agent("other")], plain, 0) == ("other", "Standard", 0)


def test_a_label_bounds_more_finely_than_its_medium() -> None:
    utilization = {**DEFAULT, of_label("sales"): Capacity(maximum_capacity=1)}
    seller = replace(agent("seller"), slots={"earlier": Slot(media="message", since=0, label_id="sales")})
    wish = replace(WISH, skill_ids=[])
    assert chosen(replace(wish, label_id="sales"), [seller], QueueRules(queue_id=QUEUE), 0, utilization) == ("", "", 0)
    assert chosen(wish, [seller], QueueRules(queue_id=QUEUE), 0, utilization)[0] == "seller"


def test_labels_interrupt_one_another_where_they_may() -> None:
    utilization = {
        **DEFAULT,
        of_label("routine"): Capacity(maximum_capacity=2, interrupting_label_ids=["urgent"]),
        of_label("urgent"): Capacity(maximum_capacity=1),
    }
    plain, wish = QueueRules(queue_id=QUEUE), replace(WISH, skill_ids=[])
    for held, coming, taken in (
        ("routine", "routine", True),
        ("routine", "urgent", True),
        ("urgent", "routine", False),
        ("urgent", "urgent", False),
        ("urgent", "", True),
        ("", "urgent", True),
        ("urgent", "unbounded", False),
        ("unbounded", "urgent", True),
    ):
        busy = replace(agent("busy"), slots={"earlier": Slot(media="message", since=0, label_id=held)})
        found = chosen(replace(wish, label_id=coming), [busy], plain, 0, utilization)
        assert (found[0] == "busy") is taken, (held, coming)
        full = replace(busy, utilization={"message": Capacity(maximum_capacity=1)})
        assert chosen(replace(wish, label_id=coming), [full], plain, 0, utilization) == ("", "", 0)


def test_what_an_agent_has_of_their_own_comes_before_the_organizations() -> None:
    wish, plain = replace(WISH, skill_ids=[]), QueueRules(queue_id=QUEUE)
    slots = {f"earlier{number}": Slot(media="message", since=0) for number in range(4)}
    busy = replace(agent("busy"), slots=slots)
    assert chosen(wish, [busy], plain, 0) == ("", "", 0)
    assert chosen(wish, [replace(busy, utilization={"message": Capacity(maximum_capacity=5)})], plain, 0)[0] == "busy"
    assert Candidates([busy], DEFAULT).room_of("busy", wish) == 0
    roomy = replace(busy, utilization={"message": Capacity(maximum_capacity=6)})
    assert Candidates([roomy], DEFAULT).room_of("busy", wish) == 2
    assert (
        estimate_seconds([replace(roomy, handled={"message": Handled(count=1, mean_ms=60_000)})], "message", 2, DEFAULT)
        == 20
    )


def test_when_an_interaction_next_asks_for_less() -> None:
    rules = replace(RINGS, overflow_ms=25_000, alert_ms=12_000)
    moments = []
    now = 0
    while (due := next_change(WISH, rules, now)) is not None:
        moments.append(due)
        now = due
    assert moments == [10_000, 12_000, 25_000, 30_000]
    assert next_change(WISH, QueueRules(queue_id=QUEUE), 0) is None
