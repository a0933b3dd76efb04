"""What functions declare and where the templates send requests are the same thing, in both directions."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from infra.synth import synthesize
from local.functions import Function
from local.gateway import Route, RouteTable
from tests.infra.assembly import Assembly, Resource
from tools.served import apis

VARIABLE = re.compile(r"\{\w+\+?\}")
Served = tuple[str, str, str]  # function, method, path


@pytest.fixture(scope="module")
def routed() -> dict[str, str]:
    """The function of each route key, by its package (`routing/api`)."""
    assembly = Assembly.read(synthesize(wiring_only=True))
    return {
        route.properties["RouteKey"]: _package(assembly, route)
        for route in assembly.of_type("AWS::ApiGatewayV2::Route")
        if " " in route.properties["RouteKey"] or route.properties["RouteKey"] == "$default"
        if not _is_websocket(assembly, route)
    }


@pytest.fixture(scope="module")
def table(routed: dict[str, str]) -> RouteTable:
    # The table never looks at the function; its package says enough here.
    return RouteTable([Route(key, cast(Function, function)) for key, function in routed.items()])


def test_every_operation_is_routed_to_the_function_that_serves_it(table: RouteTable) -> None:
    astray = []
    for function, method, path in _served():
        found = table.find(method, _example(path))
        if found is None or found[0].function != function:
            astray.append((function, method, path, found and found[0].key))
    assert astray == []


def test_no_route_leads_to_a_function_that_does_not_serve_it(routed: dict[str, str], table: RouteTable) -> None:
    """Methods apart: the gateway sends all five of the console API's to a function, which refuses those it lacks."""
    with_api = set(apis())
    led = {key.split(" ")[1] for key, function in routed.items() if function in with_api and " " in key}
    answered = set()
    for _, method, path in _served():
        found = table.find(method, _example(path))
        if found is not None:
            answered.add(found[0].path)
    assert led - answered == set()


def test_an_operation_has_one_home() -> None:
    served = [(method, VARIABLE.sub("{}", path)) for _, method, path in _served()]
    assert len(served) == len(set(served))


def _served() -> Iterator[Served]:
    for function, api in apis().items():
        for declared in api.declared:
            yield function, declared.operation.method, declared.operation.path


def _example(path: str) -> str:
    return VARIABLE.sub("11111111-1111-4111-8111-111111111111", path)


def _is_websocket(assembly: Assembly, route: Resource) -> bool:
    api = assembly.referred(route.stack, route.properties["ApiId"])
    return bool(api.properties["ProtocolType"] == "WEBSOCKET")


def _package(assembly: Assembly, route: Resource) -> str:
    target: dict[str, Any] = route.properties["Target"]
    integration = assembly.referred(route.stack, target["Fn::Join"][1][-1])
    function = assembly.referred(integration.stack, integration.properties["IntegrationUri"])
    handler: str = function.properties["Handler"]
    return handler.removeprefix("functions.").removesuffix(".handler.lambda_handler").replace(".", "/")
