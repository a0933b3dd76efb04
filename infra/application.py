"""The CDK application: context from cdk.json, so that `python app.py` and `cdk deploy` make the same templates."""

import json
import os
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.paths import ROOT


def new_app(out: Path | None = None) -> cdk.App:
    """An application that checks its templates by the AwsSolutions rules.

    They are written to `out`; by default to where the CDK command line says in CDK_OUTDIR, and without it to cdk.out.
    The command line also passes cdk.json's context, together with what `-c` adds, and its values win.
    """
    directory = out or Path(os.environ.get("CDK_OUTDIR", ROOT / "cdk.out"))
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = cdk.App(outdir=str(directory), context=context, analytics_reporting=False)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app
