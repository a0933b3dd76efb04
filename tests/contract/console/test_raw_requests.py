"""What the SDK would not send, but others do: refused in the platform's error body, naming the field; no fault of the server."""

import uuid
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre

NOBODY = str(uuid.uuid4())
AFTER_CALL_WORK = f"/api/v2/conversations/aftercallwork/{NOBODY}/participants/{NOBODY}/communications/{NOBODY}"
LISTINGS = [
    "/oauth/clients",
    "/routing/queues",
    "/routing/skills",
    "/architect/schedules",
    "/flows/datatables",
    "/groups",
]


def refused(answer: Any) -> tuple[int, str]:
    """(status, field)"""
    details = answer.json()["details"]
    return answer.status_code, details[0]["fieldName"] if details else ""


@pytest.mark.parametrize("path", LISTINGS)
@pytest.mark.parametrize("given", [{"pageSize": "0"}, {"pageSize": "x"}, {"pageNumber": "-1"}, {"pageNumber": "1.5"}])
def test_a_page_that_cannot_be_is_refused(centre: ContactCentre, path: str, given: dict[str, str]) -> None:
    answer = centre.http.get(f"/api/v2{path}", params=given, headers=centre.bearer())
    assert refused(answer) == (400, next(iter(given)))


def test_the_clients_of_an_organization_are_paged(centre: ContactCentre) -> None:
    page = centre.http.get("/api/v2/oauth/clients", params={"pageSize": "1"}, headers=centre.bearer()).json()
    assert (len(page["entities"]), page["pageSize"]) == (1, 1)


@pytest.mark.parametrize(
    ("raw", "field"),
    [(b"", "body"), (b"{", "body"), (b"\xff", "body"), (b"[" * 5000, "body"), (b"{}", "afterCallWorkRequired")],
    ids=["empty", "cut off", "no UTF-8", "nested", "lacking"],
)
def test_a_body_that_asks_for_no_after_call_work_is_refused(centre: ContactCentre, raw: bytes, field: str) -> None:
    answer = centre.http.patch(AFTER_CALL_WORK, content=raw, headers=centre.bearer())
    assert refused(answer) == (400, field)
