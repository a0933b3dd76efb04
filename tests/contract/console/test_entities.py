"""Every config entity through the SDK: set, read, list, change, delete, and what is refused."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest

from tests.contract.console.agreement import Json, assert_agrees, assert_entity, wire
from tests.contract.console.resources import LIBRARY, RESOURCES, SCHEDULE, SKILL, Resource
from tests.e2e.contact_centre import platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


def those(kept: Callable[[Resource], object] = lambda each: True) -> pytest.MarkDecorator:
    """One case for each resource that is kept."""
    return pytest.mark.parametrize(
        "resource", [pytest.param(each, id=name) for name, each in RESOURCES.items() if kept(each)]
    )


@pytest.fixture(scope="module")
def have(admin: Any, unique: Unique) -> Mapping[str, str]:
    """What bodies refer to."""
    library = platform.ResponseManagementApi(admin).post_responsemanagement_libraries({"name": unique("Referred")})
    skill = platform.RoutingApi(admin).post_routing_skills({"name": unique("Referred")})
    schedule = platform.ArchitectApi(admin).post_architect_schedules(
        {"name": unique("Referred"), "start": "2026-01-05T09:00:00", "end": "2026-01-05T18:00:00"}
    )
    return {LIBRARY: library.id, SKILL: skill.id, SCHEDULE: schedule.id}


@pytest.fixture
def create(admin: Any, unique: Unique, have: Mapping[str, str]) -> Callable[[Resource], tuple[Json, Any]]:
    def made(resource: Resource) -> tuple[Json, Any]:
        body = resource.body(unique("Contract"), have)
        return body, resource.call(admin, resource.create)(deepcopy(body))

    return made


def listing(resource: Resource, client: Any, **query: Any) -> Any:
    if resource.list.endswith("_responses"):
        return resource.call(client, resource.list)(query.pop("library"), **query)
    query.pop("library", None)
    return resource.call(client, resource.list)(**query)


@those()
def test_what_is_set_is_read_back(resource: Resource, create: Any, admin: Any) -> None:
    body, made = create(resource)
    assert_entity(made, resource.path)
    assert_agrees({name: value for name, value in body.items() if name not in resource.write_only}, made)
    if resource.get:
        found = wire(resource.call(admin, resource.get)(made.id))
        assert found == {name: value for name, value in wire(made).items() if name in found}
        assert body.keys() - found.keys() <= set(resource.write_only)


@those(lambda each: each.list)
def test_a_listing_has_pages(resource: Resource, create: Any, admin: Any, have: Mapping[str, str]) -> None:
    """nextUri leads to the next page, and there is none on the last."""
    ids = {create(resource)[1].id for _ in range(2)}
    if not resource.paged:
        assert ids <= {each.id for each in listing(resource, admin).entities}
        return
    seen, number = [], 1
    while True:
        page = listing(resource, admin, page_size=2, page_number=number, library=have[LIBRARY])
        seen += [each.id for each in page.entities]
        assert (page.page_size, page.page_number) == (2, number)
        assert len(page.entities) == 2 or not page.next_uri
        if not page.next_uri:
            break
        assert f"pageNumber={number + 1}" in page.next_uri
        number += 1
    assert ids <= set(seen)
    assert len(seen) == len(set(seen)) == page.total
    assert page.page_count == number


@those(lambda each: each.list and each.named)
def test_a_listing_is_searched(resource: Resource, create: Any, admin: Any) -> None:
    """By name with `*`, by name from its start, by comma-joined ids."""
    body, made = create(resource)
    other = create(resource)[1]
    name = body["name"]

    def found(**query: Any) -> set[str]:
        return {each.id for each in listing(resource, admin, page_size=100, **query).entities}

    assert found(name=f"*{name[3:].upper()}") == {made.id}
    assert found(name=name) == {made.id}
    assert found(name=f"no {name}") == set()
    if resource.by_id:
        assert found(id=[made.id, other.id]) == {made.id, other.id}


SORTED = ("wrap-up code", "flow", "schedule", "schedule group", "emergency group", "data table")
"""Those whose listing the SDK sorts in either order."""


@pytest.mark.parametrize("name", SORTED)
def test_a_listing_is_sorted(name: str, create: Any, admin: Any) -> None:
    """By the field that is asked for, in either order; an unknown one is named."""
    resource = RESOURCES[name]
    made = [create(resource)[1].id for _ in range(3)]

    def found(**query: Any) -> list[str]:
        entities = listing(resource, admin, page_size=500, **query).entities
        return [each.id for each in entities if each.id in made]

    assert found(sort_by="id") == sorted(made)
    assert found(sort_by="id", sort_order="descending") == sorted(made, reverse=True)
    refused = refusal(lambda: found(sort_by="colour"))
    assert (refused.status, refused.field) == (400, "sortBy")


@those(lambda each: each.update)
def test_an_update_is_read_back(resource: Resource, create: Any, admin: Any) -> None:
    body, made = create(resource)
    version = {"version": made.version} if getattr(made, "version", None) is not None else {}
    sent = body | resource.changes if resource.update.startswith("put") else resource.changes
    changed = resource.call(admin, resource.update)(made.id, body={**deepcopy(sent), **version})
    kept = {name: value for name, value in (body | resource.changes).items() if name not in resource.write_only}
    assert_agrees(kept, changed)
    assert wire(resource.call(admin, resource.get)(made.id)) == wire(changed)
    if version:
        assert changed.version != made.version


@those(lambda each: each.delete)
def test_what_was_deleted_is_not_found(resource: Resource, create: Any, admin: Any) -> None:
    _, made = create(resource)
    resource.call(admin, resource.delete)(made.id)
    if resource.delete == "delete_user":
        assert resource.call(admin, resource.get)(made.id).state == "deleted"
        return
    gone = refusal(lambda: resource.call(admin, resource.get)(made.id))
    assert (gone.status, gone.code) == (404, "not.found")
    assert made.id in gone.message


@those(lambda each: each.named)
def test_a_name_that_is_too_long_is_refused(
    resource: Resource, admin: Any, have: Mapping[str, str], unique: Unique
) -> None:
    body = resource.body(unique("Long"), have) | {"name": "ü" * 257}
    refused = refusal(lambda: resource.call(admin, resource.create)(body))
    assert (refused.status, refused.field) == (400, "name")


@pytest.mark.parametrize(
    ("resource", "field"),
    [pytest.param(each, field, id=f"{name}-{field}") for name, each in RESOURCES.items() for field in each.required],
)
def test_a_missing_field_is_named(
    resource: Resource, field: str, admin: Any, have: Mapping[str, str], unique: Unique
) -> None:
    body = resource.body(unique("Lacking"), have)
    del body[field]
    refused = refusal(lambda: resource.call(admin, resource.create)(body))
    assert (refused.status, refused.field) == (400, field)


@pytest.mark.parametrize(
    ("resource", "field"),
    [pytest.param(each, field, id=f"{name}-{field}") for name, each in RESOURCES.items() for field in each.bad],
)
def test_a_value_that_is_not_allowed_is_named(
    resource: Resource, field: str, admin: Any, have: Mapping[str, str], unique: Unique
) -> None:
    body = resource.body(unique("Wrong"), have)
    *parents, last = field.split(".")
    inner = body
    for parent in parents:
        inner = inner[parent]
    inner[last] = resource.bad[field]
    refused = refusal(lambda: resource.call(admin, resource.create)(body))
    assert (refused.status, refused.code, refused.field) == (400, "invalid.value", field)


@those(lambda each: each.resend_makes_one)
def test_a_create_sent_twice_at_once_makes_one(
    resource: Resource, admin: Any, have: Mapping[str, str], unique: Unique
) -> None:
    body = resource.body(unique("Resent"), have)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: resource.call(admin, resource.create)(deepcopy(body)), range(2)))
    assert wire(made[0]) == wire(made[1])
