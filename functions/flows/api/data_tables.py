"""Data tables (CE43 step 2, CE07)."""

from switchboard.flows import api as flows
from switchboard.kit import paging
from switchboard.kit.entities import Body, Store, actor_of
from switchboard.kit.entity_routes import Serving, serve
from switchboard.kit.http import Api, Request


def _store() -> Store:
    return flows.data_tables().store


_tables = Serving(flows.DATA_TABLE, _store)


def register(api: Api) -> None:
    serve(api, flows.DATA_TABLE, _store)
    api.operation("ArchitectApi.get_flows_datatables", "architect:datatable:view")(list_all)
    api.operation("ArchitectApi.delete_flows_datatable", "architect:datatable:delete")(delete)


def list_all(request: Request) -> Body:
    """With `expand=schema` their columns too."""
    page = paging.numbered(
        [_tables.shown(body) for body in _tables.visible(request)], flows.DATA_TABLE.path, request.query
    )
    if "schema" not in str(request.query.get("expand", "")).split(","):
        page["entities"] = [
            {name: value for name, value in table.items() if name != "schema"} for table in page["entities"]
        ]
    return page


def delete(request: Request) -> None:
    """The table and all its rows. Raises InUseError while a published flow reads it."""
    table = _tables.reachable(request, "delete")
    flows.data_tables().delete(table["id"], actor_of(request.caller))
