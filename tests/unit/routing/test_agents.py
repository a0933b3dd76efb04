"""An agent's state, one transition after another; late and repeated facts change nothing."""

from msgspec.structs import replace
from switchboard.routing import agents
from switchboard.routing.models import Agent, Interaction, Membership
from switchboard.routing.utilization import DEFAULT, Capacity
from switchboard.routing.waiting_time import estimate_seconds

TALK = Interaction(conversation_id="talk", participant_id="acd", queue_id="queue")
ON = agents.go(Agent(user_id="ana"), True, 1)


def test_on_queue_alerted_answered_released() -> None:
    claimed = agents.claim(ON, TALK, due=40, now=10)
    assert (claimed.status, claimed.status_since, claimed.idle_since) == ("INTERACTING", 10, 1)
    answered = agents.answered(claimed, "talk", started=11, now=20)
    assert (answered.slots["talk"].due, answered.idle_since) == (0, 20)
    free = agents.release(answered, "talk", started=11, now=70)
    assert (free.status, free.status_since, free.idle_since, free.slots) == ("IDLE", 70, 70, {})
    assert free.handled["message"].mean_ms == 60


def test_facts_about_an_earlier_part_do_not_touch_a_later_claim() -> None:
    claimed = agents.claim(ON, TALK, due=140, now=110)
    assert agents.release(claimed, "talk", started=50, now=120) is claimed
    assert agents.not_responding(claimed, "talk", started=50, now=120) is claimed
    assert agents.answered(claimed, "talk", started=50, now=120) is claimed


def test_repeated_facts_change_nothing() -> None:
    free = agents.release(agents.claim(ON, TALK, 40, 10), "talk", started=11, now=30)
    assert agents.release(free, "talk", started=11, now=99) is free
    assert agents.go(ON, True, 99) is ON


def test_not_responding_lasts_until_they_say_they_are_back() -> None:
    silent = agents.not_responding(agents.claim(ON, TALK, 40, 10), "talk", started=11, now=41)
    assert (silent.status, silent.slots) == ("NOT_RESPONDING", {})
    assert not agents.available(silent, DEFAULT)
    assert agents.go(silent, True, 60).status == "IDLE"


def test_going_off_queue_keeps_what_is_on_hand() -> None:
    off = agents.go(agents.claim(ON, TALK, 40, 10), False, 20)
    assert (off.status, list(off.slots)) == ("OFF_QUEUE", ["talk"])


def test_a_claim_that_came_to_nothing_leaves_the_place_in_the_line() -> None:
    back = agents.give_back(agents.claim(ON, TALK, 40, 10), "talk", 12)
    assert (back.status, back.idle_since) == ("IDLE", ON.idle_since)


def test_work_is_found_for_who_has_room_and_a_retry_still_finds_who_was_just_alerted() -> None:
    one = {"message": Capacity(maximum_capacity=1)}
    claimed = agents.claim(ON, TALK, 40, 10)
    assert agents.available(ON, one)
    assert agents.available(claimed, one)
    assert not agents.available(agents.answered(claimed, "talk", 11, 20), one)


def test_joining_and_leaving_queues() -> None:
    member = agents.join(ON, "queue", Membership(), 5)
    assert member.joined_queues == ["queue"]
    assert agents.join(member, "queue", Membership(), 9) is member
    assert agents.join(member, "queue", None, 9).queues == {}


def test_the_estimate_follows_recent_handling_times() -> None:
    handled = agents.release(agents.answered(agents.claim(ON, TALK, 40, 0), "talk", 0, 0), "talk", 0, 60_000)
    busy = handled
    for number in range(4):
        busy = agents.claim(busy, replace(TALK, conversation_id=str(number)), 0, 0)
    assert estimate_seconds([handled], "message", 1, DEFAULT) == 0
    assert estimate_seconds([busy], "message", 1, DEFAULT) == 15
    assert estimate_seconds([busy], "message", 8, DEFAULT) == 120
    assert estimate_seconds([busy], "email", 1, DEFAULT) is None
    assert estimate_seconds([], "message", 1, DEFAULT) is None
