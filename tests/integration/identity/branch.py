"""A division with one thing of each kind that lies in one, and what an operation is called with to reach it."""

from dataclasses import dataclass
from typing import Any

from functions.conversations.api import participants
from tests.integration.identity.console import Console, Json
from tests.integration.identity.divisioned import DIVISIONS, THINGS
from tests.integration.routing.conftest import Centre

# The names that operations give to the ids of things in their paths.
NAMED = {
    "queue": "queueId",
    "user": "userId",
    "flow": "flowId",
    "schedule": "scheduleId",
    "schedule group": "scheduleGroupId",
    "emergency group": "emergencyGroupId",
    "data table": "datatableId",
    "skill": "skillId",
    "contact": "contactId",
    "wrap-up code": "codeId",
}


@dataclass(frozen=True)
class Branch:
    """`ids` are by the names that paths have for them; `agent` is the console of its only agent, whom the conversation alerts."""

    division: str
    ids: dict[str, str]
    agent: Console

    def path(self, template: str) -> str:
        return template.format_map(self.ids)

    def bodies(self) -> dict[str, Any]:
        """By operation: bodies with which whoever may do it does it. An empty one is sent where none is said."""
        user, queue = [{"id": self.ids["userId"]}], {"queueId": self.ids["queueId"]}
        contact = {"externalContactId": self.ids["contactId"]}
        transfer = {"userId": self.ids["userId"]}
        row = {"key": self.ids["rowId"]}
        callback = {**queue, "callbackNumbers": ["+15550001234"]}
        return {
            "put_routing_queue": {"name": "Mine"},
            "put_flows_datatable_row": row,
            "post_flows_datatable_rows": row,
            "put_externalcontacts_conversation": contact,
            "put_externalcontacts_contact": {"firstName": "Eve"},
            "patch_externalcontacts_contact": {"changes": []},
            "patch_user": {"title": "Chief", "version": 1},
            "patch_routing_skill": {"divisionId": self.division},
            "put_routing_queue_waitingsettings": {},
            "post_routing_queue_members": user,
            "patch_routing_queue_members": user,
            "patch_routing_queue_member": {"joined": False},
            "post_routing_queue_wrapupcodes": [{"id": self.ids["codeId"]}],
            "put_user_routingstatus": {"status": "IDLE"},
            "patch_user_queue": {"joined": False},
            "post_user_routingskills": {"id": self.ids["skillId"], "proficiency": 3},
            "put_user_routingskill": {"id": self.ids["skillId"], "proficiency": 3},
            "patch_user_presence": {"presenceDefinition": {"systemPresence": "Away"}},
            "post_conversation_assign": user[0],
            "post_conversation_participant_replace_queue": queue,
            "post_conversation_participant_replace_agent": transfer,
            "post_conversation_participant_replace_contact_external": {"contactId": self.ids["contactId"]},
            "post_conversation_participant_internalmessages_users_communications": {"targetUserId": self.ids["userId"]},
            "post_conversation_communication_internalmessages": {"text": "Hi"},
            "patch_conversation_participant_attributes": {"attributes": {"vip": "yes"}},
            "patch_conversations_callback_participant_attributes": {"attributes": {"vip": "yes"}},
            "patch_conversations_message_participant": {"state": "connected"},
            "patch_conversations_callback_participant": {"state": "connected"},
            "patch_conversation_participant": {"state": "connected"},
            "patch_conversations_message_participant_parkingstate": {"state": "connected"},
            "post_conversations_message_communication_messages": {"textBody": "Hi"},
            "post_conversations_message_communication_messages_media_uploads": {
                "fileName": "a.png",
                "contentLengthBytes": 5,
            },
            "post_conversations_callbacks": callback,
            "POST /api/v2/conversations/{conversationId}/participants/{participantId}/callbacks": callback,
            "POST /api/v2/conversations/{conversationId}/participants/{participantId}/replace": queue,
            "POST /api/v2/conversations/messages/{conversationId}/participants/{participantId}/replace": queue,
            "POST /api/v2/conversations/callbacks/{conversationId}/participants/{participantId}/replace": queue,
            AFTER_CALL_WORK: {"afterCallWorkRequired": True},
        }


AFTER_CALL_WORK = f"PATCH {participants.AFTER_CALL_WORK}"


def furnished(centre: Centre, admin: Console, name: str) -> Branch:
    """A branch whose agent is a member of its queue, in which a conversation was offered to them."""
    division = str(_done(admin, DIVISIONS, {"name": name})["id"])
    where = {"division": {"id": division}}
    ids = {"divisionId": division, "rowId": "row"}
    for kind, (path, body, _) in THINGS.items():
        ids[NAMED[kind]] = str(_done(admin, path, body(f"{kind}-{name}".replace(" ", "-"), where))["id"])
    ids["memberId"] = ids["subjectId"] = ids["userId"]
    _done(admin, f"/api/v2/flows/datatables/{ids['datatableId']}/rows", {"key": "row"})
    _done(admin, f"/api/v2/users/{ids['userId']}/routingskills", {"id": ids["skillId"], "proficiency": 1})
    _done(admin, f"/api/v2/routing/queues/{ids['queueId']}/wrapupcodes", [{"id": ids["codeId"]}])
    _done(admin, f"/api/v2/routing/queues/{ids['queueId']}/members", [{"id": ids["userId"]}])
    centre.say(ids["userId"], "IDLE")
    ids["conversationId"] = centre.start(ids["queueId"], division_id=division)
    part = centre.alerting(ids["conversationId"])
    assert part is not None
    ids |= {"participantId": part.id, "communicationId": part.communications[-1].id}
    return Branch(division, ids, Console(centre.cloud).client(user_id=ids["userId"]))


def _done(admin: Console, path: str, body: Any) -> Json:
    answer = admin.call("POST", path, body)
    assert answer.status < 300, answer.body
    made: Json = answer.body
    return made
