"""Media in S3: written by us, read and uploaded by browsers through links that expire."""

from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from switchboard.kit import aws, settings

LINK_SECONDS = 600


def put(key: str, content: bytes, content_type: str) -> None:
    _client().put_object(Bucket=_bucket(), Key=key, Body=content, ContentType=content_type)


def size_and_type(key: str) -> tuple[int, str] | None:
    """(bytes, content type) of what is stored, None where nothing is."""
    try:
        head = _client().head_object(Bucket=_bucket(), Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return None
        raise
    return head["ContentLength"], head.get("ContentType", "application/octet-stream")


def read_link(key: str, filename: str = "", seconds: int = LINK_SECONDS) -> str:
    """A link that downloads the object; it is offered as a file, never shown as a page of ours."""
    arguments = {"Bucket": _bucket(), "Key": key}
    if filename:
        arguments["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    link: str = _signer().generate_presigned_url("get_object", Params=arguments, ExpiresIn=seconds)
    return link


def write_link(key: str, content_type: str, length: int, seconds: int = LINK_SECONDS) -> str:
    """A link that uploads exactly `length` bytes of that type."""
    arguments = {"Bucket": _bucket(), "Key": key, "ContentType": content_type, "ContentLength": length}
    link: str = _signer().generate_presigned_url("put_object", Params=arguments, ExpiresIn=seconds)
    return link


def _client() -> Any:
    return aws.client("s3")


def _signer() -> Any:
    """Links name the public endpoint, which locally is not S3's."""
    return aws.client("s3", settings.optional("S3_PRESIGN_ENDPOINT"))


def _bucket() -> str:
    return settings.required("MEDIA_BUCKET")
