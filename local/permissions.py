"""Checks each AWS call of a function against the IAM policies of its role in the template (DESIGN decision 8).

Actions and resources are matched with IAM's wildcards, Deny wins, conditions are ignored. An operation that is not
listed below needs its own action on any resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Need = tuple[str, str | None]
"""An action and the resource it is for; None where the operation has no resource."""


@dataclass(frozen=True)
class Statement:
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Iterable[Statement]:
        """The statements of a resolved policy document."""
        for raw in _list(document["Statement"]):
            if "Action" in raw:
                actions = tuple(action.lower() for action in _list(raw["Action"]))
                yield cls(raw["Effect"], actions, tuple(_list(raw.get("Resource", "*"))))

    def covers(self, need: Need) -> bool:
        action, resource = need
        if not any(_matches(pattern, action.lower()) for pattern in self.actions):
            return False
        return resource is None or any(_matches(pattern, resource) for pattern in self.resources)


def missing(statements: list[Statement], needs: Iterable[Need]) -> Need | None:
    """The first need that the policies do not grant."""
    for need in needs:
        covering = [statement for statement in statements if statement.covers(need)]
        if not covering or any(statement.effect == "Deny" for statement in covering):
            return need
    return None


class Needs:
    """Which permissions an API call takes, in one account and region."""

    def __init__(self, account: str, region: str, find_arn: Callable[[str, str], str]) -> None:
        """`find_arn(kind, name)` gives the ARN of a secret or key that is known by another name."""
        self._account = account
        self._region = region
        self._find_arn = find_arn

    def of(self, service: str, operation: str, parameters: dict[str, Any]) -> list[Need]:
        rule: Callable[[str, dict[str, Any]], list[Need]] | None = getattr(self, f"_{service.replace('-', '_')}", None)
        return rule(operation, parameters) if rule else [(f"{service}:{operation}", None)]

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self._region}:{self._account}:{resource}"

    def _dynamodb(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        def table(name: str, index: str | None = None) -> str:
            arn = name if name.startswith("arn:") else self._arn("dynamodb", f"table/{name}")
            return f"{arn}/index/{index}" if index else arn

        if operation == "TransactWriteItems":
            actions = {
                "Put": "PutItem",
                "Update": "UpdateItem",
                "Delete": "DeleteItem",
                "ConditionCheck": "ConditionCheckItem",
            }
            items = [next(iter(item.items())) for item in parameters["TransactItems"]]
            return [(f"dynamodb:{actions[kind]}", table(item["TableName"])) for kind, item in items]
        if operation == "TransactGetItems":
            return [("dynamodb:GetItem", table(item["Get"]["TableName"])) for item in parameters["TransactItems"]]
        if operation in ("BatchGetItem", "BatchWriteItem"):
            return [(f"dynamodb:{operation}", table(name)) for name in parameters["RequestItems"]]
        if "TableName" not in parameters:
            return [(f"dynamodb:{operation}", None)]
        return [(f"dynamodb:{operation}", table(parameters["TableName"], parameters.get("IndexName")))]

    def _sqs(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        action = operation.removesuffix("Batch")
        name = (
            parameters["QueueUrl"].rsplit("/", 1)[1] if "QueueUrl" in parameters else parameters.get("QueueName", "*")
        )
        return [(f"sqs:{action}", self._arn("sqs", name))]

    def _events(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        if operation != "PutEvents":
            return [(f"events:{operation}", None)]
        buses = {entry.get("EventBusName", "default").rsplit("/", 1)[-1] for entry in parameters["Entries"]}
        return [("events:PutEvents", self._arn("events", f"event-bus/{bus}")) for bus in sorted(buses)]

    def _scheduler(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        if "Name" not in parameters:
            return [(f"scheduler:{operation}", None)]
        schedule = f"schedule/{parameters.get('GroupName', 'default')}/{parameters['Name']}"
        needs: list[Need] = [(f"scheduler:{operation}", self._arn("scheduler", schedule))]
        if "Target" in parameters:
            needs.append(("iam:PassRole", parameters["Target"]["RoleArn"]))
        return needs

    def _s3(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        bucket = f"arn:aws:s3:::{parameters.get('Bucket', '*')}"
        if operation in ("ListObjects", "ListObjectsV2", "HeadBucket"):
            return [("s3:ListBucket", bucket)]
        if "Key" not in parameters:
            return [(f"s3:{operation}", bucket)]
        action = {"HeadObject": "GetObject", "CopyObject": "PutObject"}.get(operation, operation)
        return [(f"s3:{action}", f"{bucket}/{parameters['Key']}")]

    def _secretsmanager(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        name = parameters.get("SecretId", parameters.get("Name"))
        return [(f"secretsmanager:{operation}", self._find_arn("secret", name) if name else None)]

    def _kms(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        key = parameters.get("KeyId")
        return [(f"kms:{operation}", self._find_arn("key", key) if key else None)]

    def _cognito_idp(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        if "UserPoolId" not in parameters:
            return []  # what the signed-in user may call needs no IAM permission
        return [(f"cognito-idp:{operation}", self._arn("cognito-idp", f"userpool/{parameters['UserPoolId']}"))]

    def _stepfunctions(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        resource = parameters.get("stateMachineArn", parameters.get("executionArn"))
        return [(f"states:{operation}", resource)]

    def _lambda(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        name = parameters.get("FunctionName", "*")
        arn = name if name.startswith("arn:") else self._arn("lambda", f"function:{name}")
        return [("lambda:InvokeFunction" if operation == "Invoke" else f"lambda:{operation}", arn)]

    def _apigatewaymanagementapi(self, operation: str, parameters: dict[str, Any]) -> list[Need]:
        method = {"PostToConnection": "POST", "GetConnection": "GET", "DeleteConnection": "DELETE"}[operation]
        api, stage = parameters["_api"], parameters["_stage"]
        connection = f"{api}/{stage}/{method}/@connections/{parameters['ConnectionId']}"
        return [("execute-api:ManageConnections", self._arn("execute-api", connection))]

    def _sts(self, operation: str, _parameters: dict[str, Any]) -> list[Need]:
        return [] if operation == "GetCallerIdentity" else [(f"sts:{operation}", None)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _matches(pattern: str, value: str) -> bool:
    return _pattern(pattern).fullmatch(value) is not None
