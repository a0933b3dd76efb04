"""Builds the dependencies layer for Lambda's Python on arm64, with uv and without Docker.

`python -m infra.build_layer` does it by hand; the CDK application does it whenever requirements/runtime.txt changed.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.paths import BUILD, REQUIREMENTS

LAYER = BUILD / "layers" / "dependencies"
PYTHON_VERSION = "3.14"  # the newest Lambda runtime that every dependency has an aarch64 wheel for
PLATFORM = "aarch64-manylinux_2_28"  # Lambda's Amazon Linux 2023 has a newer glibc
UNUSED_IN_LAMBDA = ("bin", "**/__pycache__", "**/*.pyi", "**/py.typed")


def build_layer() -> Path:
    """The folder of the built layer, its packages under `python/`; rebuilt only when the requirements changed."""
    stamp = LAYER.with_name("dependencies.sha256")
    wanted = hashlib.sha256(f"{PYTHON_VERSION} {PLATFORM}\n".encode() + REQUIREMENTS.read_bytes()).hexdigest()
    if not (LAYER.is_dir() and stamp.is_file() and stamp.read_text() == wanted):
        LAYER.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=LAYER.parent) as workspace:
            built = Path(workspace) / "dependencies"
            _install(built / "python")
            shutil.rmtree(LAYER, ignore_errors=True)
            built.rename(LAYER)
        stamp.write_text(wanted)
    return LAYER


def _install(target: Path) -> None:
    subprocess.run(  # noqa: S603 - uv from this environment, with constants
        [
            *(str(_uv()), "pip", "install", "--quiet"),
            *("--python-platform", PLATFORM, "--python-version", PYTHON_VERSION),
            *("--only-binary", ":all:", "--require-hashes", "--requirement", str(REQUIREMENTS)),
            *("--target", str(target)),
        ],
        check=True,
    )
    for pattern in UNUSED_IN_LAMBDA:
        for path in list(target.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _uv() -> Path:
    return Path(sys.executable).parent / "uv"


if __name__ == "__main__":
    sys.stdout.write(f"{build_layer()}\n")
