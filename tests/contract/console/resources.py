"""Config entities of the contract: which SDK methods serve each, what the tests send of it and how they change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.console.agreement import Json
from tests.e2e.contact_centre import platform

LIBRARY = "library"
SKILL = "skill"
SCHEDULE = "schedule"


@dataclass(frozen=True)
class Resource:
    """`body(name, have)` is what a create sends; `have` are the ids of what it refers to, by LIBRARY, SKILL and SCHEDULE.

    `changes` are sent by an update: over the body with PUT, alone with PATCH. `required` are fields that a create must not
    lack, `bad` values that it must not have. Methods without a name are not served; `by_id` False: the SDK's listing takes no ids.
    """

    api: str
    path: str
    create: str
    body: Callable[[str, Mapping[str, str]], Json]
    get: str = ""
    list: str = ""
    update: str = ""
    delete: str = ""
    changes: Json = field(default_factory=dict)
    required: tuple[str, ...] = ("name",)
    bad: Mapping[str, Any] = field(default_factory=dict)
    resend_makes_one: bool = True
    named: bool = True
    paged: bool = True
    by_id: bool = True
    write_only: tuple[str, ...] = ()

    def call(self, client: Any, method: str) -> Any:
        return getattr(getattr(platform, self.api)(client), method)


def _queue(name: str, have: Mapping[str, str]) -> Json:
    return {
        "name": name,
        "description": "Ümläute, العربية, 🙂",
        "mediaSettings": {
            "message": {"alertingTimeoutSeconds": 21, "serviceLevel": {"percentage": 0.7, "durationMs": 45000}},
            "callback": {"maxRetryCount": 3},
            "call": {"alertingTimeoutSeconds": 9, "serviceLevel": {"percentage": 0.9, "durationMs": 15000}},
        },
        "bullseye": {
            "rings": [
                {
                    "expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": 30}],
                    "actions": {"skillsToRemove": [{"id": have[SKILL]}]},
                },
                {"actions": {"skillsToRemove": []}},
            ]
        },
        "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 30000},
        "skillEvaluationMethod": "BEST",
        "scoringMethod": "PriorityOnly",
        "lastAgentRoutingMode": "AnyAgent",
        "autoAnswerOnly": False,
        "enableTranscription": True,
        "callingPartyName": "Support",
        "cannedResponseLibraries": {"mode": "SelectedOnly", "libraryIds": [have[LIBRARY]]},
    }


RESOURCES: dict[str, Resource] = {
    "queue": Resource(
        "RoutingApi",
        "/api/v2/routing/queues",
        "post_routing_queues",
        _queue,
        "get_routing_queue",
        "get_routing_queues",
        "put_routing_queue",
        "delete_routing_queue",
        changes={
            "description": "changed",
            "acwSettings": {"wrapupPrompt": "OPTIONAL"},
            "skillEvaluationMethod": "NONE",
        },
        bad={
            "skillEvaluationMethod": "SOMETIMES",
            "mediaSettings.message.alertingTimeoutSeconds": 1,
            "mediaSettings.callback.maxRetryCount": -1,
        },
    ),
    "utilization label": Resource(
        "RoutingApi",
        "/api/v2/routing/utilization/labels",
        "post_routing_utilization_labels",
        lambda name, have: {"name": name},
        "get_routing_utilization_label",
        "get_routing_utilization_labels",
        "put_routing_utilization_label",
        "delete_routing_utilization_label",
        bad={"name": "a:b"},
        by_id=False,
    ),
    "skill": Resource(
        "RoutingApi",
        "/api/v2/routing/skills",
        "post_routing_skills",
        lambda name, have: {"name": name},
        "get_routing_skill",
        "get_routing_skills",
        delete="delete_routing_skill",
    ),
    "language": Resource(
        "RoutingApi",
        "/api/v2/routing/languages",
        "post_routing_languages",
        lambda name, have: {"name": name},
        "get_routing_language",
        "get_routing_languages",
        delete="delete_routing_language",
    ),
    "wrap-up code": Resource(
        "RoutingApi",
        "/api/v2/routing/wrapupcodes",
        "post_routing_wrapupcodes",
        lambda name, have: {"name": name, "description": "How it ended"},
        "get_routing_wrapupcode",
        "get_routing_wrapupcodes",
        "put_routing_wrapupcode",
        "delete_routing_wrapupcode",
        changes={"description": "changed"},
    ),
    "user": Resource(
        "UsersApi",
        "/api/v2/users",
        "post_users",
        lambda name, have: {
            "name": name,
            "email": f"{name.lower().replace(' ', '.')}@contract.example",
            "department": "Service",
            "title": "Agent",
            "state": "active",
            "addresses": [{"mediaType": "PHONE", "type": "WORK", "address": "+15550100199"}],
        },
        "get_user",
        "get_users",
        "patch_user",
        "delete_user",
        changes={
            "title": "Lead",
            "acdAutoAnswer": True,
            "certifications": ["first aid"],
            "biography": {"biography": "B."},
        },
        required=("name", "email"),
        bad={"email": "no address", "state": "sleepy"},
        named=False,
    ),
    "group": Resource(
        "GroupsApi",
        "/api/v2/groups",
        "post_groups",
        lambda name, have: {
            "name": name,
            "description": "Those of the night",
            "type": "official",
            "visibility": "members",
            "rulesVisible": False,
            "callsEnabled": True,
            "email": "night@contract.example",
            "addresses": [{"mediaType": "PHONE", "type": "GROUPPHONE", "address": "+15550100198"}],
        },
        "get_group",
        "get_groups",
        "put_group",
        "delete_group",
        changes={"description": "changed", "visibility": "owners", "rulesVisible": True},
        required=("name", "type"),
        bad={"type": "secret", "visibility": "nobody", "state": "deleted"},
        named=False,
    ),
    "presence definition": Resource(
        "PresenceApi",
        "/api/v2/presence/definitions",
        "post_presence_definitions",
        lambda name, have: {"languageLabels": {"en_US": name, "de": "Pause"}, "systemPresence": "Break"},
        "get_presence_definition",
        update="put_presence_definition",
        delete="delete_presence_definition",
        changes={"languageLabels": {"en_US": "changed"}, "deactivated": True},
        required=("languageLabels", "systemPresence"),
        bad={"systemPresence": "Asleep"},
        named=False,
    ),
    "division": Resource(
        "AuthorizationApi",
        "/api/v2/authorization/divisions",
        "post_authorization_divisions",
        lambda name, have: {"name": name, "description": "A part of us"},
        "get_authorization_division",
        "get_authorization_divisions",
        "put_authorization_division",
        "delete_authorization_division",
        changes={"description": "changed"},
    ),
    "role": Resource(
        "AuthorizationApi",
        "/api/v2/authorization/roles",
        "post_authorization_roles",
        lambda name, have: {
            "name": name,
            "description": "May look",
            "permissions": ["routing:queue:view"],
            "permissionPolicies": [{"domain": "routing", "entityName": "skill", "actionSet": ["view", "manage"]}],
        },
        "get_authorization_role",
        "get_authorization_roles",
        "put_authorization_role",
        "delete_authorization_role",
        changes={"description": "changed", "permissions": ["routing:*:view"]},
        bad={"permissions": ["everything"]},
    ),
    "oauth client": Resource(
        "OAuthApi",
        "/api/v2/oauth/clients",
        "post_oauth_clients",
        lambda name, have: {
            "name": name,
            "description": "A middleware",
            "authorizedGrantType": "CLIENT-CREDENTIALS",
            "accessTokenValiditySeconds": 1200,
            "state": "active",
            "dateToDelete": "2099-01-02T03:04:05.678Z",
        },
        "get_oauth_client",
        "get_oauth_clients",
        "put_oauth_client",
        "delete_oauth_client",
        changes={"description": "changed", "state": "inactive"},
        required=("name", "authorizedGrantType"),
        bad={"authorizedGrantType": "MAGIC", "accessTokenValiditySeconds": 1, "dateToDelete": "tomorrow"},
        resend_makes_one=False,  # its secret is told once and kept nowhere
        named=False,
        paged=False,
    ),
    "external contact": Resource(
        "ExternalContactsApi",
        "/api/v2/externalcontacts/contacts",
        "post_externalcontacts_contacts",
        lambda name, have: {
            "firstName": "Zoë",
            "lastName": name,
            "salutation": "Dr.",
            "title": "Buyer",
            "workEmail": f"{name.lower().replace(' ', '.')}@customer.example",
            "address": {"address1": "1 High Street", "city": "Lisboa", "countryCode": "PT"},
            "surveyOptOut": True,
        },
        "get_externalcontacts_contact",
        "get_externalcontacts_contacts",
        "put_externalcontacts_contact",
        "delete_externalcontacts_contact",
        changes={"title": "Owner", "otherEmail": "zoe@elsewhere.example"},
        required=(),
        bad={"workEmail": "no address"},
        named=False,
    ),
    "open integration": Resource(
        "ConversationsApi",
        "/api/v2/conversations/messaging/integrations/open",
        "post_conversations_messaging_integrations_open",
        lambda name, have: {
            "name": name,
            "outboundNotificationWebhookUrl": "https://middleware.example/hook",
            "outboundNotificationWebhookSignatureSecretToken": "between us",
            "webhookHeaders": {"x-tenant": "7"},
        },
        "get_conversations_messaging_integrations_open_integration_id",
        "get_conversations_messaging_integrations_open",
        "patch_conversations_messaging_integrations_open_integration_id",
        "delete_conversations_messaging_integrations_open_integration_id",
        changes={"outboundNotificationWebhookUrl": "https://middleware.example/other"},
        required=("name", "outboundNotificationWebhookUrl", "outboundNotificationWebhookSignatureSecretToken"),
        bad={"outboundNotificationWebhookUrl": "http://10.0.0.1/internal"},
        named=False,
        write_only=("outboundNotificationWebhookSignatureSecretToken", "webhookHeaders"),
    ),
    "flow": Resource(
        "ArchitectApi",
        "/api/v2/flows",
        "post_flows",
        lambda name, have: {"name": name, "type": "INBOUNDSHORTMESSAGE", "description": "Routes"},
        "get_flow",
        "get_flows",
        required=("name", "type"),
        bad={"type": "TELEPATHY"},
    ),
    "library": Resource(
        "ResponseManagementApi",
        "/api/v2/responsemanagement/libraries",
        "post_responsemanagement_libraries",
        lambda name, have: {"name": name},
        list="get_responsemanagement_libraries",
        named=False,
    ),
    "response": Resource(
        "ResponseManagementApi",
        "/api/v2/responsemanagement/responses",
        "post_responsemanagement_responses",
        lambda name, have: {
            "name": name,
            "libraries": [{"id": have[LIBRARY]}],
            "texts": [{"content": "Hello {{1}}", "contentType": "text/plain", "type": "body"}],
            "responseType": "MessagingTemplate",
            "messagingTemplate": {"whatsApp": {"name": "greeting", "language": "en_US", "namespace": "ns"}},
        },
        list="get_responsemanagement_responses",
        required=("name", "libraries"),
        bad={"responseType": "Song", "interactionType": "letter"},
        named=False,
    ),
    "schedule": Resource(
        "ArchitectApi",
        "/api/v2/architect/schedules",
        "post_architect_schedules",
        lambda name, have: {
            "name": name,
            "description": "Office hours",
            "start": "2026-01-05T09:00:00.000",
            "end": "2026-01-05T18:00:00.000",
            "rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR",
        },
        "get_architect_schedule",
        "get_architect_schedules",
        "put_architect_schedule",
        "delete_architect_schedule",
        changes={"description": "changed", "end": "2026-01-05T20:00:00.000"},
        required=("name", "start", "end"),
        bad={"start": "at nine", "end": "2026-01-05T09:00:00.000", "rrule": "FREQ=WHENEVER"},
        named=False,
    ),
    "schedule group": Resource(
        "ArchitectApi",
        "/api/v2/architect/schedulegroups",
        "post_architect_schedulegroups",
        lambda name, have: {
            "name": name,
            "description": "Service",
            "timeZone": "Europe/Lisbon",
            "openSchedules": [{"id": have[SCHEDULE]}],
            "closedSchedules": [],
            "holidaySchedules": [{"id": have[SCHEDULE]}],
        },
        "get_architect_schedulegroup",
        "get_architect_schedulegroups",
        "put_architect_schedulegroup",
        "delete_architect_schedulegroup",
        changes={"timeZone": "America/New_York", "holidaySchedules": []},
        required=("name", "timeZone"),
        bad={"timeZone": "Europe/Atlantis"},
        named=False,
    ),
    "emergency group": Resource(
        "ArchitectApi",
        "/api/v2/architect/emergencygroups",
        "post_architect_emergencygroups",
        lambda name, have: {"name": name, "description": "Evacuation", "enabled": False, "emergencyCallFlows": []},
        "get_architect_emergencygroup",
        "get_architect_emergencygroups",
        "put_architect_emergencygroup",
        "delete_architect_emergencygroup",
        changes={"enabled": True},
        named=False,
    ),
    "data table": Resource(
        "ArchitectApi",
        "/api/v2/flows/datatables",
        "post_flows_datatables",
        lambda name, have: {
            "name": name,
            "description": "Parameters",
            "schema": {
                "$schema": "http://json-schema.org/draft-04/schema#",
                "type": "object",
                "required": ["key"],
                "additionalProperties": False,
                "properties": {
                    "key": {"title": "key", "type": "string", "$id": "/properties/key", "displayOrder": 0},
                    "Limit": {"title": "Limit", "type": "integer", "default": 5, "displayOrder": 1},
                },
            },
        },
        "get_flows_datatable",
        "get_flows_datatables",
        "put_flows_datatable",
        "delete_flows_datatable",
        changes={"description": "changed"},
        required=("name", "schema"),
        bad={"schema.type": "array", "schema.required": ["Limit"]},
        named=False,
    ),
}
