"""What importing a hot function costs: modules, and instructions counted by valgrind's callgrind (repeatable, unlike time)."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

WEBHOOK = "import functions.channels.whatsapp.webhook.handler; from switchboard.kit import aws; aws.client('sqs')"
INGEST = "import functions.conversations.ingest.handler; from switchboard.kit import aws; aws.client('dynamodb')"
# The textbook stack of such a function: four clients, powertools, pydantic, phone numbers, all at import.
EAGER = (
    "import boto3; [boto3.client(name) for name in ('dynamodb', 'sqs', 'events', 's3')];"
    "from aws_lambda_powertools import Logger, Tracer, Metrics;"
    "from aws_lambda_powertools.event_handler import APIGatewayHttpResolver;"
    "from aws_lambda_powertools.utilities import batch, parser, idempotency;"
    "import pydantic, phonenumbers, holidays;"
    "[pydantic.create_model(f'M{n}', **{f'f{i}': (str, '') for i in range(10)}) for n in range(60)]"
)
FORBIDDEN = ("phonenumbers.geocoder", "requests", "numpy", "boto3.resources", "holidays", "jsonschema", "pydantic")


@dataclass(frozen=True)
class Cold:
    modules: int
    forbidden: list[str]
    instructions: int | None


def measure(statement: str) -> Cold:
    """A fresh interpreter's count for the statement; instructions are None where there is no valgrind."""
    report = f"{statement}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(_run([sys.executable, "-c", report]).stdout.splitlines()[-1])
    forbidden = [name for name in FORBIDDEN if name in loaded]
    return Cold(len(loaded), forbidden, _instructions(statement))


def _instructions(statement: str) -> int | None:
    if shutil.which("valgrind") is None:
        return None
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, "-c", statement]
    found = re.search(r"Collected : (\d+)", _run(command).stderr)
    return int(found[1]) if found else None


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": "0", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
