"""What the message path and other domains use of channels. What administrators do is in console.py, apart, so that the functions
on the path load no more than they run."""

from switchboard.channels import bootstrap
from switchboard.channels.adapter import Connection
from switchboard.channels.message import Problem
from switchboard.channels.models import Entry as Entry
from switchboard.channels.models import Integration as Integration


def connection(integration_id: str) -> Connection | None:
    """The integration as an adapter needs it, without secrets; None where there is none. Up to 30 s old."""
    return bootstrap.service().connection(integration_id)


def connection_by_address(messenger_type: str, address: str) -> Connection | None:
    """The integration of that type whose id, name or phone number the address is. Reads all integrations."""
    for found in bootstrap.repository().integrations():
        if found.messenger_type == messenger_type and address in (
            found.id,
            found.name,
            found.address.get("phoneNumber"),
        ):
            return found.connection
    return None


def connection_of_account(channel: str, account: str) -> Connection | None:
    """The channel's integration one of whose address fields is the account, without secrets. Up to 30 s old."""
    return bootstrap.service().connection_of_account(channel, account)


def secrets(integration_id: str) -> dict[str, str]:
    """The integration's secrets: WhatsApp `accessToken`, `appSecret`, `verifyToken`; Open Messaging `outboundSecret` and, for
    each header of its webhook, `header:<Name>`. Read at most every 5 minutes, sooner once they change."""
    return bootstrap.service().secrets(integration_id)


def entry(integration_id: str) -> Entry | None:
    """Where the integration's new conversations go; None where it has no inbound flow. Up to 30 s old."""
    return bootstrap.service().entry(integration_id)


def threading_minutes(channel: str) -> int:
    """Minutes after the last activity in which a message still belongs to the same conversation. Up to 30 s old."""
    return bootstrap.service().threading_minutes(channel)


def sending_fault(integration_id: str) -> Problem | None:
    """The authorization problem for which nothing is sent until an administrator updates the integration. Up to 30 s old."""
    found = bootstrap.service().integration(integration_id)
    return found.sending_fault if found else None


def integrations() -> list[Integration]:
    """Every integration, by name."""
    return bootstrap.repository().integrations()


def report_fault(integration_id: str, problem: Problem) -> None:
    """A provider refused us for the account's sake, not the message's: status Error, a metric, and for class `auth` no more
    sends (`sending_fault`) until an administrator updates the integration."""
    bootstrap.service().report_fault(integration_id, problem)
