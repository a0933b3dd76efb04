"""The cloud assembly of a stage, made only when something that it depends on changed.

`python -m infra.synth [stage]` prints its directory. Nothing here imports the CDK, so that the usual answer, "as it
was", takes a fraction of a second.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.paths import CACHE, ROOT

SOURCES = ("app.py", "cdk.json", "infra", "functions", "layers/switchboard", "requirements/runtime.txt")
ASSEMBLIES = CACHE / "synth"
KEPT = 4
DIGITS = 20


def synthesize(stage: str = "dev") -> Path:
    """The directory of the assembly, as `cdk synth` would write it.

    Raises:
        subprocess.CalledProcessError: the application failed, or a template breaks a rule; it has printed why.
    """
    assembly = ASSEMBLIES / f"{stage}-{_fingerprint()}"
    with _alone():
        if assembly.is_dir():
            os.utime(assembly)
        else:
            _run_application(stage, assembly)
            _forget_old(stage)
    return assembly


def templates(assembly: Path) -> dict[str, dict[str, object]]:
    """The assembly's templates by stack name, in the order in which they can be deployed."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    stacks = {key: artifact for key, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"}
    ordered: dict[str, dict[str, object]] = {}

    def add(key: str) -> None:
        properties = stacks[key]["properties"]
        if properties["stackName"] not in ordered:
            for needed in sorted(stacks.keys() & set(stacks[key].get("dependencies", ()))):
                add(needed)
            ordered[properties["stackName"]] = json.loads((assembly / properties["templateFile"]).read_text())

    for key in sorted(stacks):
        add(key)
    return ordered


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if _counts(file))
        for file in files:
            digest.update(f"{file.relative_to(ROOT)}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:DIGITS]


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


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
    subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "CDK_OUTDIR": str(unfinished), "CDK_CONTEXT_JSON": json.dumps({"stage": stage})},
        stdout=sys.stderr,
        check=True,
    )
    unfinished.rename(assembly)


def _forget_old(stage: str) -> None:
    newest_first = sorted(ASSEMBLIES.glob(f"{stage}-" + "?" * DIGITS), key=lambda path: path.stat().st_mtime, reverse=True)
    for assembly in newest_first[KEPT:]:
        shutil.rmtree(assembly)


if __name__ == "__main__":
    print(synthesize(*sys.argv[1:2]))
