"""Libraries of responses: listed by library, found by words."""

from collections.abc import Callable
from typing import Any

from tests.contract.console.agreement import NOBODY
from tests.e2e.contact_centre import platform
from tests.e2e.refusals import refusal


def test_responses_of_a_library(admin: Any, unique: Callable[[str], str]) -> None:
    api = platform.ResponseManagementApi(admin)
    libraries = [api.post_responsemanagement_libraries({"name": unique("Library")}) for _ in range(2)]
    made = [
        api.post_responsemanagement_responses(
            {
                "name": unique("Response"),
                "libraries": [{"id": library.id}],
                "texts": [{"content": f"About {library.name}", "contentType": "text/plain"}],
            }
        )
        for library in libraries
    ]
    found = api.get_responsemanagement_responses(libraries[0].id).entities
    assert [each.id for each in found] == [made[0].id]
    said = api.post_responsemanagement_responses_query({"queryPhrase": f"about {libraries[1].name}", "pageSize": 10})
    assert [each.id for each in said.results.entities] == [made[1].id]
    nowhere = {"name": unique("R"), "libraries": [{"id": NOBODY}], "texts": [{"content": "x"}]}
    refused = refusal(lambda: api.post_responsemanagement_responses(nowhere))
    assert (refused.status, refused.field) == (400, "libraries.0.id")
