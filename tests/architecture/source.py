"""The product's source as the architecture tests look at it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers" / "switchboard" / "python" / "switchboard"
FUNCTIONS = ROOT / "functions"


def python_files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def name(path: Path) -> str:
    """The path inside the repository, as a failure should say it."""
    return path.relative_to(ROOT).as_posix()


def domains() -> list[str]:
    """The domains, by the folders of the layer."""
    return sorted(path.parent.name for path in LAYER.glob("*/__init__.py") if path.parent.name != "kit")


def handlers() -> list[Path]:
    return sorted(path for path in FUNCTIONS.rglob("handler.py"))


def package(handler: Path) -> str:
    """What a function is called everywhere: `routing/assign`, `channels/whatsapp/send`."""
    return handler.parent.relative_to(FUNCTIONS).as_posix()


def dotted(node: ast.expr) -> str:
    """`datetime.now` of the expression that says so; empty for any other kind of expression."""
    match node:
        case ast.Name(id=identifier):
            return identifier
        case ast.Attribute(value=value, attr=attribute):
            return f"{dotted(value)}.{attribute}".lstrip(".")
        case _:
            return ""
