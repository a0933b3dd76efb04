"""Where things are in the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "functions"
REQUIREMENTS = ROOT / "requirements" / "runtime.txt"
BUILD = ROOT / "build"
CACHE = ROOT / ".cache"
