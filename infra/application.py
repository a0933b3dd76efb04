"""The CDK application: context from cdk.json, so that `python app.py` and `cdk deploy` make the same templates."""

import json

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.paths import ROOT


def new_app() -> cdk.App:
    """An application whose templates are checked by the AwsSolutions rules.

    The CDK command line passes cdk.json's context itself, together with what `-c` adds, and its values win.
    """
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = cdk.App(context=context, analytics_reporting=False)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app
