"""A conversation is linked with an external contact by hand (CE29: the agent recognises the customer)."""

from switchboard.contacts import api as contacts
from switchboard.conversations import api as conversations
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request

ASSOCIATE = "externalContacts:conversation:associate"


def register(api: Api) -> None:
    name = "ExternalContactsApi.put_externalcontacts_conversation"
    api.operation(name, ASSOCIATE)(associate)


def associate(request: Request) -> None:
    """`{externalContactId}`; the conversation of the path. Raises InvalidValueError for an unknown contact."""
    require(request.body, "externalContactId")
    conversation_id = request.path["conversationId"]
    if request.body.get("conversationId") not in (None, "", conversation_id):
        raise InvalidValueError("conversationId is not the one in the path.", field="conversationId")
    conversation = conversations.get(conversation_id)
    request.caller.require(ASSOCIATE, *conversation.division_ids)
    contact = contacts.named(request.body["externalContactId"], request.caller)
    conversations.set_external_contact(conversation.id, contact["id"])
