"""The assembly is made again when, and only when, something it is made of changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra import synth
from infra.build_layer import build_layer
from infra.node import bundled_node
from infra.paths import ROOT


def test_the_second_call_answers_without_the_cdk() -> None:
    first = synth.synthesize(wiring_only=True)
    code = "import sys; from infra.synth import main; main(); print('aws_cdk' in sys.modules)"
    command = [sys.executable, "-c", code, "--wiring"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert second.stdout.split() == [str(first), "False"]


def test_wiring_is_which_functions_there_are_and_not_what_they_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synth, "ROOT", tmp_path)
    handler = tmp_path / "functions" / "routing" / "assign" / "handler.py"
    handler.parent.mkdir(parents=True)
    handler.write_text("before")
    wiring, everything = fingerprints()

    handler.write_text("after")
    assert fingerprints()[0] == wiring
    assert fingerprints()[1] != everything

    step = tmp_path / "functions" / "routing" / "release"
    step.mkdir()
    (step / "handler.py").write_text("new")
    assert fingerprints()[0] != wiring


def fingerprints() -> tuple[str, str]:
    return synth._fingerprint(wiring_only=True), synth._fingerprint(wiring_only=False)


def test_node_comes_with_the_python_packages() -> None:
    version = subprocess.run([str(bundled_node()), "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert int(version.removeprefix("v").split(".")[0]) >= 22


def test_the_layer_is_for_lambda_and_not_for_this_machine() -> None:
    layer = build_layer()
    [native] = layer.glob("python/pydantic_core/*.so")
    assert native.name == "_pydantic_core.cpython-314-aarch64-linux-gnu.so"
    assert not list(layer.rglob("__pycache__"))
