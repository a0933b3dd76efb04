"""What subscribers are told, and what becomes of connections that are no more."""

from datetime import timedelta

from switchboard.conversations import console
from switchboard.directory import api as directory
from switchboard.kit import clock
from switchboard.kit.events import Event
from switchboard.notifications import api as notifications
from switchboard.routing import api as routing

from tests.integration.identity.console import Console
from tests.integration.notifications.conftest import CHANNELS, Subscriber
from tests.integration.routing.conftest import Centre


def test_an_alert_and_its_end_reach_the_agent(centre: Centre, ana: Subscriber, queue: str) -> None:
    topic = f"v2.users.{ana.user_id}.conversations"
    ana.subscribe(topic, f"{topic}.messages")
    listener = ana.listen()
    centre.say(ana.user_id, "IDLE")
    conversation = centre.start(queue)
    alerted = listener.on(topic)[-1]
    assert alerted["id"] == conversation
    (agent,) = [each for each in alerted["participants"] if each["purpose"] == "agent"]
    assert (agent["userId"], agent["messages"][0]["state"]) == (ana.user_id, "alerting")
    (flat,) = [each for each in listener.on(f"{topic}.messages")[-1]["participants"] if each["purpose"] == "agent"]
    assert (flat["state"], flat["user"]["id"]) == ("alerting", ana.user_id)
    assert listener.received[-1]["version"] == "2"
    assert listener.received[-1]["metadata"]["CorrelationId"]
    centre.set_state(conversation, "connected")
    centre.set_state(conversation, "disconnected")
    (agent,) = [each for each in listener.on(topic)[-1]["participants"] if each["purpose"] == "agent"]
    assert agent["messages"][0]["state"] == "disconnected"


def test_a_message_and_its_status_are_told_with_its_id(centre: Centre, ana: Subscriber, queue: str) -> None:
    topic = f"v2.users.{ana.user_id}.conversations.messages"
    ana.subscribe(topic)
    listener = ana.listen()
    centre.say(ana.user_id, "IDLE")
    conversation = centre.start(queue)
    fact = {
        "conversationId": conversation,
        "messageId": "6dfbd30e-5e1a-4b7a-8f6b-0d6e3f0c2a11",
        "channel": "open",
        "direction": "inbound",
        "status": "received",
        "userIds": [ana.user_id],
    }
    with centre.cloud.as_function("notifications-push"):
        notifications.push([Event("switchboard.conversations", "message.received", fact)])
    (customer,) = [each for each in listener.on(topic)[-1]["participants"] if each["purpose"] == "customer"]
    assert [(each["messageId"], each["messageStatus"]) for each in customer["messages"]] == [
        (fact["messageId"], "received")
    ]


def test_a_closed_window_is_told_with_the_conversation(centre: Centre, ana: Subscriber, queue: str) -> None:
    topic = f"v2.users.{ana.user_id}.conversations"
    ana.subscribe(topic)
    listener = ana.listen()
    conversation = centre.start(queue)
    detail = {"conversationId": conversation, "channel": "whatsapp", "userIds": [ana.user_id]}
    with centre.cloud.as_function("notifications-push"):
        notifications.push([Event("switchboard.conversations", "conversation.window.closed", detail)])
    (told,) = listener.on(topic)
    assert (told["id"], told["messagingWindow"]) == (conversation, {"state": "closed"})


def test_presence_and_routing_status_are_told(centre: Centre, ana: Subscriber, queue: str) -> None:
    presence, status = f"v2.users.{ana.user_id}.presence", f"v2.users.{ana.user_id}.routingStatus"
    ana.subscribe(presence, status)
    listener = ana.listen()
    with centre.cloud.as_function("directory-api"):
        directory.change_presence(ana.user_id, system_presence="Busy")
    centre.say(ana.user_id, "IDLE")
    assert listener.on(presence)[-1]["presenceDefinition"]["systemPresence"] == "Busy"
    told = listener.on(status)[-1]
    assert (told["id"], told["routingStatus"]["status"]) == (ana.user_id, "IDLE")


def test_a_status_is_told_to_every_queue_that_the_agent_serves(centre: Centre, ana: Subscriber, queue: str) -> None:
    group = centre.group(ana.user_id)
    through = centre.queue(memberGroups=[{"id": group, "type": "GROUP"}])
    lent = {"queue": {"id": queue}, "metric": "EstimatedWaitTime", "operator": "GreaterThan", "conditionValue": 60}
    rule = lent | {"groups": [{"id": group, "type": "GROUP"}]}
    on_condition = centre.queue(conditionalGroupRouting={"rules": [rule]})
    watcher = Console(centre.cloud).client("routing:queue:view")
    channel = watcher.call("POST", CHANNELS).body
    topics = {each: f"v2.routing.queues.{each}.users" for each in (queue, through, on_condition)}
    supervisor = Subscriber(centre, "", watcher, channel)
    supervisor.subscribe(*topics.values())
    listener = supervisor.listen()
    centre.say(ana.user_id, "IDLE")
    told = {each: [body["memberBy"] for body in listener.on(topic)] for each, topic in topics.items()}
    assert told == {queue: ["user"], through: ["group"], on_condition: []}
    centre.take_out(group, ana.user_id)
    centre.say(ana.user_id, "OFF_QUEUE")
    told = {each: [body["memberBy"] for body in listener.on(topic)] for each, topic in topics.items()}
    assert told == {queue: ["user", "user"], through: ["group"], on_condition: []}


def test_supervisors_of_a_queue_are_told_of_what_waits_too_long(centre: Centre) -> None:
    queue = centre.queue()
    with centre.cloud.as_function("routing-api"):
        routing.set_waiting_settings(queue, {"alertSeconds": 30})
    watcher = Console(centre.cloud).client("conversation:communication:view")
    supervisor = Subscriber(centre, "", watcher, watcher.call("POST", CHANNELS).body)
    topic = f"v2.routing.queues.{queue}.waiting"
    supervisor.subscribe(topic)
    listener = supervisor.listen()
    conversation = centre.start(queue)
    began = centre.now()
    centre.cloud.advance(timedelta(seconds=29))
    assert listener.on(topic) == []
    centre.cloud.advance(timedelta(seconds=60))
    (told,) = listener.on(topic)
    queued_at = clock.iso_ms(began)
    assert told == {"conversationId": conversation, "queueId": queue, "mediaType": "message", "queuedAt": queued_at}


def test_the_newest_connection_of_a_channel_is_the_one_that_listens(centre: Centre, ana: Subscriber) -> None:
    topic = f"v2.users.{ana.user_id}.routingStatus"
    ana.subscribe(topic)
    first, second = ana.listen(), ana.listen()
    centre.say(ana.user_id, "IDLE")
    assert (len(first.on(topic)), len(second.on(topic))) == (0, 1)
    first.close()
    centre.say(ana.user_id, "OFF_QUEUE")
    assert len(second.on(topic)) == 2
    second.close()
    third = ana.listen()
    centre.say(ana.user_id, "IDLE")
    assert (len(second.on(topic)), len(third.on(topic))) == (2, 1)


def test_a_topic_subscribed_to_while_connected_is_told_at_once(centre: Centre, ana: Subscriber) -> None:
    listener = ana.listen()
    topic = f"v2.users.{ana.user_id}.routingStatus"
    ana.subscribe(topic)
    centre.say(ana.user_id, "IDLE")
    assert len(listener.on(topic)) == 1


def test_a_connection_that_is_gone_is_taken_off_and_harms_nobody(centre: Centre, ana: Subscriber) -> None:
    topic = f"v2.users.{ana.user_id}.routingStatus"
    ana.subscribe(topic)
    ana.listen().vanish()
    other = ana.console.call("POST", "/api/v2/notifications/channels").body
    second = Subscriber(centre, ana.user_id, ana.console, other)
    second.subscribe(topic)
    living = second.listen()
    centre.say(ana.user_id, "IDLE")
    assert len(living.on(topic)) == 1
    centre.cloud.calls.clear()
    centre.say(ana.user_id, "OFF_QUEUE")
    posts = [each for each in centre.cloud.calls.entities() if each["operation"] == "PostToConnection"]
    assert [each["count"] for each in posts] == [1]


def test_a_batch_costs_one_read_for_topics_one_for_conversations_and_a_post_per_listener(
    centre: Centre, ana: Subscriber, queue: str
) -> None:
    topic = f"v2.users.{ana.user_id}.conversations"
    ana.subscribe(topic)
    ana.listen()
    conversation = centre.start(queue)
    version = centre.conversation(conversation).version
    detail = {
        "conversationId": conversation,
        "version": version,
        "userIds": [ana.user_id],
        "queueIds": [queue],
        "changes": [],
    }
    centre.cloud.calls.clear()
    with centre.cloud.as_function("notifications-push"):
        notifications.push([Event("switchboard.conversations", "conversation.changed", detail)] * 10)
    made = [each for each in centre.cloud.calls.entities() if each["function"].endswith("notifications-push")]
    used = {each["operation"]: each["count"] for each in made}
    assert used == {"BatchGetItem": 2, "PostToConnection": 1}


def test_nobody_is_told_after_unsubscribing(centre: Centre, ana: Subscriber, queue: str) -> None:
    topic = f"v2.users.{ana.user_id}.conversations"
    ana.subscribe(topic)
    listener = ana.listen()
    ana.console.call("DELETE", f"/api/v2/notifications/channels/{ana.channel['id']}/subscriptions")
    centre.say(ana.user_id, "IDLE")
    conversation = centre.start(queue)
    with centre.cloud.as_function("conversations-api"):
        console.disconnect(conversation)
    centre.cloud.advance(timedelta(seconds=1))
    assert listener.received == []
