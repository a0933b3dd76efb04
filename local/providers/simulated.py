"""What every simulated provider is made with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.providers.customers import Webhooks


@dataclass(frozen=True)
class Surroundings:
    """Where the provider is reached, the `integrations` of GET /local/org that are of its channel, whose time it goes by, and how
    its webhooks reach us."""

    base_url: str
    integrations: Callable[[], list[dict[str, Any]]]
    clock: Callable[[], datetime]
    webhooks: Webhooks


class Simulated:
    """A provider in its surroundings. What it keeps is changed under the lock: calls come in parallel."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._base_url = surroundings.base_url
        self._integrations = surroundings.integrations
        self._clock = surroundings.clock
        self._webhooks = surroundings.webhooks
        self._lock = threading.Lock()
