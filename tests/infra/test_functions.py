"""Every function is deployed as the house does it."""

from infra.paths import FUNCTIONS, ROOT
from tests.infra.assembly import Assembly, Resource


def functions(assembly: Assembly) -> list[Resource]:
    found = assembly.of_type("AWS::Lambda::Function")
    assert len(found) > 20
    return found


def test_every_handler_is_deployed_and_every_function_has_a_handler(assembly: Assembly) -> None:
    written = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts) + ".lambda_handler"
        for file in FUNCTIONS.rglob("handler.py")
    }
    assert {function.properties["Handler"] for function in functions(assembly)} == written


def test_names_follow_the_folders(assembly: Assembly) -> None:
    for function in functions(assembly):
        parts = function.properties["Handler"].split(".")[1:-2]
        assert function.properties["FunctionName"] == "-".join(["dev", *parts])


def test_house_defaults(assembly: Assembly) -> None:
    for function in functions(assembly):
        properties = function.properties
        assert properties["Architectures"] == ["arm64"], function
        assert properties["Runtime"] == "python3.14", function
        assert properties["TracingConfig"] == {"Mode": "Active"}, function
        assert properties["LoggingConfig"]["LogFormat"] == "JSON", function
        assert len(properties["Layers"]) == 2, function


def test_every_log_is_forgotten_in_time(assembly: Assembly) -> None:
    for function in functions(assembly):
        log = assembly.referred(function.stack, function.properties["LoggingConfig"]["LogGroup"])
        assert log.properties["LogGroupName"] == f"/aws/lambda/{function.properties['FunctionName']}"
    for log in assembly.of_type("AWS::Logs::LogGroup"):
        assert log.properties["RetentionInDays"] == 14, log


def test_every_function_raises_alarms_on_errors_and_throttles(assembly: Assembly) -> None:
    watched: dict[str, set[str]] = {}
    for alarm in assembly.of_type("AWS::CloudWatch::Alarm"):
        for dimension in alarm.properties["Dimensions"]:
            if dimension["Name"] == "FunctionName":
                function = assembly.referred(alarm.stack, dimension["Value"])
                watched.setdefault(str(function), set()).add(alarm.properties["MetricName"])
    for function in functions(assembly):
        assert watched[str(function)] >= {"Errors", "Throttles"}
