"""The channels of a deployment: the folders of `functions/channels/`, found and not listed."""

from dataclasses import dataclass

from infra.paths import FUNCTIONS

STEPS = ("webhook", "inbound", "send", "media")


@dataclass(frozen=True)
class Channel:
    """One channel and those of the steps that it has a function for."""

    name: str
    steps: tuple[str, ...]


def discover_channels() -> list[Channel]:
    """All channels, by name. A folder with the step `send` is one: nothing is a channel that cannot be written to."""
    folders = sorted(path for path in (FUNCTIONS / "channels").iterdir() if (path / "send").is_dir())
    return [
        Channel(folder.name, tuple(step for step in STEPS if (folder / step / "__init__.py").is_file()))
        for folder in folders
    ]
