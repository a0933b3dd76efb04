"""What the console's API uses of channels besides api.py: how accounts are connected and messages threaded."""

from switchboard.channels import bootstrap
from switchboard.channels.administration import threading
from switchboard.channels.administration.integrations import Integrations
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body


@settings.per_function
def administration() -> Integrations:
    """The integrations as administrators change them, for the channels' API function, flows and the demo organization."""
    return Integrations(bootstrap.repository())


def threading_window() -> Body:
    """ConversationThreadingWindow as stored, or its default of 72 hours."""
    return threading.present(bootstrap.repository().threading())


def set_threading_window(body: Body) -> Body:
    """Store a ConversationThreadingWindow (CE34). Raises InvalidValueError naming the field that is out of range."""
    repository = bootstrap.repository()
    window = threading.parse(body, repository.threading())
    repository.keep_threading(window)
    return threading.present(window)


def table() -> Table:
    """Where the answers of idempotent creates are kept."""
    return bootstrap.repository().table
