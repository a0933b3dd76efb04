"""A data table, as a declared entity; its columns are in columns.py, its rows in service.py."""

from switchboard.flows.datatables import columns
from switchboard.kit.entities import Entity

DATA_TABLE = Entity(
    kind="dataTable",
    path="/api/v2/flows/datatables",
    permission="architect:datatable",
    operations={
        "get": "ArchitectApi.get_flows_datatable",
        "create": "ArchitectApi.post_flows_datatables",
        "update": "ArchitectApi.put_flows_datatable",
    },
    required=("name", "schema"),
    check=columns.check_table,
)
