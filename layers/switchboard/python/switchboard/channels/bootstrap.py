"""The composition root of channels."""

from switchboard.channels.repository import ChannelRepository
from switchboard.channels.service import ChannelService
from switchboard.kit import settings
from switchboard.kit.dynamo import Table


@settings.per_function
def repository() -> ChannelRepository:
    return ChannelRepository(Table(settings.required("CHANNELS_TABLE")))


@settings.per_function
def service() -> ChannelService:
    return ChannelService(repository())
