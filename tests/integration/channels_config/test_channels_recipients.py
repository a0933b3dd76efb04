"""Recipients: which flow receives an integration's new conversations (CE34 step 2)."""

from datetime import timedelta

from switchboard.channels import api as channels
from switchboard.channels.models import Entry
from switchboard.kit import ids
from switchboard.kit.entities import HOME_DIVISION

from local.cloud import LocalCloud
from tests.integration.console import Console

PATH = "/routing/message/recipients"


def entry(cloud: LocalCloud, integration_id: str) -> Entry | None:
    """As ingest sees it, once what it remembers has become too old."""
    cloud.advance(timedelta(seconds=31))
    with cloud.as_function("conversations-ingest"):
        return channels.entry(integration_id)


def test_recipients_are_listed_with_their_flows(admin: Console, cloud: LocalCloud) -> None:
    listed = {each["messengerType"]: each for each in admin.done("GET", PATH)["entities"]}
    assert set(listed) == {"open", "whatsapp"}
    assert listed["open"]["flow"]["name"] == "Support inbound"
    assert [each["messengerType"] for each in admin.done("GET", PATH, messengerType="open")["entities"]] == ["open"]
    assert [each["name"] for each in admin.done("GET", PATH, name="*whats*")["entities"]] == ["Demo WhatsApp"]
    one = listed["open"]
    assert admin.done("GET", f"{PATH}/{one['id']}") == one
    assert admin.call("GET", f"{PATH}/{ids.new()}").status == 404


def test_a_recipient_is_bound_to_a_published_flow_and_freed(admin: Console, cloud: LocalCloud) -> None:
    (recipient,) = admin.done("GET", PATH, messengerType="open")["entities"]
    identifier, flow = recipient["id"], recipient["flow"]["id"]
    support = next(each["id"] for each in cloud.organization["queues"] if each["name"] == "Support")
    assert entry(cloud, identifier) == Entry(support, "Support", HOME_DIVISION)
    freed = admin.done("PUT", f"{PATH}/{identifier}", {"flow": None})
    assert "flow" not in freed and entry(cloud, identifier) is None
    bound = admin.done("PUT", f"{PATH}/{identifier}", {"flow": {"id": flow}})
    assert bound["flow"]["id"] == flow and entry(cloud, identifier) == Entry(support, "Support", HOME_DIVISION)


def test_a_flow_that_leads_nowhere_is_refused(admin: Console, cloud: LocalCloud) -> None:
    (recipient,) = admin.done("GET", PATH, messengerType="whatsapp")["entities"]
    draft = admin.done("POST", "/flows", {"name": "Unpublished", "type": "INBOUNDSHORTMESSAGE"})
    for flow in (ids.new(), draft["id"], "../../etc"):
        body = {"flow": {"id": flow}}
        assert admin.refused("PUT", f"{PATH}/{recipient['id']}", body) == (400, "invalid.value", "flow.id")
    assert admin.done("GET", f"{PATH}/{recipient['id']}")["flow"] == recipient["flow"]
    assert admin.call("PUT", f"{PATH}/{ids.new()}", {"flow": {"id": recipient["flow"]["id"]}}).status == 404
