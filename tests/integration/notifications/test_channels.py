"""Channels: who may open, subscribe and connect."""

from datetime import timedelta

import pytest
from switchboard.identity import api as identity
from switchboard.kit import ids
from switchboard.kit.entities import HOME_DIVISION

from local.websocket import RejectedError
from tests.integration.identity.console import Console
from tests.integration.notifications.conftest import CHANNELS, Listener, Subscriber
from tests.integration.routing.conftest import Centre


def test_a_channel_is_listed_to_its_owner_and_hidden_from_others(centre: Centre, ana: Subscriber) -> None:
    listed = ana.console.call("GET", CHANNELS).body["entities"]
    assert listed == [ana.channel]
    assert ana.channel["expires"].endswith("Z")
    other = Console(centre.cloud).client("*:*:*")
    assert other.call("GET", f"{CHANNELS}/{ana.channel['id']}/subscriptions").status == 404
    assert other.call("GET", CHANNELS).body["entities"] == []


def test_the_oldest_of_twenty_channels_makes_room(centre: Centre, ana: Subscriber) -> None:
    centre.cloud.advance(timedelta(seconds=1))
    newest = [ana.console.call("POST", CHANNELS).body["id"] for _ in range(20)]
    listed = {each["id"] for each in ana.console.call("GET", CHANNELS).body["entities"]}
    assert listed == set(newest)


def test_own_topics_are_permitted_others_need_a_permission_and_unknown_ones_are_refused(
    centre: Centre, ana: Subscriber
) -> None:
    own = f"v2.users.{ana.user_id}.conversations"
    assert ana.subscribe(own, "channel.metadata") == [
        {"id": own, "state": "Permitted"},
        {"id": "channel.metadata", "state": "Permitted"},
    ]
    path = f"{CHANNELS}/{ana.channel['id']}/subscriptions"
    refused = ana.console.call("POST", path, [{"id": "v2.users.somebody.conversations"}])
    assert (refused.status, refused.body["code"]) == (403, "missing.permissions")
    unknown = ana.console.call("POST", path, [{"id": own}, {"id": "v2.moon.phases"}])
    assert (unknown.status, unknown.body["details"][0]["fieldName"]) == (400, "1.id")
    sent = [{"id": "v2.moon.phases"}, {"id": "v2.routing.queues.q.conversations"}]
    ignored = ana.console.call("POST", path, sent, ignoreErrors="true").body["entities"]
    assert [each["state"] for each in ignored] == ["Rejected", "Rejected"]
    assert ignored[0]["rejectionReason"]
    assert ignored[1]["missingPermissions"] == ["conversation:communication:view"]
    assert len(ana.console.call("GET", path).body["entities"]) == 2


def test_what_belongs_to_another_division_is_not_heard(centre: Centre, ana: Subscriber, queue: str) -> None:
    admin = Console(centre.cloud).client("*:*:*")
    north = admin.call("POST", "/api/v2/authorization/divisions", {"name": ids.new()}).body["id"]
    there = centre.queue(division={"id": north})
    here_waits, there_waits = centre.start(queue), centre.start(there, division_id=north)
    permissions = ("conversation:communication:view", "routing:queue:view", "routing:status:view")
    supervisor = Console(centre.cloud).client(*permissions, division=north)
    path = f"{CHANNELS}/{supervisor.call('POST', CHANNELS).body['id']}/subscriptions"
    heard = [f"v2.routing.queues.{there}.users", f"v2.routing.queues.{there}.conversations"]
    heard.append(f"v2.conversations.{there_waits}")
    unheard = [f"v2.routing.queues.{each}.conversations" for each in (queue, ids.new(), "x" * 100)]
    unheard += [f"v2.conversations.{here_waits}", f"v2.conversations.{ids.new()}", "v2.conversations." + "x" * 5000]
    unheard += [f"v2.users.{ana.user_id}.routingStatus", f"v2.users.{ana.user_id}.conversations"]
    answer = supervisor.call("POST", path, [{"id": each} for each in heard + unheard], ignoreErrors="true").body
    states = {each["id"]: each["state"] for each in answer["entities"]}
    assert states == dict.fromkeys(heard, "Permitted") | dict.fromkeys(unheard, "Rejected")
    assert supervisor.call("POST", path, [{"id": unheard[0]}]).status == 403
    listed = [each["id"] for each in supervisor.call("GET", path).body["entities"]]
    assert listed == sorted(heard)


def test_many_topics_cost_one_read_for_each_kind(centre: Centre, queue: str) -> None:
    supervisor = Console(centre.cloud).client("routing:queue:view", division=HOME_DIVISION)
    path = f"{CHANNELS}/{supervisor.call('POST', CHANNELS).body['id']}/subscriptions"
    wanted = [{"id": f"v2.routing.queues.{each}.users"} for each in (queue, *(centre.queue() for _ in range(20)))]
    centre.cloud.calls.clear()
    assert supervisor.call("PUT", path, wanted).status == 200
    made = [each for each in centre.cloud.calls.entities() if each["function"].endswith("notifications-api")]
    assert sum(each["count"] for each in made if "Batch" in each["operation"]) <= 3
    assert sum(each["count"] for each in made) <= 10


def test_subscriptions_are_replaced_and_removed(ana: Subscriber) -> None:
    presence, status = f"v2.users.{ana.user_id}.presence", f"v2.users.{ana.user_id}.routingStatus"
    ana.subscribe(presence)
    path = f"{CHANNELS}/{ana.channel['id']}/subscriptions"
    ana.console.call("PUT", path, [{"id": status}])
    assert [each["id"] for each in ana.console.call("GET", path).body["entities"]] == [status]
    assert ana.console.call("DELETE", path).status == 204
    assert ana.console.call("GET", path).body["entities"] == []


def test_only_the_token_of_a_living_channel_connects(centre: Centre, ana: Subscriber) -> None:
    uri = ana.channel["connectUri"]
    for wrong in (uri + "x", uri.split("&")[0], uri.split("?")[0], uri.replace("channel=", "channel=x")):
        with pytest.raises(RejectedError):
            Listener(centre.cloud).connect(wrong)
    assert Listener(centre.cloud).connect(uri).id
    centre.cloud.advance(timedelta(hours=25), timeout=120)
    with pytest.raises(RejectedError):
        Listener(centre.cloud).connect(uri)


def test_a_ping_is_answered_and_nonsense_is_not(ana: Subscriber) -> None:
    listener = ana.listen()
    listener.say('{"message":"ping"}')
    assert listener.received == [{"topicName": "channel.metadata", "eventBody": {"message": "pong"}}]
    for nonsense in ("", "[]", "{", '{"message":"shout"}', "\x00"):
        listener.say(nonsense)
    assert len(listener.received) == 1


@pytest.mark.parametrize("state", ["inactive", "deleted"])
def test_who_is_no_longer_here_is_told_no_more(centre: Centre, ana: Subscriber, state: str) -> None:
    """Their token is refused, but the channel's own would connect for the rest of its day."""
    admin = Console(centre.cloud).client("*:*:*")
    chloe = centre.agent(centre.queue(), on_queue=False)
    heard = f"v2.users.{chloe}.routingStatus"
    with centre.cloud.as_function("identity-api"):
        identity.grant([ana.user_id], ["*"], identity.AGENT["id"])
    ana.subscribe(heard)
    listener = ana.listen()
    centre.say(chloe, "IDLE")
    told = len(listener.on(heard))
    assert told > 0
    path = f"/api/v2/users/{ana.user_id}"
    version = admin.call("GET", path).body["version"]
    assert admin.call("PATCH", path, {"state": state, "version": version}).status == 200
    centre.say(chloe, "OFF_QUEUE")
    assert len(listener.on(heard)) == told
    with pytest.raises(RejectedError):
        ana.listen()
