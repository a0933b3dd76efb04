"""What directory stores beside its config entities. Times are epoch milliseconds."""

from switchboard.kit.model import Record


class Presence(Record):
    """What a user says of their availability, and since when."""

    user_id: str
    definition_id: str
    system_presence: str
    message: str = ""
    modified_at: int = 0
