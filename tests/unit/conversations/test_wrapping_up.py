"""After-call work: who owes it, for how long, and when the agent's capacity is free again."""

import pytest
from msgspec.structs import replace
from switchboard.conversations import due, transferring, transitions, wrapping_up
from switchboard.conversations.due import Due
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant, WrapUp

from tests.unit.conversations.making import NOON, alerted, answered, part_of, waiting_in

LEFT = NOON + 60_000
MINUTE = 60_000
CODE = WrapUp(code="sorted")


def left(prompt: str, timeout_ms: int = MINUTE) -> tuple[Conversation, Participant]:
    """The agent left at `LEFT`."""
    conversation, ana = answered(prompt=prompt, timeout_ms=timeout_ms)
    conversation = transitions.leave(conversation, ana, LEFT)
    return conversation, part_of(conversation, ana)


def only_due(conversation: Conversation) -> Due:
    (found,) = due.of(conversation)
    return found


@pytest.mark.parametrize("prompt", ["timeout", "forcedTimeout"])
def test_time_ends_it_with_the_platforms_code(prompt: str) -> None:
    conversation, ana = left(prompt)
    assert transitions.occupies(ana)
    what = only_due(conversation)
    assert what == Due("afterCallWork", ana.id, LEFT + MINUTE)
    conversation = due.happen(conversation, what, LEFT + MINUTE + 900)
    over = part_of(conversation, ana)
    assert over.wrapup is not None
    assert over.wrapup.code == "ININ-WRAP-UP-TIMEOUT"
    assert (over.end_acw, over.wrapup_required, transitions.occupies(over)) == (LEFT + MINUTE, False, False)
    assert due.of(conversation) == frozenset()


def test_who_is_done_early_is_free_early_unless_the_time_is_forced() -> None:
    for prompt, busy in (("timeout", False), ("forcedTimeout", True)):
        conversation, ana = left(prompt)
        conversation = wrapping_up.wrap_up(conversation, ana, CODE, LEFT + 5000)
        noted = part_of(conversation, ana)
        assert (noted.wrapup_required, transitions.occupies(noted)) == (False, busy)
        assert bool(due.of(conversation)) == busy


def test_a_forced_time_keeps_the_code_given_and_is_not_extended() -> None:
    conversation, ana = left("forcedTimeout")
    what = only_due(conversation)
    conversation = wrapping_up.wrap_up(conversation, ana, CODE, LEFT + 5000)
    conversation = due.happen(conversation, what, LEFT + MINUTE)
    over = part_of(conversation, ana)
    assert over.wrapup is not None
    assert (over.wrapup.code, over.end_acw, transitions.occupies(over)) == ("sorted", LEFT + MINUTE, False)
    with pytest.raises(StateConflictError, match="is over"):
        wrapping_up.wrap_up(conversation, over, CODE, LEFT + MINUTE + 1)


def test_a_code_given_after_the_time_replaces_the_platforms() -> None:
    conversation, ana = left("timeout")
    conversation = due.happen(conversation, only_due(conversation), LEFT + MINUTE)
    conversation = wrapping_up.wrap_up(conversation, part_of(conversation, ana), CODE, LEFT + 2 * MINUTE)
    noted = part_of(conversation, ana)
    assert noted.wrapup is not None
    assert (noted.wrapup.code, noted.end_acw) == ("sorted", LEFT + MINUTE)


PENDING = WrapUp(code="sorted", notes="as far as I", provisional=True)


def test_a_provisional_note_ends_no_work() -> None:
    conversation, ana = answered(prompt="mandatory")
    conversation = wrapping_up.wrap_up(conversation, ana, PENDING, NOON + 50_000)
    conversation = transitions.leave(conversation, part_of(conversation, ana), LEFT)
    owing = part_of(conversation, ana)
    assert (owing.wrapup, owing.wrapup_required, owing.end_acw) == (PENDING, True, 0)
    assert transitions.occupies(owing)
    conversation = wrapping_up.wrap_up(conversation, owing, WrapUp(provisional=True), LEFT + 4000)
    assert transitions.occupies(part_of(conversation, ana))
    conversation = wrapping_up.wrap_up(conversation, part_of(conversation, ana), CODE, LEFT + 5000)
    assert not transitions.occupies(part_of(conversation, ana))
    with pytest.raises(StateConflictError):
        wrapping_up.wrap_up(conversation, part_of(conversation, ana), PENDING, LEFT + 6000)


@pytest.mark.parametrize(("given", "code"), [(PENDING, "sorted"), (replace(PENDING, code=""), "ININ-WRAP-UP-TIMEOUT")])
def test_what_was_noted_provisionally_holds_when_the_time_is_over(given: WrapUp, code: str) -> None:
    conversation, ana = left("timeout")
    conversation = wrapping_up.wrap_up(conversation, ana, given, LEFT + 5000)
    conversation = due.happen(conversation, only_due(conversation), LEFT + MINUTE)
    over = part_of(conversation, ana)
    assert over.wrapup is not None
    assert (over.wrapup.code, over.wrapup.notes, over.wrapup.provisional) == (code, "as far as I", False)
    assert (over.end_acw, transitions.occupies(over)) == (LEFT + MINUTE, False)
    assert over.communications[-1].segments[-1].wrap_up_code == code


def test_a_timer_of_what_was_noted_in_time_is_stale() -> None:
    conversation, ana = left("timeout")
    what = only_due(conversation)
    noted = wrapping_up.wrap_up(conversation, ana, CODE, LEFT + 5000)
    assert due.happen(noted, what, LEFT + MINUTE) == noted


def test_noted_before_the_end_nothing_is_owed() -> None:
    for prompt in ("optional", "mandatory", "timeout"):
        conversation, ana = answered(prompt=prompt, timeout_ms=MINUTE)
        conversation = wrapping_up.wrap_up(conversation, ana, CODE, NOON + 50_000)
        assert transitions.occupies(part_of(conversation, ana)), "they are still on it"
        conversation = transitions.leave(conversation, part_of(conversation, ana), LEFT)
        assert not transitions.occupies(part_of(conversation, ana))


@pytest.mark.parametrize("asked", [False, True])
def test_only_who_asks_has_work_where_the_queue_leaves_it_to_them(asked: bool) -> None:
    conversation, ana = answered(prompt="agentRequested")
    if asked:
        conversation = wrapping_up.request(conversation, ana, True)
    conversation = transitions.leave(conversation, part_of(conversation, ana), LEFT)
    assert transitions.occupies(part_of(conversation, ana)) is asked
    if asked:
        conversation = wrapping_up.skip(conversation, part_of(conversation, ana), LEFT + 5000)
        assert not transitions.occupies(part_of(conversation, ana))


def test_only_an_agent_who_talked_wraps_up() -> None:
    conversation, ana = alerted(waiting_in(), NOON)
    (acd,) = conversation.of_purpose("acd")
    for participant in (ana, acd):
        with pytest.raises(StateConflictError):
            wrapping_up.wrap_up(conversation, participant, CODE, NOON + 1)
    with pytest.raises(StateConflictError):
        wrapping_up.request(*answered(prompt="mandatory"), True)


def test_a_transfer_owes_the_same_work() -> None:
    conversation, ana = answered(prompt="timeout", timeout_ms=MINUTE)
    queue = transitions.QueueTarget(ana.queue_id)
    conversation = transferring.transfer(conversation, ana, queue, LEFT)
    assert transitions.occupies(part_of(conversation, ana))
    assert only_due(conversation).at == LEFT + MINUTE
