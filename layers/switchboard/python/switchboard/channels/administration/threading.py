"""The threading window in the platform's shape (ConversationThreadingWindow): minutes by messenger type, 72 hours by default."""

from switchboard.channels.models import LONGEST_THREADING_MINUTES, ThreadingWindow
from switchboard.kit import checks, ids
from switchboard.kit.entities import Body
from switchboard.kit.errors import BadRequestError, InvalidValueError

_ID = ids.derived("setting", "threadingTimeline")


def present(window: ThreadingWindow) -> Body:
    settings = [
        {"messengerType": messenger, "timeoutInMinutes": minutes}
        for messenger, minutes in sorted(window.minutes.items())
    ]
    return {"id": _ID, "settings": settings, "defaultTimeoutMinutes": window.default_minutes}


def parse(body: Body, old: ThreadingWindow) -> ThreadingWindow:
    """The window that the body describes. Raises BadRequestError, InvalidValueError naming the setting that
    lacks something, is out of range or doubled."""
    checks.check_range(body, "defaultTimeoutMinutes", 0, LONGEST_THREADING_MINUTES)
    minutes: dict[str, int] = {}
    for index, setting in enumerate(body.get("settings") or []):
        where = f"settings.{index}"
        for name in ("messengerType", "timeoutInMinutes"):
            if setting.get(name) is None:
                raise BadRequestError(f"{where}.{name} is required.", field=f"{where}.{name}")
        messenger, value = setting["messengerType"], setting["timeoutInMinutes"]
        if not 0 <= value <= LONGEST_THREADING_MINUTES:
            field = f"{where}.timeoutInMinutes"
            raise InvalidValueError(f"{field} must be between 0 and {LONGEST_THREADING_MINUTES}.", field=field)
        if messenger in minutes:
            raise InvalidValueError(f"{where} repeats {messenger}.", field=f"{where}.messengerType")
        minutes[messenger] = value
    default = body.get("defaultTimeoutMinutes")
    return ThreadingWindow(default_minutes=old.default_minutes if default is None else default, minutes=minutes)
