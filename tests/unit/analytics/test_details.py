"""The platform's analytics details: what the official SDK decodes, and what adds up."""

from collections.abc import Sequence
from typing import Any

import pytest
from switchboard.analytics.details import details
from switchboard.analytics.models import Goal, Goals
from switchboard.conversations import conferring, consulting, transferring, transitions, wrapping_up
from switchboard.conversations.models import Conversation, WrapUp
from switchboard.conversations.transferring import Manner
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import contract
from switchboard.routing.models import SHORT_ABANDON_MS

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, alerted, answered, part_of, waiting_in

GOALS: Goals = {(SUPPORT, "message"): Goal(percentage=0.8, duration_ms=20_000)}


def handled(prompt: str = "optional") -> Conversation:
    """Waited 3 s, alerted 2 s, talked 50 s of which 10 on hold, wrapped up in 5 s."""
    conversation, ana = answered(NOON + 5000, prompt)
    conversation = transitions.hold(conversation, ana, True, NOON + 20_000)
    conversation = transitions.hold(conversation, part_of(conversation, ana), False, NOON + 30_000)
    conversation = transitions.leave(conversation, part_of(conversation, ana), NOON + 55_000)
    given = WrapUp(code="code", notes="done", tags=["a"])
    return wrapping_up.wrap_up(conversation, part_of(conversation, ana), given, NOON + 60_000)


def emitted(conversation: Conversation, purpose: str) -> list[dict[str, Any]]:
    parts = [each for each in details(conversation, GOALS)["participants"] if each["purpose"] == purpose]
    return [metric for part in parts for metric in part["sessions"][0]["metrics"]]


def metrics(conversation: Conversation, purpose: str) -> dict[str, int]:
    return {each["name"]: each["value"] for each in emitted(conversation, purpose)}


def values(found: Sequence[dict[str, Any]], name: str) -> list[int]:
    return [each["value"] for each in found if each["name"] == name]


@pytest.mark.parametrize("source", [waiting_in(), alerted(waiting_in(), NOON + 1)[0], answered()[0], handled()])
def test_every_field_that_is_answered_is_one_of_the_platform(source: Conversation) -> None:
    kind = "AnalyticsConversationWithoutAttributes"
    shown = contract.shape(kind, details(source, GOALS))
    assert contract.validate(kind, shown) == shown


def test_the_times_of_a_handled_conversation_add_up() -> None:
    agent = metrics(handled(), "agent")
    assert agent == {
        "tAnswered": 5000,
        "tAlert": 2000,
        "nConnected": 1,
        "tTalk": 25_000,
        "tHeld": 10_000,
        "tHeldComplete": 10_000,
        "tTalkComplete": 40_000,
        "tAcw": 5000,
        "tHandle": 55_000,
    }
    assert values(emitted(handled(), "agent"), "tTalk") == [15_000, 25_000]
    assert agent["tHandle"] == agent["tTalkComplete"] + agent["tHeldComplete"] + agent["tAcw"]
    assert metrics(handled(), "acd") == {"nOffered": 1, "tAcd": 5000, "tWait": 5000, "oServiceLevel": 1}


def test_who_gives_up_waiting_has_abandoned() -> None:
    ended = transitions.disconnect(waiting_in(), NOON + 7000)
    assert metrics(ended, "acd") == {
        "nOffered": 1,
        "tAcd": 7000,
        "tWait": 7000,
        "tAbandon": 7000,
        "oServiceLevel": 0,
    }


def test_what_is_sent_on_has_flowed_out_of_its_queue() -> None:
    sent = transitions.send_on(waiting_in(), SUPPORT, QueueTarget(SALES, "Sales"), NOON + 7000)
    waited = [
        each["sessions"][0]["metrics"] for each in details(sent, GOALS)["participants"] if each["purpose"] == "acd"
    ]
    assert [{metric["name"]: metric["value"] for metric in each} for each in waited] == [
        {"nOffered": 1, "tAcd": 7000, "tWait": 7000, "tFlowOut": 7000},
        {"nOffered": 1},
    ]


def test_a_transfer_that_was_called_off_is_nobodys_abandonment() -> None:
    conversation, ana = answered(NOON + 5000)
    attended = Manner(attended=True)
    offered = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 6000, attended)
    waits = next(each for each in offered.of_purpose("acd") if each.active)
    off = details(transferring.withdraw(offered, waits, NOON + 20_000), GOALS)
    last = [each["sessions"][0]["metrics"] for each in off["participants"] if each["purpose"] == "acd"][-1]
    names = {metric["name"] for metric in last}
    assert "tFlowOut" in names and not names & {"tAbandon", "tShortAbandon", "tAnswered"}


def test_whom_somebody_attends_to_has_not_given_up_waiting_when_it_ends() -> None:
    conversation, ana = answered(NOON + 5000)
    conversation = conferring.join(conversation, BEN, "Ben", NOON + 6000)
    sent = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 7000)
    ended = details(transitions.disconnect(sent, NOON + 30_000), GOALS)
    last = [each["sessions"][0]["metrics"] for each in ended["participants"] if each["purpose"] == "acd"][-1]
    assert [metric["name"] for metric in last] == ["nOffered", "tAcd", "tWait", "tFlowOut"]


def test_the_time_that_it_was_put_aside() -> None:
    conversation, ana = answered(NOON + 5000)
    parked = transitions.park(conversation, ana, 0, NOON + 9000)
    assert "tPark" not in metrics(parked, "agent")
    resumed = transitions.resume(parked, part_of(parked, ana), NOON + 29_000)
    agent = metrics(resumed, "agent")
    assert (agent["tPark"], agent["tParkComplete"], agent["tTalkComplete"]) == (20_000, 20_000, 4000)
    assert "nTransferred" not in agent
    handed_on = transferring.transfer(parked, part_of(parked, ana), QueueTarget(SALES), NOON + 29_000)
    assert metrics(handed_on, "agent")["nBlindTransferred"] == 1


def test_an_unanswered_alert() -> None:
    conversation, ana = alerted(waiting_in(), NOON + 1000)
    conversation = transitions.no_answer(conversation, ana, NOON + 31_000, "transfer.noanswer")
    assert metrics(conversation, "agent") == {"tAlert": 30_000, "tNotResponding": 30_000}
    segment = details(conversation, GOALS)["participants"][-1]["sessions"][0]["segments"][0]
    assert segment["disconnectType"] == "noAnswerTransfer"
    assert segment["segmentType"] == "alert"


def test_a_transfer_is_counted_and_no_abandonment() -> None:
    conversation, ana = answered(NOON + 5000)
    conversation = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 15_000)
    agent = metrics(conversation, "agent")
    assert (agent["nTransferred"], agent["nBlindTransferred"], agent["tTalkComplete"]) == (1, 1, 10_000)
    waited = [each for each in details(conversation, GOALS)["participants"] if each["purpose"] == "acd"]
    names = [[metric["name"] for metric in each["sessions"][0]["metrics"]] for each in waited]
    assert names == [["nOffered", "tAcd", "tWait", "oServiceLevel"], ["nOffered"]]
    assert agent["tAnswered"] == 5000


def test_the_routing_that_brought_an_agent() -> None:
    parts = {each["purpose"]: each for each in details(answered()[0], GOALS)["participants"]}
    assert parts["agent"]["userId"] == ANA
    assert parts["agent"]["sessions"][0]["usedRouting"] == "Standard"
    assert parts["agent"]["sessions"][0]["segments"][0]["queueId"] == SUPPORT


def test_who_leaves_at_once_is_a_short_abandon_and_no_other() -> None:
    at_the_threshold = transitions.disconnect(waiting_in(), NOON + SHORT_ABANDON_MS)
    assert metrics(at_the_threshold, "acd") == {"nOffered": 1, "tAcd": 5000, "tWait": 5000, "tShortAbandon": 5000}
    assert "tAbandon" in metrics(transitions.disconnect(waiting_in(), NOON + SHORT_ABANDON_MS + 1), "acd")


@pytest.mark.parametrize(("waited", "over"), [(20_000, False), (20_001, True)])
def test_an_answer_after_the_goal_is_over_the_service_level(waited: int, over: bool) -> None:
    conversation, _ = answered(NOON + waited)
    assert ("nOverSla" in metrics(conversation, "acd")) is over


def test_a_queue_without_goal_has_no_service_level() -> None:
    conversation, _ = answered(NOON + 90_000)
    waited = details(conversation, {})["participants"][1]["sessions"][0]
    assert waited["serviceTarget"] is None
    assert "nOverSla" not in [metric["name"] for metric in waited["metrics"]]


def test_what_is_not_over_says_nothing_of_its_end() -> None:
    conversation, ana = answered(NOON + 5000, prompt="mandatory")
    on_hold = transitions.hold(conversation, ana, True, NOON + 9000)
    assert metrics(on_hold, "agent") == {"tAnswered": 5000, "tAlert": 2000, "nConnected": 1, "tTalk": 4000}
    left = transitions.leave(on_hold, part_of(on_hold, ana), NOON + 12_000)
    assert "tHandle" not in metrics(left, "agent"), "the wrap-up is owed"
    assert metrics(handled("mandatory"), "agent")["tHandle"] == 55_000


def test_an_answer_counts_for_the_wait_that_it_ended() -> None:
    """Ana transfers back to her own queue, where Ben lets it ring and the customer gives up."""
    conversation, ana = answered(NOON + 5000)
    conversation = transferring.transfer(conversation, ana, QueueTarget(SUPPORT), NOON + 15_000)
    conversation, ben = alerted(conversation, NOON + 16_000, BEN)
    conversation = transitions.no_answer(conversation, ben, NOON + 46_000, "transfer.noanswer")
    ended = transitions.disconnect(conversation, NOON + 50_000)
    assert values(emitted(ended, "acd"), "tAbandon") == [35_000]
    assert values(emitted(ended, "agent"), "tAnswered") == [5000], "of Ana's part"


def test_the_skills_that_were_asked_for_stand_with_who_waited_and_who_answered() -> None:
    conversation = transitions.enqueue(waiting_in(), QueueTarget(SALES, skill_ids=("french",)), NOON + 1)
    conversation, _ = alerted(conversation, NOON + 2)
    shown = {each["purpose"]: each["sessions"][0] for each in details(conversation, GOALS)["participants"]}
    for purpose in ("acd", "agent"):
        assert shown[purpose]["segments"][0]["requestedRoutingSkillIds"] == ["french"], purpose


def test_who_was_asked_for_advice_counts_for_the_agent_who_asked() -> None:
    conversation, ana = answered(NOON + 5000)
    conversation, ben = consulting.begin(conversation, ana, BEN, "Ben", NOON + 8000)
    conversation = consulting.accept(conversation, ben, NOON + 9000)
    assert metrics(conversation, "agent")["nConsult"] == 1
    shown = [each for each in details(conversation, GOALS)["participants"] if each["purpose"] == "user"]
    assert [each["sessions"][0]["mediaType"] for each in shown] == ["internalmessage"]
    assert metrics(conversation, "user") == {}


@pytest.mark.parametrize("parks", [False, True])
def test_who_stayed_until_another_took_over_has_transferred_by_consultation(parks: bool) -> None:
    """Also where they had put it aside meanwhile."""
    conversation, ana = answered(NOON + 5000)
    attended = transferring.Manner(attended=True)
    conversation = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 15_000, attended)
    assert "nTransferred" not in metrics(conversation, "agent")
    if parks:
        conversation = transitions.park(conversation, part_of(conversation, ana), 0, NOON + 15_500)
    conversation, ben = alerted(conversation, NOON + 16_000, BEN)
    conversation = transitions.answer(conversation, ben, NOON + 20_000)
    found = emitted(conversation, "agent")
    assert values(found, "nConsultTransferred") == values(found, "nTransferred") == [1]
    assert values(found, "tAnswered") == [5000, 5000]


def test_who_joins_an_agent_has_barged_in_and_handled_nothing() -> None:
    conversation, ana = answered(NOON + 5000)
    conversation = conferring.join(conversation, BEN, "Ben", NOON + 8000)
    ben = conversation.participants[-1]
    assert metrics(conversation, "user") == {}
    alone = transitions.leave(conversation, ana, NOON + 9000)
    over = transitions.leave(alone, ben, NOON + 28_000)
    assert metrics(over, "user") == {"tBarging": 20_000}
    assert values(emitted(over, "agent"), "nConnected") == [1]
    assert "nConsult" not in metrics(over, "agent")
    (shown,) = [each for each in details(over, GOALS)["participants"] if each["purpose"] == "user"]
    (session,) = shown["sessions"]
    assert (shown["userId"], session["bargedParticipantId"], session["mediaType"]) == (BEN, ana.id, "message")
    (segment,) = session["segments"]
    assert (segment["segmentType"], segment["queueId"]) == ("barging", None)
    kind = "AnalyticsConversationWithoutAttributes"
    body = contract.shape(kind, details(over, GOALS))
    assert contract.validate(kind, body) == body
