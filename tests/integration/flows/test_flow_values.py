"""Flows read data tables for routing decisions (CE43 step 2): at publication, and whenever a row changes."""

import itertools
from typing import Any

import pytest
from switchboard.channels.models import Entry
from switchboard.flows import api as flows

from local.cloud import LocalCloud
from tests.integration.console import Console

COLUMNS = {"key": {"type": "string"}, "Queue": {"type": "string"}, "Priority": {"type": "integer", "default": 1}}
COLUMNS |= {"VIP": {"type": "boolean", "default": False}, "Greeting": {"type": "string"}}
SCHEMA = {"type": "object", "required": ["key"], "additionalProperties": False, "properties": COLUMNS}
TABLES = "/flows/datatables"
_numbers = itertools.count(1)


def queue(cloud: LocalCloud, name: str) -> str:
    return next(str(each["id"]) for each in cloud.organization["queues"] if each["name"] == name)


class Parameters:
    """A table with a row `gold`, and a flow that reads it."""

    def __init__(self, cloud: LocalCloud, admin: Console) -> None:
        self.cloud, self.admin = cloud, admin
        name = f"Parameters {next(_numbers)}"
        self.table = admin.done("POST", TABLES, {"name": name, "schema": SCHEMA})["id"]
        self.rows = f"{TABLES}/{self.table}/rows"
        self.add(key="gold", Queue=queue(cloud, "Sales"), Priority=7, Greeting="Welcome back")
        self.flow = admin.done("POST", "/flows", {"name": name, "type": "INBOUNDSHORTMESSAGE"})["id"]

    def add(self, **row: Any) -> None:
        self.admin.done("POST", self.rows, row)

    def value(self, column: str, key: str = "gold") -> Any:
        return {"dataTableLookup": {"dataTable": {"id": self.table}, "lookupValue": {"lit": key}, "column": column}}

    def publish(self, **transfer: Any) -> Any:
        asked = {"targetQueue": {"id": self.value("Queue")}, "priority": self.value("Priority"), **transfer}
        greeting = {"sendResponse": {"messageBody": self.value("Greeting")}}
        task = {"task": {"refId": "main", "actions": [greeting, {"transferToAcd": asked}]}}
        definition = {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}
        self.admin.done("POST", f"/flows/{self.flow}/versions", definition)
        return self.admin.call("POST", "/flows/actions/publish", flow=self.flow)

    def entry(self) -> Entry:
        self.cloud.settle()
        with self.cloud.as_function("channels-api"):
            return flows.entry_of(self.flow)

    def change(self, **row: Any) -> None:
        self.admin.done("PUT", f"{self.rows}/gold", {"key": "gold", **row})


@pytest.fixture
def parameters(cloud: LocalCloud, admin: Console) -> Parameters:
    return Parameters(cloud, admin)


def test_a_flow_goes_by_what_the_row_says_now(parameters: Parameters, cloud: LocalCloud) -> None:
    sales, support = queue(cloud, "Sales"), queue(cloud, "Support")
    assert parameters.publish(vip=parameters.value("VIP")).status == 200
    entry = parameters.entry()
    assert (entry.queue_id, entry.queue_name, entry.priority, entry.vip) == (sales, "Sales", 7, False)
    assert entry.message == "Welcome back"
    parameters.change(Queue=support, VIP=True, Greeting="Please wait")
    entry = parameters.entry()
    assert (entry.queue_id, entry.queue_name, entry.priority, entry.vip) == (support, "Support", 1, True)
    assert entry.message == "Please wait"


def test_what_a_flow_may_not_say_or_what_is_gone_leaves_what_held_last(parameters: Parameters) -> None:
    assert parameters.publish().status == 200
    before = parameters.entry()
    parameters.change(Queue="no queue", Priority=9, Greeting="Hello")
    assert parameters.entry() == before
    parameters.admin.done("DELETE", f"{parameters.rows}/gold")
    assert parameters.entry() == before
    parameters.add(key="gold", Queue=before.queue_id, Priority=3, Greeting="Hello")
    assert (parameters.entry().priority, parameters.entry().message) == (3, "Hello")


def test_a_flow_whose_row_is_gone_still_follows_its_queue(parameters: Parameters) -> None:
    admin, name = parameters.admin, f"Renamed {next(_numbers)}"
    own = admin.done("POST", "/routing/queues", {"name": f"{name} before"})
    parameters.change(Queue=own["id"], Greeting="Hello")
    assert parameters.publish().status == 200
    admin.done("DELETE", f"{parameters.rows}/gold")
    admin.done("PUT", f"/routing/queues/{own['id']}", {"name": name})
    assert parameters.entry().queue_name == name


def test_a_table_that_a_published_flow_reads_is_not_deleted(parameters: Parameters) -> None:
    assert parameters.publish().status == 200
    refused = parameters.admin.call("DELETE", f"{TABLES}/{parameters.table}")
    assert refused.status == 409
    assert "the flow Parameters" in refused.body["message"]


@pytest.mark.parametrize(
    ("lookup", "field"),
    [
        ({"lookupValue": "silver"}, "lookupValue"),
        ({"lookupValue": 5}, "lookupValue"),
        ({"column": "Colour"}, "column"),
        ({"column": None}, "column"),
        ({"dataTable": {"id": "6f1f6c4e-63c5-4a2c-8a43-0e4fd1f0a001"}}, "lookupValue"),
        ({"dataTable": "Parameters"}, "dataTable"),
        ({"rows": []}, "rows"),
    ],
)
def test_what_is_not_there_is_named(parameters: Parameters, lookup: dict[str, Any], field: str) -> None:
    value = {"dataTableLookup": parameters.value("Priority")["dataTableLookup"] | lookup}
    refused = parameters.publish(priority=value)
    assert refused.status == 400
    assert refused.body["details"][0]["fieldName"].endswith(f"priority.dataTableLookup.{field}")


def test_a_value_of_the_wrong_kind_is_refused_where_it_stands(parameters: Parameters) -> None:
    refused = parameters.publish(priority=parameters.value("Greeting"))
    assert (refused.status, refused.body["details"][0]["fieldName"]) == (
        400,
        "inboundShortMessage.tasks.0.task.actions.1.transferToAcd.priority",
    )
