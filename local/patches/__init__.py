"""Where moto differs from AWS in a way that matters here, it is corrected; each file says why.

The patches reach into private parts of moto, which is therefore pinned (requirements/dev.in).
"""

from __future__ import annotations

from local.patches import botocore, dynamodb, scheduler, sqs

_installed = False


def install() -> None:
    """Idempotent; lasts as long as the process."""
    global _installed
    if _installed:
        return
    _installed = True
    for part in (botocore, dynamodb, sqs, scheduler):
        part.install()
