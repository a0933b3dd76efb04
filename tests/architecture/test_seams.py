"""What passes through one place only: time and the environment."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import FUNCTIONS, LAYER, dotted, name, python_files

CLOCK = LAYER / "kit" / "clock.py"
SETTINGS = LAYER / "kit" / "settings.py"
CLOCKS = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
)
ENVIRONMENT = ("os.environ", "os.getenv", "environ")

EVERYTHING = list(python_files(FUNCTIONS, LAYER))


@pytest.mark.parametrize(("forbidden", "home"), [(CLOCKS, CLOCK), (ENVIRONMENT, SETTINGS)], ids=["clock", "settings"])
def test_time_and_environment_come_from_the_kit(forbidden: tuple[str, ...], home: Path) -> None:
    used = {path: _used(path) for path in EVERYTHING}
    assert set(forbidden) & used[home], "the test knows how the kit itself writes it"
    assert [name(path) for path, names in used.items() if path != home and names & set(forbidden)] == []


def _used(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            # The last two parts, so that `datetime.datetime.now` counts as `datetime.now`.
            found.add(".".join(dotted(node).split(".")[-2:]))
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found
