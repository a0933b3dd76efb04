"""Composition root of the responses domain."""

from dataclasses import replace

from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body, Store
from switchboard.responses.models import LIBRARY, RESPONSE, check_libraries, check_response, library_ids


@settings.per_function
def table() -> Table:
    return Table(settings.required("RESPONSES_TABLE"))


@settings.per_function
def libraries() -> Store:
    return Store(table(), LIBRARY)


@settings.per_function
def responses() -> Store:
    return Store(table(), replace(RESPONSE, check=_check))


def _check(body: Body, old: Body | None) -> None:
    check_response(body, old)
    check_libraries(body, libraries().find_all(library_ids(body)))
