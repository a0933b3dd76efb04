"""A function's package keeps its path and holds nothing of its siblings."""

from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from infra.constructs.assets import function_code
from infra.paths import FUNCTIONS, ROOT


@pytest.mark.parametrize("package", ["routing/assign", "channels/whatsapp/send"])
def test_contents(package: str, tmp_path: Path) -> None:
    step = FUNCTIONS / package
    above = [folder for folder in step.parents if folder.is_relative_to(FUNCTIONS)]
    expected = {file for folder in above for file in folder.iterdir() if file.is_file()}
    expected |= {file for file in step.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    assert {str(file.relative_to(ROOT)) for file in expected} == packaged(package, tmp_path)


def packaged(package: str, out: Path) -> set[str]:
    app = App(outdir=str(out))
    lambda_.Function(
        Stack(app, "Assets"),
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="handler",
        code=function_code(package),
    )
    app.synth()
    [asset] = [folder for folder in out.glob("asset.*") if folder.is_dir()]
    return {str(file.relative_to(asset)) for file in asset.rglob("*") if file.is_file()}
