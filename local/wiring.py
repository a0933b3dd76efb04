"""Connects what the template says is connected: functions with their roles, queues, streams, routes and sockets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

from local.authorizer import Authorizer
from local.filters import Filters
from local.functions import Function
from local.gateway import Gateway, Route
from local.permissions import Statement, missing
from local.pump import QueueMapping
from local.streams import StreamMapping
from local.template import Resource
from local.websocket import WebSockets

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.resources import Resources

_ONE_DAY = 86400.0
_BATCHES_AT_ONCE = 5
"""Lambda starts with five pollers per standard queue."""


def roles(resources: Resources) -> dict[str, list[Statement]]:
    """What each role of the template may do, by the role's ARN."""
    found: dict[str, list[Statement]] = {}

    def add(role_name: str, document: dict[str, Any]) -> None:
        arn = f"arn:aws:iam::{resources.template.account}:role/{role_name}"
        found.setdefault(arn, []).extend(Statement.parse(document))

    for role in resources.template.of_type("AWS::IAM::Role"):
        name = resources.ref(role)
        found.setdefault(str(resources.attribute(role, "Arn")), [])
        for policy in resources.properties(role).get("Policies", []):
            add(name, policy["PolicyDocument"])
    for resource in resources.template.of_type("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        properties = resources.properties(resource)
        for name in properties.get("Roles", []):
            add(name, properties["PolicyDocument"])
    return found


def functions(resources: Resources, granted: dict[str, list[Statement]], overrides: dict[str, str]) -> list[Function]:
    """The template's Python functions. Those of other runtimes only serve a deployment."""
    made = []
    for resource in resources.template.of_type("AWS::Lambda::Function"):
        properties = resources.properties(resource)
        if not str(properties.get("Runtime", "")).startswith("python"):
            continue
        name = resources.ref(resource)
        variables = {key: str(value) for key, value in properties.get("Environment", {}).get("Variables", {}).items()}
        variables |= {key: value for key, value in overrides.items() if key in variables or key in _ALWAYS}
        variables |= {
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(properties.get("MemorySize", 128)),
            "AWS_REGION": resources.template.region,
            "AWS_DEFAULT_REGION": resources.template.region,
        }
        made.append(
            Function(
                name=name,
                arn=str(resources.attribute(resource, "Arn")),
                handler=str(properties["Handler"]),
                timeout=int(properties.get("Timeout", 3)),
                memory=int(properties.get("MemorySize", 128)),
                environment=variables,
                statements=granted.get(str(properties["Role"]), []),
            )
        )
    return made


_ALWAYS = {"ALLOW_PRIVATE_HOSTS", "S3_PRESIGN_ENDPOINT", "POWERTOOLS_TRACE_DISABLED"}


def overrides(base_url: str) -> dict[str, str]:
    """What the environment of a function says differently here than in the cloud."""
    return {
        "PUBLIC_URL": base_url,
        "TOKEN_ISSUER": base_url,
        "GRAPH_API_URL": f"{base_url}/local/providers/whatsapp/graph/v25.0",
        "WEBSOCKET_URL": f"ws{base_url.removeprefix('http')}/ws",
        "USER_POOL_DOMAIN_URL": f"{base_url}/local/cognito",
        "S3_PRESIGN_ENDPOINT": f"{base_url}/local/s3",
        "ALLOW_PRIVATE_HOSTS": "true",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }


def connect_sources(cloud: LocalCloud, resources: Resources) -> None:
    """Event source mappings. Raises PermissionError when a function's role cannot read its source."""
    for resource in resources.template.of_type("AWS::Lambda::EventSourceMapping"):
        properties = resources.properties(resource)
        if properties.get("Enabled", True) is False:
            continue
        function = cloud.functions.named(properties["FunctionName"])
        source = properties["EventSourceArn"]
        actions = _STREAM_ACTIONS if ":dynamodb:" in source else _QUEUE_ACTIONS
        lacking = missing(function.statements, [(action, source) for action in actions])
        if lacking is not None:
            raise PermissionError(f"{function.name} is mapped to {source} but its role lacks {lacking[0]}")
        if ":dynamodb:" in source:
            _connect_stream(cloud, function, source, properties)
        else:
            _connect_queue(cloud, function, source, properties)


_QUEUE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_STREAM_ACTIONS = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream")


def _connect_queue(cloud: LocalCloud, function: Function, source: str, properties: dict[str, Any]) -> None:
    queue = sqs_backends[cloud.account][cloud.region].get_queue(source.rsplit(":", 1)[1])
    cap = properties.get("ScalingConfig", {}).get("MaximumConcurrency", _BATCHES_AT_ONCE)
    cloud.pump.map(
        QueueMapping(
            queue=queue,  # type: ignore[arg-type]
            function=function,
            batch_size=int(properties.get("BatchSize", 10)),
            partial="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
            filters=Filters(properties.get("FilterCriteria", {})),
            concurrency=int(cap),
        )
    )


def _connect_stream(cloud: LocalCloud, function: Function, source: str, properties: dict[str, Any]) -> None:
    table = dynamodb_backends[cloud.account][cloud.region].get_table(source.split("/")[1])
    retries = int(properties.get("MaximumRetryAttempts", -1))
    age = int(properties.get("MaximumRecordAgeInSeconds", -1))
    cloud.streams.map(
        table.name,
        StreamMapping(
            function=function,
            batch_size=int(properties.get("BatchSize", 100)),
            filters=Filters(properties.get("FilterCriteria", {})),
            retries=None if retries < 0 else retries,
            max_age=_ONE_DAY if age < 0 else float(age),
            bisect=bool(properties.get("BisectBatchOnFunctionError", False)),
            partial="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
            on_failure=properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
        ),
    )


def gateway(cloud: LocalCloud, resources: Resources) -> Gateway | None:
    """The HTTP API of the template, if it has one."""
    apis = [api for api in resources.template.of_type("AWS::ApiGatewayV2::Api") if not _is_websocket(api)]
    if not apis:
        return None
    api_id = resources.ref(apis[0])
    authorizers: dict[str, Authorizer] = {}
    made = Gateway(
        invoke=cloud.functions.invoke,
        account=cloud.account,
        api_id=api_id,
        cors=resources.properties(apis[0]).get("CorsConfiguration"),
    )
    for resource in resources.template.of_type("AWS::ApiGatewayV2::Authorizer"):
        settings = resources.properties(resource)["JwtConfiguration"]
        authorizers[resources.ref(resource)] = Authorizer(
            issuer=settings["Issuer"],
            audience=settings.get("Audience", []),
            fetch=made.fetch_json,
            now=cloud.clock.timestamp,
        )
    made.serve(
        [
            Route(
                key=route["RouteKey"],
                function=_target(cloud, resources, route),
                authorizer=authorizers[route["AuthorizerId"]] if route.get("AuthorizationType") == "JWT" else None,
                scopes=tuple(route.get("AuthorizationScopes", [])),
            )
            for route in _routes(resources, api_id)
        ]
    )
    return made


def websockets(cloud: LocalCloud, resources: Resources) -> WebSockets | None:
    apis = [api for api in resources.template.of_type("AWS::ApiGatewayV2::Api") if _is_websocket(api)]
    if not apis:
        return None
    api_id = resources.ref(apis[0])
    stages = [resources.properties(stage) for stage in resources.template.of_type("AWS::ApiGatewayV2::Stage")]
    return WebSockets(
        invoke=cloud.functions.invoke,
        routes={route["RouteKey"]: _target(cloud, resources, route) for route in _routes(resources, api_id)},
        selection=resources.properties(apis[0]).get("RouteSelectionExpression", ""),
        api=api_id,
        stage=next((stage["StageName"] for stage in stages if stage["ApiId"] == api_id), ""),
    )


def _is_websocket(api: Resource) -> bool:
    return api.properties.get("ProtocolType") == "WEBSOCKET"


def _routes(resources: Resources, api_id: str) -> list[dict[str, Any]]:
    routes = [resources.properties(route) for route in resources.template.of_type("AWS::ApiGatewayV2::Route")]
    return [route for route in routes if route["ApiId"] == api_id]


def _target(cloud: LocalCloud, resources: Resources, route: dict[str, Any]) -> Function:
    """The function behind `integrations/<id>`."""
    wanted = str(route["Target"]).rsplit("/", 1)[1]
    for resource in resources.template.of_type("AWS::ApiGatewayV2::Integration"):
        if resources.ref(resource) == wanted:
            uri = str(resources.properties(resource)["IntegrationUri"])
            # REST style: arn:aws:apigateway:...:path/2015-03-31/functions/<function arn>/invocations
            return cloud.functions.named(uri.split("/functions/")[-1].removesuffix("/invocations"))
    raise KeyError(f"route {route['RouteKey']} has no integration {wanted}")
