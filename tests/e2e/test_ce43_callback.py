"""CE43: who does not want to wait is called back, from the place they had; and who must wait is not lost by a transfer."""

from datetime import timedelta

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


def test_a_callback_from_request_to_outcome(
    centre: ContactCentre, customer: Customer, ana: Desk, wrap_up_code: str
) -> None:
    """Asked for while Ana is busy, scheduled, offered at its time, not reached, put off, reached, noted."""
    api = platform.ConversationsApi(centre.sdk())
    at = (centre.now() + timedelta(minutes=5)).isoformat(timespec="milliseconds")
    made = api.post_conversations_callbacks(
        {
            "queueId": centre.queue("Support"),
            "callbackNumbers": [customer.address],
            "callbackUserName": customer.name,
            "callbackScheduledTime": at,
        }
    )
    identifier = made.conversation.id
    assert ana.held() == []
    centre.advance("PT5M5S")
    for _ in range(2):
        (conversation,) = ana.held()
        assert conversation.id == identifier
        mine = ana.part(conversation)
        assert mine.callbacks[-1].callback_numbers == [customer.address]
        ana.conversations.patch_conversations_callback_participant(identifier, mine.id, {"state": "connected"})
        later = (centre.now() + timedelta(minutes=5)).isoformat(timespec="milliseconds")
        ana.conversations.patch_conversations_callback_participant(identifier, mine.id, {"resumeTime": later})
        assert ana.held() == []
        centre.advance("PT5M5S")
    mine = ana.part(ana.held()[0])
    patch = ana.conversations.patch_conversations_callback_participant
    patch(identifier, mine.id, {"state": "connected"})
    patch(identifier, mine.id, {"state": "disconnected", "wrapup": {"code": wrap_up_code}})
    over = api.get_conversation(identifier)
    assert (over.state, ana.part(over).wrapup.code) == ("disconnected", wrap_up_code)
    assert ana.held() == []


def test_who_asked_to_be_called_comes_before_who_wrote_later(centre: ContactCentre, ana: Desk) -> None:
    ana.set_status("OFF_QUEUE")
    api = platform.ConversationsApi(centre.sdk())
    Customer(centre, "Noor").write("I wait here")
    called = api.post_conversations_callbacks(
        {"queueId": centre.queue("Support"), "callbackNumbers": ["+15557654321"], "callbackUserName": "Maria"}
    )
    centre.settle()
    ana.set_status("IDLE")
    assert [each.id for each in ana.held()] == [called.conversation.id]
