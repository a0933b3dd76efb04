"""A division is deleted only when nothing lies in it any more; who refuses says by what."""

from typing import Literal

import pytest
from switchboard.kit import ids

from tests.integration.identity.console import Console
from tests.integration.identity.divisioned import DIVISIONS, THINGS

MOST_CALLS = 30


@pytest.mark.parametrize("kind", THINGS)
def test_what_lies_in_it_keeps_it(admin: Console, division: str, kind: str) -> None:
    path, body, named = THINGS[kind]
    made = admin.call("POST", path, body(ids.new(), {"division": {"id": division}}))
    assert made.status == 200, made.body
    refused = admin.call("DELETE", f"{DIVISIONS}/{division}")
    assert (refused.status, refused.body["code"]) == (409, "in.use")
    assert named.format(**made.body) in refused.body["message"]
    assert admin.call("GET", f"{DIVISIONS}/{division}").status == 200
    assert admin.call("DELETE", f"{path}/{made.body['id']}").status < 300
    assert admin.call("DELETE", f"{DIVISIONS}/{division}").status == 204
    assert admin.call("GET", f"{DIVISIONS}/{division}").status == 404


def test_of_many_things_the_first_are_named(admin: Console, division: str) -> None:
    for _ in range(12):
        admin.call("POST", "/api/v2/routing/queues", {"name": ids.new(), "division": {"id": division}})
    refused = admin.call("DELETE", f"{DIVISIONS}/{division}")
    assert refused.body["message"].count("the queue") == 10


def test_an_empty_one_goes_with_its_grants_meaning_nothing_any_more(
    console: Console, admin: Console, division: str
) -> None:
    holder = console.client("routing:queue:view", division=division)
    assert holder.call("GET", "/api/v2/routing/queues").status == 200
    assert admin.call("DELETE", f"{DIVISIONS}/{division}").status == 204
    assert holder.call("GET", "/api/v2/routing/queues").body["entities"] == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_leaves_it_whole_or_gone(admin: Console, when: Literal["before", "after"]) -> None:
    faults = admin.cloud.faults
    seen = set()
    for call in range(1, MOST_CALLS):
        name = ids.new()
        made = admin.call("POST", DIVISIONS, {"name": name}).body["id"]
        faults.fail(function="identity-api", call=call, when=when)
        answer = admin.call("DELETE", f"{DIVISIONS}/{made}")
        struck = bool(faults.struck)
        faults.clear()
        there = admin.call("GET", f"{DIVISIONS}/{made}").status == 200
        again = admin.call("POST", DIVISIONS, {"name": name, "description": "again"})
        assert again.status == (409 if there else 200), "its name goes with it"
        if not struck:
            assert answer.status == 204
            assert not there
            assert seen == ({True} if when == "before" else {True, False})
            return
        seen.add(there)
    pytest.fail("the function makes more calls than were tried")
