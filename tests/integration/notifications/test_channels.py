"""Channels: who may open, subscribe and connect."""

from datetime import timedelta

import pytest

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
