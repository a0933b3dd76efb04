"""The API functions of the product: which function declares which operations."""

from importlib import import_module
from pathlib import Path

from switchboard.kit.http import Api

ROOT = Path(__file__).parents[1]


def apis() -> dict[str, Api]:
    """The Api of each API function by the function's package (`routing/api`, `channels/open/inbound`)."""
    found = {}
    for handler in sorted((ROOT / "functions").rglob("handler.py")):
        package = handler.parent.relative_to(ROOT / "functions").as_posix()
        module = import_module(f"functions.{package.replace('/', '.')}.handler")
        if isinstance(api := getattr(module, "api", None), Api):
            found[package] = api
    return found
