"""A customer on Open Messaging: normalized messages as a middleware sends them (the platform's Open Messaging guide)."""

import uuid
from datetime import datetime
from typing import Any

from tests.e2e.contact_centre import ContactCentre, Json, platform


class Middleware:
    """A system of the owner's, with an OAuth client that may only hand in what customers write."""

    def __init__(self, centre: ContactCentre) -> None:
        self._centre = centre
        self.integration = centre.integration("open")
        policy = {"domain": "conversation", "entityName": "message", "actionSet": ["receive"]}
        name = f"Middleware {uuid.uuid4()}"
        role = platform.AuthorizationApi(centre.sdk()).post_authorization_roles(
            {"name": name, "permissionPolicies": [policy]}
        )
        client = platform.OAuthApi(centre.sdk()).post_oauth_clients(
            {"name": name, "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [role.id]}
        )
        self.api = platform.ConversationsApi(centre.sdk(client.id, client.secret))

    def message(self, customer: str, text: str = "", at: datetime | None = None, **more: Any) -> Json:
        sender = {"id": customer, "idType": "Email", "nickname": "Jo", "firstName": "Jo", "lastName": "Doe"}
        moment = (at or self._centre.now()).isoformat(timespec="milliseconds")
        channel = {"messageId": str(uuid.uuid4()), "from": sender, "time": moment}
        return {"channel": channel, **({"text": text} if text else {}), **more}

    def receipt(self, message_id: str, status: str, **more: Any) -> Json:
        """What became of a message of ours. A failed one names `reasons`."""
        moment = self._centre.now().isoformat(timespec="milliseconds")
        return {"id": message_id, "channel": {"time": moment}, "status": status, **more}

    def received(self, customer: str) -> list[Json]:
        """The notifications about messages to the customer, as journalled by the simulator, oldest first."""
        calls = self._centre.requests("open")
        return [each for each in calls if each["body"]["channel"]["to"]["id"] == customer]


def new_address() -> str:
    """The e-mail address of a customer that nobody has seen yet."""
    return f"jo.{uuid.uuid4().hex}@customer.example"
