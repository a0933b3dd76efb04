"""`make demo`: the walking system shown against a running `make up`, through the official Python SDK, by three clients.

admin sets up what the day needs, ana (an agent) works, an integration (a middleware) writes as the customer on Open Messaging;
on WhatsApp the provider's simulator sends the signed webhooks. The conversation is printed as it happens.
"""

import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from typing import Any

os.environ["HOME"] = tempfile.mkdtemp()  # the SDK watches the nearest existing configuration folder
import PureCloudPlatformClientV2 as sdk  # noqa: E402

BASE = os.environ.get("SWITCHBOARD_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8080')}")
PATIENCE_SECONDS = 20.0


def main() -> None:
    sdk.configuration.host = BASE
    admin = login("demo-admin", "demo-secret")
    ana = login("demo-ana", "demo-secret")
    say("admin", "organisation: " + get("/local/org")["organization"]["name"])
    code = wrap_up_code(admin)
    go_on_queue(ana)
    try:
        whatsapp(admin, ana, code)
        open_messaging(admin, ana, code)
    finally:
        go_off_queue(ana)
    print("\nDone: both conversations ran through the official SDK.")


def whatsapp(admin: Any, ana: Any, code: str) -> None:
    print("\n== WhatsApp")
    integration = integration_of("whatsapp")
    customer = f"1555{int(time.time()) % 10_000_000:07d}"
    written = {"from": customer, "name": "Maria", "integrationId": integration["id"]}
    post("/local/providers/whatsapp/inbound", {**written, "text": "Hi! Where is my order 1234?"})
    say("customer", "Hi! Where is my order 1234?")
    conversation = wait_for("the alert", lambda: alerting(ana, "whatsapp"))
    talk(admin, ana, conversation, code, "Hello Maria, it leaves our warehouse today.")
    sent = [
        each for each in get("/local/providers/requests?provider=whatsapp")["entities"] if "leaves our" in text_of(each)
    ]
    say("Graph API", f"{sent[-1]['method']} {sent[-1]['url'].rsplit('/', 1)[-1]} {text_of(sent[-1])}")


def open_messaging(admin: Any, ana: Any, code: str) -> None:
    print("\n== Open Messaging")
    integration = integration_of("open")
    middleware = login(*integration_client(admin))
    customer = f"user-{int(time.time())}@example.com"
    sdk.ConversationsApi(middleware).post_conversations_message_inbound_open_message(
        integration["id"],
        {
            "channel": {
                "messageId": f"demo-{time.time()}",
                "from": {"id": customer, "idType": "Email", "nickname": "Jo", "firstName": "Jo", "lastName": "Doe"},
                "time": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            },
            "text": "Do you ship to Lisbon?",
        },
    )
    say("customer", "Do you ship to Lisbon?")
    conversation = wait_for("the alert", lambda: alerting(ana, "open"))
    talk(admin, ana, conversation, code, "Yes, within two days.")
    sent = [each for each in get("/local/providers/requests?provider=open")["entities"] if "two days" in text_of(each)]
    say("middleware", f"{sent[-1]['method']} {text_of(sent[-1])}")


def talk(admin: Any, ana: Any, conversation: Any, code: str, answer: str) -> None:
    """Accept, read the history, reply, see the receipts, wrap up, disconnect."""
    api = sdk.ConversationsApi(ana)
    agent = part(conversation, "alerting")
    say("ana", f"alerted in queue {agent.queue_name}; accepts")
    api.patch_conversations_message_participant(conversation.id, agent.id, body={"state": "connected"})
    connected = wait_for("the connection", lambda: part(api.get_conversation(conversation.id), "connected"))
    for message in api.post_conversations_message_messages_bulk(conversation.id).entities:
        say("history", f"{message.direction}: {message.normalized_message.text}")
    communication = connected.messages[0].id
    sent = api.post_conversations_message_communication_messages(conversation.id, communication, {"textBody": answer})
    say("ana", answer)
    status = wait_for("the receipts", lambda: receipt(api, sent.id))
    say("receipt", status)
    api.post_conversations_message_participant_communication_wrapup(
        conversation.id, connected.id, communication, body={"code": code, "notes": "answered by the demo"}
    )
    api.patch_conversations_message_participant(conversation.id, connected.id, body={"state": "disconnected"})
    details = sdk.ConversationsApi(admin).get_analytics_conversation_details(conversation.id)
    kinds = [
        segment.segment_type
        for each in details.participants
        for session in each.sessions
        for segment in session.segments
    ]
    say("analytics", f"segments {', '.join(kinds)}")


def login(client_id: str, secret: str) -> Any:
    return sdk.api_client.ApiClient().get_client_credentials_token(client_id, secret)


def wrap_up_code(admin: Any) -> str:
    name = f"Demo {int(time.time())}"
    code = sdk.RoutingApi(admin).post_routing_wrapupcodes({"name": name})
    say("admin", f"wrap-up code {name}")
    for queue in sdk.RoutingApi(admin).get_routing_queues(name="Support").entities:
        sdk.RoutingApi(admin).post_routing_queue_wrapupcodes(queue.id, [{"id": code.id}])
    identifier: str = code.id
    return identifier


def integration_client(admin: Any) -> tuple[str, str]:
    """An OAuth client that may only hand in customers' messages."""
    permission = {"domain": "conversation", "entityName": "message", "actionSet": ["receive"]}
    role = sdk.AuthorizationApi(admin).post_authorization_roles(
        {"name": f"Middleware {time.time()}", "permissionPolicies": [permission]}
    )
    client = sdk.OAuthApi(admin).post_oauth_clients(
        {"name": f"Middleware {time.time()}", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [role.id]}
    )
    say("admin", "OAuth client of the middleware, with one permission")
    return client.id, client.secret


def go_on_queue(agent: Any) -> None:
    me = sdk.UsersApi(agent).get_users_me()
    sdk.UsersApi(agent).put_user_routingstatus(me.id, {"userId": me.id, "status": "IDLE"})
    say("ana", "on queue")


def go_off_queue(agent: Any) -> None:
    me = sdk.UsersApi(agent).get_users_me()
    sdk.UsersApi(agent).put_user_routingstatus(me.id, {"userId": me.id, "status": "OFF_QUEUE"})


def alerting(agent: Any, channel: str) -> Any:
    for conversation in sdk.ConversationsApi(agent).get_conversations().entities:
        found = part(conversation, "alerting")
        if found and found.messages[0].type == channel:
            return conversation
    return None


def part(conversation: Any, state: str) -> Any:
    """The agent's participant in that state."""
    agents = [each for each in conversation.participants if each.purpose == "agent"]
    return next((each for each in agents if each.messages[-1].state == state), None)


def receipt(api: Any, message_id: str) -> str | None:
    status: str = api.get_conversations_message_details(message_id).status
    return status if status in ("delivery-success", "read") else None


def integration_of(channel: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in get("/local/org")["integrations"] if each["channel"] == channel)
    return found


def text_of(request: dict[str, Any]) -> str:
    body = request["body"]
    parsed = json.loads(body) if isinstance(body, str) else body
    said = parsed.get("text")
    return (said.get("body", "") if isinstance(said, dict) else said) or ""


def wait_for(what: str, look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    sys.exit(f"{what} did not come within {PATIENCE_SECONDS:.0f} s")


def get(path: str) -> Any:
    with urllib.request.urlopen(BASE + path, timeout=10) as answer:
        return json.load(answer)


def post(path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(BASE + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"null")


def say(who: str, what: str) -> None:
    print(f"{who:>12}  {what}")


if __name__ == "__main__":
    main()
