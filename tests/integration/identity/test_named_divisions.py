"""Nothing is put into a division that is not there, or into one where its maker may not put it."""

from typing import Any

import pytest
from switchboard.kit import ids
from switchboard.kit.entities import HOME_DIVISION

from tests.integration.identity.console import Console, Json
from tests.integration.identity.divisioned import DIVISIONS, THINGS

PUT = [kind for kind in THINGS if kind not in ("user", "flow", "skill")]
NOWHERE = ["home", "x" * 5000, "*", ids.new()]
QUEUES = "/api/v2/routing/queues"


def there(division: str) -> Json:
    return {"division": {"id": division}}


def field_of(answer: Any) -> tuple[int, str]:
    return answer.status, answer.body["details"][0]["fieldName"]


@pytest.mark.parametrize("kind", THINGS)
def test_nothing_is_made_in_a_division_that_is_not_there(admin: Console, kind: str) -> None:
    path, body, _ = THINGS[kind]
    name = ids.new()
    field = "divisionId" if kind in ("user", "skill") else "division.id"
    for nowhere in NOWHERE:
        assert field_of(admin.call("POST", path, body(name, there(nowhere)))) == (400, field)
    made = admin.call("POST", path, body(name, there("")))
    assert made.status == 200, "its name is free: nothing was stored"
    assert made.body["division"]["id"] == HOME_DIVISION


@pytest.mark.parametrize("kind", PUT)
def test_nothing_is_moved_to_one_that_is_not_there(admin: Console, division: str, kind: str) -> None:
    path, body, _ = THINGS[kind]
    name = ids.new()
    made = admin.call("POST", path, body(name, there(division))).body
    one = f"{path}/{made['id']}"
    version = {"version": made["version"]} if "version" in made else {}
    for nowhere in NOWHERE:
        assert field_of(admin.call("PUT", one, body(name, there(nowhere)) | version)) == (400, "division.id")
    assert admin.call("GET", one).body["division"]["id"] == division
    assert admin.call("PUT", one, body(name, there(HOME_DIVISION)) | version).status == 200
    assert admin.call("GET", one).body["division"]["id"] == HOME_DIVISION


@pytest.mark.parametrize("kind", PUT)
@pytest.mark.parametrize("silent", [None, {}, {"id": None}, {"name": "Home"}])
def test_who_names_none_leaves_it_where_it_is(admin: Console, division: str, kind: str, silent: Any) -> None:
    path, body, _ = THINGS[kind]
    name = ids.new()
    made = admin.call("POST", path, body(name, there(division))).body
    version = {"version": made["version"]} if "version" in made else {}
    put = admin.call("PUT", f"{path}/{made['id']}", body(name, {"division": silent}) | version)
    assert (put.status, put.body["division"]["id"]) == (200, division)


def test_a_skill_is_not_moved_to_one_that_is_not_there(admin: Console, division: str) -> None:
    path, body, _ = THINGS["skill"]
    one = f"{path}/{admin.call('POST', path, body(ids.new(), there(division))).body['id']}"
    assert field_of(admin.call("PATCH", one, {"divisionId": ids.new()})) == (400, "divisionId")
    assert admin.call("GET", one).body["division"]["id"] == division


def test_who_may_only_elsewhere_is_not_told_which_there_are(console: Console, admin: Console, division: str) -> None:
    local = console.client("routing:queue:add", division=division)
    for other in (ids.new(), HOME_DIVISION):
        assert local.call("POST", QUEUES, {"name": ids.new(), **there(other)}).status == 403
    assert local.call("POST", QUEUES, {"name": ids.new(), **there(division)}).status == 200


def test_a_copy_lies_where_its_maker_may_put_it_and_shows_nothing_they_may_not_see(
    console: Console, admin: Console, division: str
) -> None:
    elsewhere = str(admin.call("POST", DIVISIONS, {"name": ids.new()}).body["id"])
    source = admin.call("POST", QUEUES, {"name": ids.new(), **there(elsewhere)}).body["id"]
    blind = console.client("routing:queue:add", "routing:queue:view", division=division)
    copy = {"sourceQueueId": source, **there(division)}
    assert blind.call("POST", QUEUES, {"name": ids.new(), **copy}).status == 403
    at_home = console.client("routing:queue:*", division=HOME_DIVISION)
    assert at_home.call("POST", QUEUES, {"name": ids.new(), "sourceQueueId": source}).status == 403
    silent = admin.call("POST", QUEUES, {"name": ids.new(), "sourceQueueId": source}).body
    assert silent["division"]["id"] == elsewhere
