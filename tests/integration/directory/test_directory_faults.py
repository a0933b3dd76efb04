"""A user's creation dies before or after each of its AWS calls; the repeated request leaves exactly one whole user."""

from datetime import timedelta
from typing import Literal

import pytest
from switchboard.kit import ids

from tests.integration.directory.test_directory_users_api import USERS, account_enabled
from tests.integration.identity.console import Console


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_anywhere_leaves_nothing_half_done(
    console: Console, admin: Console, when: Literal["before", "after"]
) -> None:
    call = 0
    while True:
        call += 1
        body = {"name": f"Crash {when} {call}", "email": f"{ids.new()}@demo.example"}
        console.cloud.faults.clear()
        console.cloud.faults.fail(function="directory-api", call=call, when=when)
        first = admin.call("POST", USERS, body)
        if not console.cloud.faults.struck:
            break
        console.cloud.advance(timedelta(seconds=11))
        second = admin.call("POST", USERS, body)
        # 409: the user had been stored already, only the answer was lost.
        assert (first.status, second.status in (200, 409)) == (500, True), (call, second.body)
        query = [{"type": "EXACT", "fields": ["email"], "value": body["email"]}]
        assert admin.call("POST", f"{USERS}/search", {"query": query}).body["total"] == 1
        assert account_enabled(console, body["email"])
    console.cloud.faults.clear()
    assert call > 5, "the fault was never set on a call that matters"
