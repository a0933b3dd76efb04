"""The functions of the message path start cold many times a day: what they import, they cost."""

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.source import handlers, package

FORBIDDEN = {
    "aws_lambda_powertools",
    "boto3",
    "holidays",
    "jsonschema",
    "numpy",
    "phonenumbers.geocoder",
    "pydantic",
    "pydantic_core",
    "requests",
}
MOST_MODULES = {"webhook": 400, "ingest": 400}
MOST_MODULES_OF_THE_OTHERS = 415  # they work with two domains, or speak HTTPS
HOT_STEPS = ("conversations/ingest", "conversations/outbox", "routing/assign")
HOT = [each for each in map(package, handlers()) if each in HOT_STEPS or each.endswith(("/webhook", "/send"))]


def test_the_message_path_is_there() -> None:
    assert {*HOT_STEPS, "channels/whatsapp/webhook", "channels/open/send"} <= set(HOT)


@pytest.mark.parametrize("function", HOT)
def test_a_hot_function_imports_little(function: str) -> None:
    module = f"functions.{function.replace('/', '.')}.handler"
    loaded = _loaded(f"import {module}; from switchboard.kit import aws; aws.client('sqs')")
    assert module in loaded
    assert loaded & FORBIDDEN == set()
    assert len(loaded) <= MOST_MODULES.get(function.rsplit("/", 1)[-1], MOST_MODULES_OF_THE_OTHERS)


def _loaded(statement: str) -> set[str]:
    """The modules of a fresh interpreter after the statement, but for those that this machine adds to every one."""
    report = f"import json, sys; {statement}; print(json.dumps(list(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run([sys.executable, "-c", report], env=environment, capture_output=True, text=True, check=True)
    return set(json.loads(answer.stdout)) - {"sitecustomize", "usercustomize"}
