"""No function may do more than its work needs."""

from typing import Any

from tests.infra.assembly import Assembly

WITHOUT_RESOURCES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
STREAM_LISTING = {"dynamodb:ListStreams"}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_no_action_is_a_wildcard(assembly: Assembly) -> None:
    actions = {
        action
        for policy in assembly.of_type("AWS::IAM::Policy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
    }
    assert "dynamodb:PutItem" in actions
    assert not {action for action in actions if "*" in action}


def test_only_traces_are_allowed_on_every_resource(assembly: Assembly) -> None:
    everywhere = {
        action
        for policy in assembly.of_type("AWS::IAM::Policy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }
    assert everywhere <= WITHOUT_RESOURCES | STREAM_LISTING


def test_roles_have_no_managed_policy(assembly: Assembly) -> None:
    for role in assembly.of_type("AWS::IAM::Role"):
        assert "ManagedPolicyArns" not in role.properties, role


def test_a_function_is_told_of_the_tables_it_may_use_and_no_others(assembly: Assembly) -> None:
    for function in assembly.of_type("AWS::Lambda::Function"):
        variables = function.properties["Environment"]["Variables"]
        told = {
            str(assembly.referred(function.stack, value))
            for name, value in variables.items()
            if name.endswith("_TABLE")
        }
        allowed = {
            str(assembly.referred(function.stack, resource))
            for statement in assembly.statements(function)
            if "dynamodb:GetItem" in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
            if "Fn::Join" not in resource
        }
        assert told == allowed, function


def test_only_the_administration_of_channels_makes_secrets(assembly: Assembly) -> None:
    makers = {
        function.properties["FunctionName"]
        for function in assembly.of_type("AWS::Lambda::Function")
        for statement in assembly.statements(function)
        if "secretsmanager:CreateSecret" in as_list(statement["Action"])
    }
    assert makers == {"dev-channels-api"}


def test_only_the_issuer_signs(assembly: Assembly) -> None:
    signers = {
        function.properties["FunctionName"]
        for function in assembly.of_type("AWS::Lambda::Function")
        for statement in assembly.statements(function)
        if "kms:Sign" in as_list(statement["Action"])
    }
    assert signers == {"dev-identity-api"}
