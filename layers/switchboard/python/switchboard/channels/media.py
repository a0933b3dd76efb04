"""The media step of every channel: fetch a message's attachments at once, before the provider's links expire (CE34).

What a customer sends is hostile until shown otherwise: it comes only from allowed hosts, up to a size, with the checksum that
was announced, and is stored under a type and a name that no browser runs.
"""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from switchboard.channels import api as channels
from switchboard.channels import capabilities, http_client
from switchboard.channels.adapter import ChannelAdapter, Connection, HttpRequest, HttpResponse, MediaGoneError
from switchboard.channels.http_client import Download, ForbiddenHostError, OutcomeUnknownError, UnreachableError
from switchboard.channels.message import Attachment
from switchboard.channels.ports import MediaStore
from switchboard.kit import aws, events, settings, text
from switchboard.kit.logs import metric
from switchboard.kit.sqs import Received, RetryLaterError

CHUNK_BYTES = 1_000_000
IN_MEMORY_BYTES = 8_000_000
LONGEST_WAIT_SECONDS = 900

_MIME = re.compile(r"^[\w.+-]{1,100}/[\w.+-]{1,100}$")
_RUN_BY_BROWSERS = re.compile(r"html|xml|svg|script|flash", re.IGNORECASE)
_EXTENSIONS = {"Image": ".jpg", "Video": ".mp4", "Audio": ".ogg", "File": ".bin", "Link": ".url"}
UNTYPED = "application/octet-stream"


class RefusedError(Exception):
    """The media is not taken, and will not be when asked for again; the text is the reason shown to the agent."""


def fetch(received: Received, adapter: ChannelAdapter, store: MediaStore) -> None:
    """Store the pending attachments that an event `message.media.pending` names, in the media bucket.

    Each is then `stored`, or `refused` with a reason: tooLarge, hostNotAllowed, gone, checksum. Raises RetryLaterError where
    the provider is down; what was fetched before is not fetched again.
    """
    detail = events.received(received.body).detail
    connection = channels.connection(detail["integrationId"])
    if connection is None:
        return
    fetching = _Fetching(adapter, replace(connection, secrets=channels.secrets(connection.integration_id)))
    for index, attachment in store.pending_media(detail["messageId"], detail["sort"]):
        try:
            stored = fetching.store(attachment, f"media/{detail['messageId']}/{index}", index)
        except RefusedError as refusal:
            metric("MediaRefused", channel=adapter.name, reason=str(refusal))
            stored = replace(attachment, state="refused", reason=str(refusal))
        except (UnreachableError, OutcomeUnknownError) as error:
            wait = min(15 * 4 ** (received.receive_count - 1), LONGEST_WAIT_SECONDS)
            raise RetryLaterError(wait, "the media's provider is down") from error
        store.attach_media(detail["messageId"], detail["sort"], index, stored)


@dataclass(frozen=True)
class _Fetching:
    adapter: ChannelAdapter
    connection: Connection

    def store(self, attachment: Attachment, key: str, index: int) -> Attachment:
        """Fetch one attachment into the bucket. Raises RefusedError, UnreachableError, OutcomeUnknownError."""
        try:
            with (
                http_client.stream(self._download(attachment)) as answer,
                SpooledTemporaryFile(IN_MEMORY_BYTES) as file,
            ):
                self._expect_success(HttpResponse(status=answer.status, headers=answer.headers))
                size = self._copy(answer, file, attachment.sha256)
                mime = _safe_mime(attachment.mime or answer.headers.get("content-type", ""))
                name = _file_name(attachment, mime, index)
                _put(key, file, size, mime, name)
        except ForbiddenHostError as error:
            raise RefusedError("hostNotAllowed") from error
        except MediaGoneError as error:
            raise RefusedError("gone") from error
        return replace(attachment, state="stored", key=key, size=size, mime=mime, filename=name, url="", media_id="")

    def _download(self, attachment: Attachment) -> HttpRequest:
        lookup = self.adapter.media_lookup(attachment, self.connection)
        found = None
        if lookup is not None:
            self._check_host(lookup)
            found = http_client.call(lookup)
            self._expect_success(found)
        request = self.adapter.media_download(attachment, found, self.connection)
        self._check_host(request)
        return request

    def _check_host(self, request: HttpRequest) -> None:
        allowed = self.adapter.media_hosts()
        host = (urlsplit(request.url).hostname or "").lower()
        if allowed and not any(host == each or (each.startswith(".") and host.endswith(each)) for each in allowed):
            raise RefusedError("hostNotAllowed")

    def _expect_success(self, answer: HttpResponse) -> None:
        """Raises RefusedError where the media is gone for good, OutcomeUnknownError where it may come later."""
        if 200 <= answer.status < 300:
            return
        # A refused token is repaired by an administrator, while the provider keeps the media for days.
        if answer.status in (401, 403, 408, 429) or answer.status >= 500:
            raise OutcomeUnknownError(str(answer.status))
        raise RefusedError("gone")

    def _copy(self, answer: Download, file: IO[bytes], sha256: str) -> int:
        digest, size = hashlib.sha256(), 0
        while chunk := answer.read(CHUNK_BYTES):
            size += len(chunk)
            if size > capabilities.of(self.adapter.name).largest_media_bytes:
                raise RefusedError("tooLarge")
            digest.update(chunk)
            file.write(chunk)
        if sha256 and digest.hexdigest() != sha256:
            raise RefusedError("checksum")
        file.seek(0)
        return size


def _put(key: str, file: IO[bytes], size: int, mime: str, name: str) -> None:
    aws.client("s3").put_object(
        Bucket=settings.required("MEDIA_BUCKET"),
        Key=key,
        Body=file,
        ContentLength=size,
        ContentType=mime,
        ContentDisposition=f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    )


def _safe_mime(declared: str) -> str:
    """The declared type without parameters, unless a browser might run it."""
    mime = declared.split(";")[0].strip().lower()
    return mime if _MIME.match(mime) and not _RUN_BY_BROWSERS.search(mime) else UNTYPED


def _file_name(attachment: Attachment, mime: str, index: int) -> str:
    extension = mimetypes.guess_extension(mime) or _EXTENSIONS[attachment.media_type]
    return text.file_name(attachment.filename, f"{attachment.media_type.lower()}-{index}{extension}")
