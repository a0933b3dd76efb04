"""What each channel can do, and its limits: the one line outside its folder that a new channel adds."""

from switchboard.kit.model import Record


class Capabilities(Record):
    """What a channel can do, and its limits. `window_hours` 0: no customer service window. Rates are messages per second
    for a number or account, and for one recipient; `recipient_burst` may go at once."""

    window_hours: int = 0
    templates: bool = False
    receipts: bool = True
    longest_text: int = 4096
    largest_media_bytes: int = 100_000_000
    rate_per_second: float = 0.0
    recipient_seconds: float = 0.0
    recipient_burst: int = 1
    resend_is_safe: bool = False


# WhatsApp: 80 messages a second for a number; one in six seconds for a recipient, 45 at once (providers.md section 2).
# Open Messaging: the middleware tells messages apart by (id, time), so sending again is harmless (section 7).
CAPABILITIES: dict[str, Capabilities] = {
    "whatsapp": Capabilities(
        window_hours=24,
        templates=True,
        longest_text=4096,
        largest_media_bytes=100_000_000,
        rate_per_second=80,
        recipient_seconds=6,
        recipient_burst=45,
    ),
    "open": Capabilities(longest_text=10_000, largest_media_bytes=25_000_000, resend_is_safe=True),
}


def of(channel: str) -> Capabilities:
    """The channel's capabilities; a channel that declares none has neither window nor limits."""
    return CAPABILITIES.get(channel, Capabilities())
