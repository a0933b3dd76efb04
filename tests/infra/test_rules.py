"""The templates keep the AwsSolutions rules and what cfn-lint knows of CloudFormation."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs

from infra.application import new_app
from infra.paths import ROOT
from tests.infra.assembly import Assembly


def test_no_finding_of_the_rules_is_left(assembly: Assembly) -> None:
    report = json.loads((assembly.directory / "validation-report.json").read_text())
    findings = [violation for plugin in report["pluginReports"] for violation in plugin["violations"]]
    assert findings == []


def test_a_finding_stops_the_synthesis(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    sqs.Queue(Stack(app, "Careless"), "WithoutDeadLetters")
    with pytest.raises(RuntimeError, match="AwsSolutions-SQS3"):
        app.synth()


def test_cfn_lint_has_nothing_to_say(assembly: Assembly) -> None:
    templates = sorted(str(path) for path in assembly.directory.glob("*.template.json"))
    linter = Path(sys.executable).parent / "cfn-lint"
    result = subprocess.run([str(linter), *templates], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert (len(templates), result.returncode, result.stdout) == (len(assembly.templates), 0, "")
