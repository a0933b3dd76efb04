"""Media that agents send: uploaded straight to the media bucket, then named by id in a message."""

import mimetypes
from collections.abc import Sequence
from typing import Any

from switchboard.channels.message import Attachment, MediaType
from switchboard.kit import ids, storage, text
from switchboard.kit.checks import check_range, require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request

from functions.conversations.api import access

LARGEST_UPLOAD_BYTES = 100_000_000
TYPES: dict[str, MediaType] = {"image": "Image", "video": "Video", "audio": "Audio"}


def register(api: Api) -> None:
    api.operation(
        "ConversationsApi.post_conversations_message_communication_messages_media_uploads",
        access.WRITE,
    )(create_upload)


def create_upload(request: Request) -> dict[str, Any]:
    """A link to which the client PUTs the file, and the media id that a message then names."""
    conversation = access.writable(request.caller, request.path["conversationId"])
    require(request.body, "fileName", "contentLengthBytes")
    check_range(request.body, "contentLengthBytes", 1, LARGEST_UPLOAD_BYTES)
    name = text.file_name(request.body["fileName"])
    media_id = f"{ids.new()}/{name}"
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    url = storage.write_link(_key(conversation.id, media_id), content_type, request.body["contentLengthBytes"])
    return {"id": media_id, "name": name, "uploadUrl": url, "uploadHeaders": {"Content-Type": content_type}}


def attachments(conversation_id: str, media_ids: Sequence[str]) -> tuple[Attachment, ...]:
    """Uploaded media of this conversation; raises InvalidValueError naming an id under which nothing lies."""
    return tuple(_attachment(conversation_id, media_id) for media_id in media_ids)


def _attachment(conversation_id: str, media_id: str) -> Attachment:
    key = _key(conversation_id, media_id)
    stored = storage.size_and_type(key) if ".." not in media_id else None
    if stored is None:
        raise InvalidValueError(f"Nothing was uploaded for the media id {media_id[:100]}.", field="mediaIds")
    size, mime = stored
    name = media_id.rsplit("/", 1)[-1]
    kind = TYPES.get(mime.split("/")[0], "File")
    return Attachment(media_type=kind, mime=mime, filename=name, size=size, key=key, state="stored")


def _key(conversation_id: str, media_id: str) -> str:
    return f"uploads/{conversation_id}/{media_id}"
