"""What goes into a function's package: its own folder, under its package path, and nothing of its siblings."""

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_

from infra.paths import ROOT

GENERATED = ["__pycache__", "*.pyc"]


def function_code(package: str) -> lambda_.Code:
    """The code of a function in `functions/<package>`, such as `routing/assign` or `channels/whatsapp/send`.

    The package path is kept, so that `from functions.channels.whatsapp.payloads import ...` means the same in a test
    and in Lambda. The files that stand directly in the folders above the step come along (the packages' `__init__.py`,
    and a channel's adapter and payloads), other steps do not: a change to one step changes one asset.
    """
    rules = ["/*"]
    path = "/functions"
    for part in package.split("/"):
        rules += [f"!{path}", f"{path}/*/"]
        path = f"{path}/{part}"
    return lambda_.Code.from_asset(str(ROOT), exclude=[*rules, f"!{path}", *GENERATED], ignore_mode=IgnoreMode.GIT)


def folder_code(folder: str) -> lambda_.Code:
    """All of a folder of the repository, as a layer's content."""
    return lambda_.Code.from_asset(str(ROOT / folder), exclude=GENERATED, ignore_mode=IgnoreMode.GIT)
