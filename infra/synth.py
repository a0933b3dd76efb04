"""The cloud assembly of a stage, made only when something that it depends on changed.

`python -m infra.synth [--wiring] [stage]` prints its directory. Nothing here imports the CDK, so that the usual answer,
"as it was", takes a fraction of a second.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.paths import CACHE, ROOT

WIRING = ("app.py", "cdk.json", "infra")
CODE = ("functions", "layers/switchboard", "requirements/runtime.txt")
ASSEMBLIES = CACHE / "synth"
KEPT = 4
DIGITS = 20


def synthesize(stage: str = "dev", *, wiring_only: bool = False) -> Path:
    """The directory of the assembly, as `cdk synth` would write it.

    With `wiring_only` the templates are current, but the functions' and layers' code in the assembly may be older than
    the working tree: enough for who reads the templates and runs the code from its source.

    Raises:
        subprocess.CalledProcessError: the application failed, or a template breaks a rule; it has printed why.
    """
    fingerprint = _fingerprint(wiring_only)
    assembly = ASSEMBLIES / f"{stage}-{fingerprint}"
    with _alone():
        if assembly.is_dir():
            os.utime(assembly)
        else:
            _run_application(stage, assembly)
            _forget_old(stage)
    return assembly


def _fingerprint(wiring_only: bool) -> str:
    digest = hashlib.sha256(b"wiring" if wiring_only else b"all")
    for file in _files(WIRING):
        _add(digest, file, file.read_bytes())
    for file in _files(CODE):
        # Which functions there are is wiring, and a function is a folder.
        _add(digest, file.parent if wiring_only else file, b"" if wiring_only else file.read_bytes())
    return digest.hexdigest()[:DIGITS]


def _files(sources: Iterable[str]) -> Iterator[Path]:
    for source in sources:
        path = ROOT / source
        yield from [path] if path.is_file() else sorted(file for file in path.rglob("*") if _counts(file))


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def _add(digest: "hashlib._Hash", path: Path, content: bytes) -> None:
    digest.update(f"{path.relative_to(ROOT)}\n".encode())
    digest.update(hashlib.sha256(content).digest())


@contextmanager
def _alone() -> Iterator[None]:
    """Two processes that ask at once make the assembly once."""
    ASSEMBLIES.mkdir(parents=True, exist_ok=True)
    with (ASSEMBLIES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run_application(stage: str, assembly: Path) -> None:
    unfinished = ASSEMBLIES / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=_environment(stage, unfinished),
        stdout=sys.stderr,
        check=True,
    )
    unfinished.rename(assembly)


def _environment(stage: str, out: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **inherited,
        "CDK_OUTDIR": str(out),
        "CDK_CONTEXT_JSON": json.dumps({"stage": stage}),
        # The CDK is twenty megabytes of Python: compiling it each time would be half of the run.
        "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode"),
    }


def _forget_old(stage: str) -> None:
    newest_first = sorted(
        ASSEMBLIES.glob(f"{stage}-" + "?" * DIGITS), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for assembly in newest_first[KEPT:]:
        shutil.rmtree(assembly)


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the directory of a stage's cloud assembly, made where needed.")
    parser.add_argument("stage", nargs="?", default="dev")
    parser.add_argument("--wiring", action="store_true", help="the templates only need to be current, not the code")
    arguments = parser.parse_args()
    sys.stdout.write(f"{synthesize(arguments.stage, wiring_only=arguments.wiring)}\n")


if __name__ == "__main__":
    main()
