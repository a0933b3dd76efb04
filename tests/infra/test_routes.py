"""Who may call what: a token for the console API, none for tokens, keys and webhooks."""

from infra.channels import discover_channels
from tests.infra.assembly import Assembly, Resource

OPEN = ("/oauth/", "/.well-known/", "/webhooks/")


def http_routes(assembly: Assembly) -> dict[str, Resource]:
    """The HTTP API's routes by path; its WebSocket sibling's have no path."""
    routes = {}
    for route in assembly.of_type("AWS::ApiGatewayV2::Route"):
        method, _, path = route.properties["RouteKey"].partition(" ")
        if path:
            routes[f"{method} {path}"] = route
    return routes


def test_the_console_api_needs_a_token_of_our_issuer(assembly: Assembly) -> None:
    protected = {key: route for key, route in http_routes(assembly).items() if "/api/v2/" in key}
    assert len(protected) > 100
    for key, route in protected.items():
        assert route.properties["AuthorizationType"] == "JWT", key
        authorizer = assembly.referred(route.stack, route.properties["AuthorizerId"])
        configuration = authorizer.properties["JwtConfiguration"]
        assert configuration["Audience"] == ["switchboard"]
        issuer = assembly.referred(authorizer.stack, configuration["Issuer"])
        assert (issuer.type, issuer.properties["ProtocolType"]) == ("AWS::ApiGatewayV2::Api", "HTTP")


def test_only_sign_in_and_webhooks_are_open(assembly: Assembly) -> None:
    unprotected = {
        key for key, route in http_routes(assembly).items() if route.properties.get("AuthorizationType") != "JWT"
    }
    assert unprotected
    assert all(key.split(" ")[1].startswith(OPEN) for key in unprotected)


def test_every_channel_has_its_webhook(assembly: Assembly) -> None:
    routes = http_routes(assembly)
    for channel in discover_channels():
        for method in ("GET", "POST"):
            assert f"{method} /webhooks/{channel.name}/{{integrationId}}" in routes


def test_no_route_takes_preflight_requests_from_the_gateway(assembly: Assembly) -> None:
    methods = {key.split(" ")[0] for key in http_routes(assembly)}
    assert methods == {"GET", "POST", "PUT", "PATCH", "DELETE"}


def test_the_authorizer_is_made_after_the_issuer_answers(assembly: Assembly) -> None:
    [authorizer] = assembly.of_type("AWS::ApiGatewayV2::Authorizer")
    discovery = http_routes(assembly)["GET /.well-known/{proxy+}"]
    assert authorizer.stack != discovery.stack
    assert discovery.stack in dependencies(assembly, authorizer.stack)


def dependencies(assembly: Assembly, stack: str) -> set[str]:
    return {
        other
        for other, template in assembly.templates.items()
        for output in template.get("Outputs", {}).values()
        if output.get("Export", {}).get("Name", "") in str(assembly.templates[stack]["Resources"])
        and "Export" in output
    }
