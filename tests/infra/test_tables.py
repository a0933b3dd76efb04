"""Every table is recoverable, forgets in time, and cannot be thrown away where it matters."""

from pathlib import Path

from infra.application import new_app
from infra.config import stage_of
from infra.stacks.data import TABLES, DataStack
from tests.infra.assembly import Assembly


def test_every_domain_has_a_table_of_the_house_shape(assembly: Assembly) -> None:
    tables = {table.properties["TableName"]: table.properties for table in assembly.of_type("AWS::DynamoDB::Table")}
    assert sorted(tables) == sorted(f"dev-{spec.domain}" for spec in TABLES)
    for properties in tables.values():
        assert [key["AttributeName"] for key in properties["KeySchema"]] == ["PK", "SK"]
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}


def test_the_hot_table_has_no_index_and_an_outbox(assembly: Assembly) -> None:
    tables = {table.properties["TableName"]: table.properties for table in assembly.of_type("AWS::DynamoDB::Table")}
    assert "GlobalSecondaryIndexes" not in tables["dev-conversations"]
    streamed = {name for name, properties in tables.items() if "StreamSpecification" in properties}
    assert streamed == {"dev-conversations", "dev-routing", "dev-flows"}


def test_production_keeps_its_tables(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    app.node.set_context("stage", "prod")
    DataStack(app, stage_of(app))
    app.synth()

    tables = Assembly.read(tmp_path).templates["switchboard-prod-data"]["Resources"]
    assert len(tables) == len(TABLES)
    for table in tables.values():
        assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
        assert table["Properties"]["DeletionProtectionEnabled"] is True
