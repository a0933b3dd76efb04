"""Every operation that a function declares is one that API Gateway sends to it."""

import re

from local.functions import Function
from local.gateway import Route, RouteTable
from tests.infra.assembly import Assembly
from tools.served import apis


def test_declared_operations_are_routed(assembly: Assembly) -> None:
    routes = RouteTable(
        [
            Route(route.properties["RouteKey"], function_behind(assembly, route.stack, route.properties["Target"]))
            for route in assembly.of_type("AWS::ApiGatewayV2::Route")
            if " " in route.properties["RouteKey"]
        ]
    )
    operations = [(package, declared.operation) for package, api in apis().items() for declared in api.declared]
    assert len(operations) > 100
    for package, operation in operations:
        found = routes.find(operation.method, re.sub(r"\{(\w+)\+?\}", r"\1", operation.path))
        assert found is not None, operation.name
        assert found[0].function.name == "dev-" + package.replace("/", "-"), operation.name


def function_behind(assembly: Assembly, stack: str, target: dict[str, list[list[str]]]) -> Function:
    """The function of a route's target, which is `integrations/` and a reference to the integration."""
    [_, reference] = target["Fn::Join"][1]
    integration = assembly.referred(stack, reference)
    function = assembly.referred(integration.stack, integration.properties["IntegrationUri"])
    properties = function.properties
    return Function(
        name=properties["FunctionName"],
        arn="",
        handler=properties["Handler"],
        timeout=properties["Timeout"],
        memory=properties["MemorySize"],
        environment={},
    )
