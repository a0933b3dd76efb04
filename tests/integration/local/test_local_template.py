"""CloudFormation's intrinsic functions, over several stacks."""

from typing import Any

import pytest

from local.template import Resource, Template

STACKS: dict[str, Any] = {
    "one": {
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Mappings": {"Sizes": {"dev": {"memory": "128"}}},
        "Conditions": {
            "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
            "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
        },
        "Resources": {"Table": {"Type": "AWS::DynamoDB::Table"}, "Alarm": {"Type": "AWS::X::Y", "Condition": "IsProd"}},
        "Outputs": {"Out": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}, "Export": {"Name": "one:TableArn"}}},
    },
    "two": {"Resources": {}},
}


class Names:
    def ref(self, resource: Resource) -> str:
        return resource.logical_id.lower()

    def attribute(self, resource: Resource, name: str) -> Any:
        return f"{resource.logical_id}/{name}"


@pytest.mark.parametrize(
    ("stack", "value", "expected"),
    [
        ("one", {"Ref": "Table"}, "table"),
        ("one", {"Ref": "Stage"}, "dev"),
        ("one", {"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}, "a-here"),
        ("one", {"Fn::Sub": "${Table}/${Table.Arn}/${AWS::AccountId}/${!Literal}"}, "table/Table/Arn/42/${Literal}"),
        ("one", {"Fn::Sub": ["${x}", {"x": {"Ref": "Table"}}]}, "table"),
        ("two", {"Fn::ImportValue": "one:TableArn"}, "Table/Arn"),
        ("one", {"Fn::Select": [1, {"Fn::Split": [":", "a:b"]}]}, "b"),
        ("one", {"Fn::If": ["IsDev", "yes", "no"]}, "yes"),
        ("one", {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, "128"),
        ("one", [{"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"Ref": "AWS::NoValue"}], [{"b": 1}]),
    ],
)
def test_resolve(stack: str, value: Any, expected: Any) -> None:
    assert Template(STACKS, region="here", account="42").resolve(value, stack, Names()) == expected


def test_a_resource_whose_condition_is_false_does_not_exist() -> None:
    assert set(Template(STACKS, region="here", account="42").resources) == {("one", "Table")}
