"""Reports of a contact centre that moves only when told."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from switchboard.kit import clock

from tests.integration.identity.console import Answer, Console
from tests.integration.routing.conftest import Centre, centre, cloud

__all__ = ["centre", "cloud"]

Json = dict[str, Any]
EVERYTHING = ("analytics:*:view",)


@dataclass
class Reports:
    """A client of the analytics API."""

    centre: Centre
    console: Console

    def ask(self, path: str, body: Json) -> Answer:
        return self.console.call("POST", f"/api/v2/analytics/{path}/query", body)

    def get(self, path: str, body: Json) -> Json:
        answer = self.ask(path, body)
        assert answer.status == 200, answer.body
        found: Json = answer.body
        return found

    def around(self, before: timedelta = timedelta(hours=2), after: timedelta = timedelta(minutes=30)) -> str:
        """The interval around this moment."""
        now = self.centre.cloud.clock.now()
        return f"{clock.iso(now - before)}/{clock.iso(now + after)}"

    def of_queue(self, queue_id: str, *metrics: str, **more: Any) -> dict[str, Json]:
        """The stats of each metric of the queue, all its groups and parts in one."""
        body = {"interval": self.around(), "metrics": list(metrics), "filter": matching("queueId", queue_id), **more}
        results = self.get("conversations/aggregates", body)["results"]
        return {
            metric["metric"]: metric["stats"]
            for result in results
            for part in result["data"]
            for metric in part["metrics"]
        }

    def details_of(self, queue_id: str, **more: Any) -> Json:
        body = {"interval": self.around(), "segmentFilters": [matching("queueId", queue_id)], **more}
        return self.get("conversations/details", body)


def matching(dimension: str, *values: str) -> Json:
    predicates = [{"type": "dimension", "dimension": dimension, "value": value} for value in values]
    return {"type": "or", "predicates": predicates}


@pytest.fixture
def reports(centre: Centre) -> Reports:
    return Reports(centre, Console(centre.cloud).client(*EVERYTHING))
