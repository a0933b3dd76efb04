"""Rows of a data table: parameters that change intraday (CE43)."""

from switchboard.flows import api as flows
from switchboard.kit import paging
from switchboard.kit.entities import Body
from switchboard.kit.http import Api, Request

PERMISSION = "architect:datatableRow"


def register(api: Api) -> None:
    api.operation("ArchitectApi.get_flows_datatable_rows", f"{PERMISSION}:view")(list_all)
    api.operation("ArchitectApi.get_flows_datatable_row", f"{PERMISSION}:view")(get)
    api.operation("ArchitectApi.post_flows_datatable_rows", f"{PERMISSION}:add", idempotent=flows.table)(add)
    api.operation("ArchitectApi.put_flows_datatable_row", f"{PERMISSION}:edit")(replace)
    api.operation("ArchitectApi.delete_flows_datatable_row", f"{PERMISSION}:delete")(delete)


def list_all(request: Request) -> Body:
    """By key; only keys unless `showbrief` is false."""
    table = _table(request, "view")
    rows = flows.data_tables().rows(table)
    if str(request.query.get("sortOrder", "")).lower() in ("desc", "descending"):
        rows.reverse()
    shown = [_shown(row, request.query.get("showbrief", True)) for row in rows]
    return paging.numbered(shown, f"{flows.DATA_TABLE.path}/{table['id']}/rows", request.query)


def get(request: Request) -> Body:
    row = flows.data_tables().row(_table(request, "view"), request.path["rowId"])
    return _shown(row, request.query.get("showbrief", True))


def add(request: Request) -> Body:
    return flows.data_tables().add(_table(request, "add")["id"], request.body)


def replace(request: Request) -> Body:
    return flows.data_tables().replace(_table(request, "edit")["id"], request.path["rowId"], request.body)


def delete(request: Request) -> None:
    flows.data_tables().remove(_table(request, "delete"), request.path["rowId"])


def _table(request: Request, action: str) -> Body:
    """Raises NotFoundError, MissingPermissionError for the table's division."""
    table = flows.data_tables().store.get(request.path["datatableId"])
    request.caller.require(f"{PERMISSION}:{action}", table["division"]["id"])
    return table


def _shown(row: Body, brief: bool) -> Body:
    return {"key": row["key"]} if brief else row
