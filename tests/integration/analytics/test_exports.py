"""Exports: from the request to the file that its link brings; refused, repeated, failed, deleted."""

import csv
import io
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from switchboard.analytics import bootstrap, repository
from switchboard.kit import clock
from switchboard.routing import api as routing

from tests.integration.analytics.conftest import EVERYTHING, Json
from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

PATH = "/api/v2/analytics/reporting/exports"
QUEUES: Json = {"name": "Queues", "viewType": "QUEUE_PERFORMANCE_SUMMARY_VIEW", "exportFormat": "CSV"}
DAY = "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"


class Exports:
    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.console = Console(centre.cloud).client(*EVERYTHING, "analytics:dataExport:*")

    def start(self, **request: Any) -> str:
        now = self.centre.cloud.clock.now()
        interval = f"{clock.iso(now - timedelta(hours=1))}/{clock.iso(now + timedelta(hours=1))}"
        answer = self.console.call("POST", PATH, QUEUES | {"interval": interval, **request})
        assert answer.status == 200, answer.body
        assert answer.body["status"] == "SUBMITTED"
        self.centre.cloud.settle()
        return str(answer.body["id"])

    def get(self, export: str) -> Json:
        answer = self.console.call("GET", f"{PATH}/{export}")
        assert answer.status == 200, answer.body
        found: Json = answer.body
        return found

    def file(self, export: str, delimiter: str = ",") -> list[dict[str, str]]:
        """The rows of the file that the link brings."""
        shown = self.get(export)
        assert shown["status"] == "COMPLETED", shown
        path, _, query = str(shown["downloadUrl"]).partition("?")
        assert "X-Amz-Expires=600" in query
        assert path.endswith(f"exports/{export}.csv")
        stored = self.centre.cloud.client("s3").get_object(Bucket=path.split("/")[-3], Key=f"exports/{export}.csv")
        text = io.StringIO(stored["Body"].read().decode("utf-8-sig"), newline="")
        return list(csv.DictReader(text, delimiter=delimiter))


@pytest.fixture
def exports(centre: Centre) -> Exports:
    return Exports(centre)


def handled(centre: Centre, queue: str) -> str:
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=4))
    centre.set_state(conversation, "connected")
    centre.cloud.advance(timedelta(minutes=1))
    centre.set_state(conversation, "disconnected")
    return conversation


def named(centre: Centre, name: str) -> str:
    """A queue of that name."""
    with centre.cloud.as_function("routing-api"):
        return str(routing.queues().create({"name": name})["id"])


def test_the_figures_of_queues_and_agents(centre: Centre, exports: Exports) -> None:
    queue = named(centre, f"=cmd|' /C calc'!{centre.now()}")
    agent = centre.agent(queue)
    handled(centre, queue)
    only = {"filter": {"queueIds": [queue]}, "durationFormat": "Hhmmss"}
    (row,) = exports.file(exports.start(**only))
    assert row["Queue"].startswith("'=cmd|")
    assert (row["Queue ID"], row["Offered"], row["Answered"], row["Abandoned"]) == (queue, "1", "1", "0")
    assert (row["Service Level %"], row["ASA"], row["Avg Handle"]) == ("100", "00:00:04", "00:01:00")
    (row,) = exports.file(exports.start(**only, viewType="AGENT_PERFORMANCE_SUMMARY_VIEW"))
    assert (row["Agent ID"], row["Answered"], row["Avg Talk"]) == (agent, "1", "00:01:00")


def test_the_columns_dates_and_numbers_that_were_asked_for(centre: Centre, exports: Exports) -> None:
    queue = named(centre, f"Here {centre.now()}")
    centre.agent(queue)
    handled(centre, queue)
    interval_start = centre.cloud.clock.now() - timedelta(hours=1)
    chosen = ["Avg Wait", "Media Type", "Interval Start"]
    rows = exports.file(
        exports.start(
            viewType="QUEUE_PERFORMANCE_DETAIL_VIEW",
            filter={"queueIds": [queue], "mediaTypes": ["message"]},
            period="PT1H",
            timeZone="Asia/Tokyo",
            locale="de-DE",
            csvDelimiter="SEMICOLON",
            durationFormat="Seconds",
            hasSplitByMedia=True,
            selectedColumns=[{"columnName": each, "columnOrder": order} for order, each in enumerate(chosen)],
        ),
        ";",
    )
    assert all(list(row) == chosen for row in rows)
    assert (rows[0]["Avg Wait"], rows[0]["Media Type"]) == ("4", "message")
    in_tokyo = interval_start.astimezone(ZoneInfo("Asia/Tokyo"))
    assert rows[0]["Interval Start"].startswith(in_tokyo.strftime("%d.%m.%Y %H:%M"))


def test_interactions_are_listed_with_names(centre: Centre, exports: Exports) -> None:
    queue = named(centre, f"There {centre.now()}")
    agent = centre.agent(queue)
    first, second = handled(centre, queue), centre.start(queue)
    view = {"viewType": "INTERACTION_SEARCH_VIEW", "filter": {"queueIds": [queue]}}
    rows = exports.file(exports.start(**view))
    assert [row["Conversation ID"] for row in rows] == [first, second]
    assert rows[0]["Queues"].startswith("There ")
    assert rows[0]["Users"].startswith("Agent ")
    assert (rows[0]["Handle"], rows[0]["Abandoned"], rows[1]["Handle"]) == ("60000", "no", "")
    of_agent = view | {"filter": {"queueIds": [queue], "userIds": [agent], "conversationIds": [first]}}
    assert [row["Conversation ID"] for row in exports.file(exports.start(**of_agent))] == [first]


def test_an_export_is_its_owners_and_shows_what_they_may_see(centre: Centre, exports: Exports) -> None:
    export = exports.start()
    stranger = Console(centre.cloud).client(*EVERYTHING, "analytics:dataExport:*")
    assert stranger.call("GET", PATH).body["entities"] == []
    for method, body in (("GET", None), ("PATCH", {"read": True}), ("DELETE", None)):
        assert stranger.call(method, f"{PATH}/{export}", body).status == 404
    lacking = Console(centre.cloud).client("analytics:dataExport:*", "analytics:conversationAggregate:view")
    assert lacking.call("POST", PATH, QUEUES | {"interval": DAY}).status == 200
    search = QUEUES | {"interval": DAY, "viewType": "INTERACTION_SEARCH_VIEW"}
    assert lacking.call("POST", PATH, search).status == 403
    assert Console(centre.cloud).client(*EVERYTHING).call("POST", PATH, QUEUES | {"interval": DAY}).status == 403


def test_exports_are_listed_marked_deleted_and_expire(centre: Centre, exports: Exports) -> None:
    first = exports.start(name="first")
    centre.cloud.advance(timedelta(seconds=1))
    second = exports.start(name="second")
    listed = exports.console.call("GET", PATH, pageSize="1").body
    assert (listed["total"], [each["id"] for each in listed["entities"]]) == (2, [second])
    assert exports.console.call("PATCH", f"{PATH}/{first}", {"read": True}).body["read"] is True
    refused = exports.console.call("PATCH", f"{PATH}/{first}", {"read": True, "name": "other"})
    assert (refused.status, refused.body["details"][0]["fieldName"]) == (400, "name")
    assert exports.console.call("DELETE", f"{PATH}/{second}").status == 204
    assert exports.console.call("DELETE", f"{PATH}/{second}").status == 404
    centre.cloud.advance(timedelta(days=7))
    assert exports.console.call("GET", f"{PATH}/{first}").status == 404
    assert exports.console.call("GET", PATH).body["entities"] == []


def test_work_repeated_interrupted_or_in_vain(
    centre: Centre, exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = centre.queue()
    centre.start(queue)
    centre.start(queue)
    export = exports.start(filter={"queueIds": [queue]})
    before = exports.file(export)
    owner = _owner(centre, export)
    with centre.cloud.as_function("analytics-work"):
        exporting = bootstrap.exporting()
        exporting.run({"exportId": export, "owner": owner})
    assert exports.file(export) == before
    monkeypatch.setattr(repository, "MOST_FACTS", 1)
    failed = exports.get(exports.start(filter={"queueIds": [queue]}, name="too much"))
    assert (failed["status"], failed["exportErrorMessagesType"]) == ("FAILED", "FAILED_LONG_RUNNING_EXPORT")
    assert "downloadUrl" not in failed
    monkeypatch.undo()
    with centre.cloud.as_function("analytics-work"), monkeypatch.context() as broken:
        another = exporting.start(QUEUES | {"interval": DAY}, "somebody", ["*"])["id"]
        broken.setattr(exporting, "_file", _dying)
        for last, status in ((False, "RUNNING"), (True, "FAILED")):
            with pytest.raises(RuntimeError):
                exporting.run({"exportId": another, "owner": "somebody"}, last=last)
            assert exporting.get(another, "somebody")["status"] == status


def _dying(export: object) -> bytes:
    raise RuntimeError("died")


def _owner(centre: Centre, export: str) -> str:
    items = centre.cloud.client("dynamodb").scan(TableName="dev-analytics")["Items"]
    (owner,) = [each["PK"]["S"].removeprefix("EXPORTS#") for each in items if each["SK"]["S"] == export]
    return str(owner)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"viewType": "AGENT_SCORECARD_VIEW"}, "viewType"),
        ({"viewType": "NO_VIEW"}, "viewType"),
        ({"exportFormat": "PDF"}, "exportFormat"),
        ({"name": " "}, "name"),
        ({"interval": "yesterday"}, "interval"),
        ({"timeZone": "Mars/Olympus"}, "timeZone"),
        ({"locale": "tlh"}, "locale"),
        ({"period": "P1D"}, "period"),
        ({"period": "1D", "viewType": "AGENT_PERFORMANCE_DETAIL_VIEW"}, "period"),
        ({"hasSummaryRow": True}, "hasSummaryRow"),
        ({"recipientEmails": ["a@example.com"]}, "recipientEmails"),
        ({"filter": {"teamIds": ["x"]}}, "filter.teamIds"),
        ({"selectedColumns": [{"columnName": "Shoe Size"}]}, "selectedColumns.0.columnName"),
    ],
)
def test_a_bad_request_is_refused_by_the_field(exports: Exports, request_: Json, field: str) -> None:
    answer = exports.console.call("POST", PATH, QUEUES | {"interval": DAY, **request_})
    assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, field), answer.body
