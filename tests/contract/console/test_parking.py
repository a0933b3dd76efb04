"""Parking: an agent puts a conversation aside and takes it up again."""

from typing import Any

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer


def test_parked_and_taken_up_again(talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    park = ana.conversations.patch_conversations_message_participant_parkingstate
    park(talk.id, talk.participant_id, {"state": "parked"})
    assert ana.held() == []
    parked = ana.part(ana.conversations.get_conversation(talk.id)).messages[-1]
    assert (parked.state, parked.park_time is None) == ("parked", False)
    park(talk.id, talk.participant_id, {"state": "connected"})
    assert [each.id for each in ana.held()] == [talk.id]
    assert [each.id for each in ana.conversations.get_conversations_messages().entities] == [talk.id]
    past, far = ({"state": "parked", "resumeTime": f"{year}-01-01T00:00:00Z"} for year in (2020, 9999))
    for body, field in ((past, "resumeTime"), (far, "resumeTime"), ({"state": "alerting"}, "state")):
        refused = refusal(lambda: park(talk.id, talk.participant_id, body))  # noqa: B023
        assert (refused.status, refused.field) == (400, field)


def test_what_is_parked_stays_the_customers_conversation(
    centre: ContactCentre, admin: Any, talk: Talk, ana: Desk, customer: Customer
) -> None:
    """Though a system writes to them meanwhile, in that conversation or in its own."""
    ana.conversations.patch_conversations_message_participant_parkingstate(
        talk.id, talk.participant_id, {"state": "parked"}
    )
    said = {
        "fromAddress": centre.integration("whatsapp")["address"]["phoneNumber"],
        "toAddress": customer.address,
        "toAddressMessengerType": "whatsapp",
    }
    send = platform.ConversationsApi(admin).post_conversations_messages_agentless
    apart = send({**said, "textBody": "Your parcel is on its way."})
    within = send({**said, "textBody": "Your parcel is here.", "useExistingActiveConversation": True})
    assert (within.conversation_id, apart.conversation_id != talk.id) == (talk.id, True)
    customer.write("Where?")
    assert ana.alerted(customer.address).id == talk.id
