"""Composition root of the responses domain."""

from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Store
from switchboard.responses.models import LIBRARY, RESPONSE


@settings.per_function
def table() -> Table:
    return Table(settings.required("RESPONSES_TABLE"))


@settings.per_function
def libraries() -> Store:
    return Store(table(), LIBRARY)


@settings.per_function
def responses() -> Store:
    return Store(table(), RESPONSE)
