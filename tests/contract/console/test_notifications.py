"""Notification channels and their subscriptions."""

from typing import Any

import pytest

from tests.contract.console.agreement import UUID4
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.refusals import refusal


@pytest.fixture
def ana(centre: ContactCentre) -> Any:
    return platform.NotificationsApi(centre.sdk("demo-ana"))


def test_a_channel_and_its_subscriptions(ana: Any, centre: ContactCentre) -> None:
    channel = ana.post_notifications_channels()
    assert UUID4.fullmatch(channel.id)
    assert channel.connect_uri.startswith("ws")
    assert channel.expires.timestamp() > centre.now().timestamp()
    assert channel.id in [each.id for each in ana.get_notifications_channels().entities]

    mine = [f"v2.users.{centre.user('ana')}.{topic}" for topic in ("conversations", "presence", "routingStatus")]
    added = ana.post_notifications_channel_subscriptions(channel.id, [{"id": topic} for topic in mine[:2]])
    assert {each.id: each.state for each in added.entities} == dict.fromkeys(mine[:2], "Permitted")
    ana.post_notifications_channel_subscriptions(channel.id, [{"id": mine[2]}])
    assert {each.id for each in ana.get_notifications_channel_subscriptions(channel.id).entities} == set(mine)
    ana.put_notifications_channel_subscriptions(channel.id, [{"id": mine[0]}])
    assert [each.id for each in ana.get_notifications_channel_subscriptions(channel.id).entities] == mine[:1]
    ana.delete_notifications_channel_subscriptions(channel.id)
    assert ana.get_notifications_channel_subscriptions(channel.id).entities == []


def test_a_topic_that_one_may_not_hear(ana: Any, centre: ContactCentre) -> None:
    channel = ana.post_notifications_channels()
    own, others = (f"v2.users.{centre.user(name)}.conversations" for name in ("ana", "ben"))
    topics = [{"id": own}, {"id": others}, {"id": "v2.no.such.topic"}]
    assert refusal(lambda: ana.post_notifications_channel_subscriptions(channel.id, topics)).status in (400, 403)
    answer = ana.post_notifications_channel_subscriptions(channel.id, topics, ignore_errors=True)
    assert {each.id: each.state for each in answer.entities} == {
        own: "Permitted",
        others: "Rejected",
        "v2.no.such.topic": "Rejected",
    }


def test_anothers_channel_is_not_found(ana: Any, admin: Any) -> None:
    channel = platform.NotificationsApi(admin).post_notifications_channels()
    assert refusal(lambda: ana.get_notifications_channel_subscriptions(channel.id)).status == 404


def test_the_topics(ana: Any) -> None:
    names = {each.id for each in ana.get_notifications_availabletopics().entities}
    assert {"v2.users.{id}.conversations", "v2.routing.queues.{id}.conversations"} <= names
