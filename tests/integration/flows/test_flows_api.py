"""Flows over the console API: created, saved, published; what they lead to reaches ingest."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from switchboard.channels import api as channels
from switchboard.channels.models import Entry
from switchboard.flows import api as flows
from switchboard.flows import bootstrap
from switchboard.flows.repository import FlowRepository
from switchboard.flows.service import FlowService
from switchboard.kit import ids
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.errors import VersionConflictError

from local.cloud import LocalCloud
from local.demo_org import demo_id
from tests.integration.console import Console, sign_in

_numbers = itertools.count(1)


def queue(cloud: LocalCloud, name: str) -> str:
    return next(str(each["id"]) for each in cloud.organization["queues"] if each["name"] == name)


def definition(queue_id: str, **transfer: Any) -> dict[str, Any]:
    action = {"transferToAcd": {"targetQueue": {"id": queue_id}, **transfer}}
    task = {"task": {"refId": "main", "actions": [action]}}
    return {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}


@pytest.fixture
def flow(admin: Console) -> str:
    body = {"name": f"Flow {next(_numbers)}", "type": "INBOUNDSHORTMESSAGE", "description": "After hours"}
    return str(admin.done("POST", "/flows", body)["id"])


def save(admin: Console, flow: str, source: Any) -> Any:
    return admin.done("POST", f"/flows/{flow}/versions", source)


def publish(admin: Console, flow: str, **query: Any) -> Any:
    return admin.done("POST", "/flows/actions/publish", flow=flow, **query)


def entry_of(cloud: LocalCloud, flow: str) -> Entry:
    with cloud.as_function("channels-api"):
        return flows.entry_of(flow)


def test_a_flow_is_created_saved_and_published(admin: Console, cloud: LocalCloud, flow: str) -> None:
    new = admin.done("GET", f"/flows/{flow}")
    assert (new["active"], new["type"], new.get("publishedVersion")) == (False, "INBOUNDSHORTMESSAGE", None)
    saved = save(admin, flow, definition(queue(cloud, "Sales"), priority=7))
    assert (saved["id"], saved["type"]) == ("1", "SAVE")
    done = publish(admin, flow)
    assert (done["complete"], done["actionName"], done["actionStatus"]) == (True, "PUBLISH", "SUCCESS")
    shown = admin.done("GET", f"/flows/{flow}")
    assert shown["active"] and shown["publishedVersion"]["id"] == "1" and shown["publishedVersion"]["datePublished"]
    assert entry_of(cloud, flow) == Entry(queue(cloud, "Sales"), "Sales", HOME_DIVISION, priority=7)


def test_only_what_is_published_counts_and_any_version_can_be(admin: Console, cloud: LocalCloud, flow: str) -> None:
    save(admin, flow, definition(queue(cloud, "Sales")))
    publish(admin, flow)
    assert save(admin, flow, definition(queue(cloud, "Support")))["id"] == "2"
    assert entry_of(cloud, flow).queue_name == "Sales"
    publish(admin, flow)
    assert entry_of(cloud, flow).queue_name == "Support"
    publish(admin, flow, version="1.0")
    assert entry_of(cloud, flow).queue_name == "Sales"


def test_publishing_again_moves_every_integration_of_the_flow(admin: Console, cloud: LocalCloud, flow: str) -> None:
    (recipient,) = admin.done("GET", "/routing/message/recipients", messengerType="whatsapp")["entities"]
    former = recipient["flow"]["id"]

    def entered() -> str:
        cloud.advance(timedelta(seconds=31))
        with cloud.as_function("conversations-ingest"):
            entry = channels.entry(recipient["id"])
        return entry.queue_name if entry else ""

    save(admin, flow, definition(queue(cloud, "Sales")))
    publish(admin, flow)
    assert entered() == "Support"
    admin.done("PUT", f"/routing/message/recipients/{recipient['id']}", {"flow": {"id": flow}})
    assert entered() == "Sales"
    save(admin, flow, definition(queue(cloud, "Support")))
    publish(admin, flow)
    assert entered() == "Support"
    admin.done("PUT", f"/routing/message/recipients/{recipient['id']}", {"flow": {"id": former}})


def test_a_publication_overtaken_by_another_leaves_the_last_one(cloud: LocalCloud, admin: Console, flow: str) -> None:
    """The second publication comes while the integrations are told of the first."""
    sales, support = definition(queue(cloud, "Sales")), definition(queue(cloud, "Support"))
    told: list[str] = []
    with cloud.as_function("flows-api"):
        repository: FlowRepository = bootstrap.repository()
        flows.save(flow, sales)
        flows.save(flow, support)

        class Spread(bootstrap._Channels):
            def refresh(self, flow_id: str, entry: Entry) -> None:
                if not told:
                    told.append("")
                    with cloud.as_function("flows-api"):
                        flows.publish(flow_id, 2)
                super().refresh(flow_id, entry)
                told.append(entry.queue_name)

        service = FlowService(
            repository, bootstrap._Routing(), Spread(), bootstrap.calendars(), bootstrap.data_tables().lookup
        )
        flows.publish(flow, 1)
    with cloud.as_function("flows-recompile"):
        service.renew_flow(flow)
    assert told[1:] == ["Sales", "Support"]


def test_two_publications_of_what_both_read_are_not_both_done(cloud: LocalCloud, flow: str) -> None:
    with cloud.as_function("flows-api"):
        flows.save(flow, definition(queue(cloud, "Sales")))

        class Meanwhile(bootstrap._Routing):
            def find_queue(self, queue_id: str) -> dict[str, Any] | None:
                cloud.clock.advance(timedelta(seconds=1))
                flows.publish(flow)
                return super().find_queue(queue_id)

        with pytest.raises(VersionConflictError):
            FlowService(
                bootstrap.repository(),
                Meanwhile(),
                bootstrap._Channels(),
                bootstrap.calendars(),
                bootstrap.data_tables().lookup,
            ).publish(flow)
        assert flows.entry_of(flow).queue_name == "Sales"


def test_a_version_that_a_crash_left_behind_is_skipped(admin: Console, cloud: LocalCloud, flow: str) -> None:
    with cloud.as_function("flows-api"):
        bootstrap.repository().add_version(flow, 0, {}, "")
    assert save(admin, flow, definition(queue(cloud, "Sales")))["id"] == "2"
    publish(admin, flow)
    assert entry_of(cloud, flow).queue_name == "Sales"


def test_skills_and_language_of_the_transfer_must_exist(admin: Console, cloud: LocalCloud, flow: str) -> None:
    skill, language = demo_id("skill", "Billing"), demo_id("language", "English")
    for wrong, field in (
        ({"skills": [{"id": skill}, {"id": ids.new()}]}, "skills"),
        ({"language": {"id": ids.new()}}, "language.id"),
    ):
        save(admin, flow, definition(queue(cloud, "Sales"), **wrong))
        assert admin.refused("POST", "/flows/actions/publish", flow=flow) == (400, "invalid.value", field)
    save(admin, flow, definition(queue(cloud, "Sales"), skills=[{"id": skill}], language={"id": language}))
    publish(admin, flow)
    assert (entry_of(cloud, flow).skill_ids, entry_of(cloud, flow).language_id) == ([skill], language)


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({}, "definition.inboundShortMessage"),
        ({"inboundCall": {}}, "definition.inboundCall"),
        (definition(ids.new()), "targetQueue.id"),
        (definition("Support"), "inboundShortMessage.tasks.0.task.actions.0.transferToAcd.targetQueue.id"),
        (definition(ids.new(), whisper="x"), "inboundShortMessage.tasks.0.task.actions.0.transferToAcd.whisper"),
    ],
)
def test_what_cannot_be_done_is_refused_on_publish(admin: Console, flow: str, source: Any, field: str) -> None:
    save(admin, flow, source)
    refused = admin.refused("POST", "/flows/actions/publish", flow=flow)
    assert refused == (400, "invalid.value", field)
    assert not admin.done("GET", f"/flows/{flow}")["active"]


def test_wrong_requests_are_refused_by_name(admin: Console, flow: str) -> None:
    assert admin.refused("POST", "/flows", {"type": "INBOUNDSHORTMESSAGE"}) == (400, "bad.request", "name")
    assert admin.refused("POST", "/flows", {"name": "X"}) == (400, "bad.request", "type")
    assert admin.refused("POST", "/flows", {"name": "X", "type": "INBOUNDCALL"}) == (400, "invalid.value", "type")
    assert admin.refused("POST", f"/flows/{flow}/versions", [1]) == (400, "invalid.value", "body")
    assert admin.refused("POST", f"/flows/{flow}/versions", {"x": "y" * 400_000})[0] == 413
    assert admin.refused("POST", f"/flows/{ids.new()}/versions", {})[:2] == (404, "not.found")
    assert admin.refused("POST", "/flows/actions/publish") == (400, "bad.request", "flow")
    assert admin.refused("POST", "/flows/actions/publish", flow=ids.new())[:2] == (404, "not.found")
    for version in ("9", "x", "-1", "1e9", "²"):
        refused = admin.refused("POST", "/flows/actions/publish", flow=flow, version=version)
        assert refused == (400, "invalid.value", "version")


def test_flows_are_listed_by_type_and_text(admin: Console, flow: str) -> None:
    name = admin.done("GET", f"/flows/{flow}")["name"]

    def listed(**query: str) -> list[str]:
        return [each["id"] for each in admin.done("GET", "/flows", pageSize=500, **query)["entities"]]

    assert flow in listed(type="INBOUNDCALL,inboundshortmessage") and flow not in listed(type="INBOUNDCALL")
    assert listed(name=name) == [flow]
    assert flow in listed(nameOrDescription="after h") and flow not in listed(nameOrDescription="nothing")


def test_an_agent_may_not_publish(cloud: LocalCloud, flow: str) -> None:
    agent = sign_in(cloud, "demo-ana")
    assert agent.refused("POST", "/flows/actions/publish", flow=flow)[:2] == (403, "missing.permissions")
