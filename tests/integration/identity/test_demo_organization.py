"""The demo organization keeps the local contract (DESIGN section 5)."""

from collections.abc import Iterator

import pytest

from local import demo_org
from local.cloud import LocalCloud
from tests.integration.identity.console import Console


@pytest.fixture(scope="module")
def demo() -> Iterator[LocalCloud]:
    with LocalCloud(demo=True) as cloud:
        yield cloud


def test_everybody_named_gets_a_token_and_is_who_the_organization_says(demo: LocalCloud) -> None:
    organization = demo.organization
    assert {user["name"] for user in organization["users"]} == {"ana", "ben", "chloe"}
    users = {user["clientId"]: user["id"] for user in organization["users"]}
    assert {client["clientId"] for client in organization["clients"]} == {"demo-admin", *users}
    for client in organization["clients"]:
        console = Console(demo).as_client(client["clientId"], client["clientSecret"])
        me = console.call("GET", "/api/v2/users/me")
        assert client["userId"] == users.get(client["clientId"])
        assert me.status == (200 if client["userId"] else 400)
        if client["userId"]:
            assert me.body["id"] == client["userId"]


def test_the_agents_are_joined_members_of_both_queues_and_off_queue(demo: LocalCloud) -> None:
    admin = Console(demo).as_client("demo-admin", "demo-secret")
    queues = {queue["name"]: queue["id"] for queue in demo.organization["queues"]}
    assert set(queues) == {"Support", "Sales"}
    for queue_id in queues.values():
        members = admin.call("GET", f"/api/v2/routing/queues/{queue_id}/members").body["entities"]
        assert {(member["name"], member["joined"]) for member in members} == {
            ("ana", True),
            ("ben", True),
            ("chloe", True),
        }
        codes = admin.call("GET", f"/api/v2/routing/queues/{queue_id}/wrapupcodes").body["entities"]
        assert {code["name"] for code in codes} == set(demo_org.WRAPUP_CODES)
    for user in demo.organization["users"]:
        shown = admin.call("GET", f"/api/v2/users/{user['id']}", expand="routingStatus").body
        assert shown["routingStatus"]["status"] == "OFF_QUEUE"


def test_every_integration_leads_to_support_and_shows_what_a_provider_needs(demo: LocalCloud) -> None:
    integrations = {each["channel"]: each for each in demo.organization["integrations"]}
    assert set(integrations) == {"whatsapp", "open"}
    for channel, each in integrations.items():
        assert each["webhookUrl"] == f"{demo.url}/webhooks/{channel}/{each['id']}"
    assert {"appSecret", "verifyToken"} <= set(integrations["whatsapp"]["secrets"])
    assert {"phoneNumberId", "phoneNumber"} <= set(integrations["whatsapp"]["address"])
    assert "outboundSecret" in integrations["open"]["secrets"]
    admin = Console(demo).as_client("demo-admin", "demo-secret")
    support = next(queue["id"] for queue in demo.organization["queues"] if queue["name"] == "Support")
    with demo.as_function("channels-open-inbound"):
        from switchboard.channels import api as channels

        entries = [channels.entry(each["id"]) for each in integrations.values()]
    assert [entry.queue_id for entry in entries if entry] == [support, support]
    assert admin.call("GET", "/api/v2/flows").body["entities"][0]["name"] == "Support inbound"


def test_an_agent_may_answer_and_not_administer(demo: LocalCloud) -> None:
    ana = Console(demo).as_client("demo-ana", "demo-secret")
    assert ana.call("GET", "/api/v2/routing/queues").status == 200
    assert ana.call("GET", "/api/v2/users").status == 200
    assert ana.call("POST", "/api/v2/routing/queues", {"name": "Mine"}).status == 403
    assert ana.call("GET", "/api/v2/oauth/clients").status == 403


def test_a_restart_gives_the_same_ids(demo: LocalCloud) -> None:
    with LocalCloud(demo=True) as again:
        assert again.organization == demo.organization
