"""The same running system and clients as identity's tests have."""

from tests.integration.identity.conftest import admin, cloud, console

__all__ = ["admin", "cloud", "console"]
