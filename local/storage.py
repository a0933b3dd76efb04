"""Presigned S3 links, served at /local/s3/{bucket}/{key}: signature and expiry are checked as S3 does."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from anyio import to_thread
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_CREDENTIALS = Credentials("local", "local")
_OVERRIDES = {"response-content-type": "content-type", "response-content-disposition": "content-disposition"}


class _DeniedError(Exception):
    pass


def routes(cloud: LocalCloud) -> list[BaseRoute]:
    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(
                headers={
                    "access-control-allow-origin": "*",
                    "access-control-allow-methods": "GET,PUT",
                    "access-control-allow-headers": "*",
                }
            )
        try:
            _check(request)
        except _DeniedError as denied:
            return Response(
                f"<Error><Code>AccessDenied</Code><Message>{denied}</Message></Error>",
                403,
                media_type="application/xml",
            )
        body = await request.body()
        try:
            return await to_thread.run_sync(_put if request.method == "PUT" else _get, cloud, request, body)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            return Response(f"<Error><Code>{code}</Code></Error>", 404, media_type="application/xml")

    return [Route("/{bucket}/{key:path}", endpoint, methods=["GET", "HEAD", "PUT", "OPTIONS"])]


def _get(cloud: LocalCloud, request: Request, _body: bytes) -> Response:
    stored = cloud.client("s3").get_object(Bucket=request.path_params["bucket"], Key=request.path_params["key"])
    headers = {"content-type": stored["ContentType"], "etag": stored["ETag"], "access-control-allow-origin": "*"}
    headers |= {
        header: request.query_params[name] for name, header in _OVERRIDES.items() if name in request.query_params
    }
    return Response(stored["Body"].read(), headers=headers)


def _put(cloud: LocalCloud, request: Request, body: bytes) -> Response:
    cloud.client("s3").put_object(
        Bucket=request.path_params["bucket"],
        Key=request.path_params["key"],
        Body=body,
        ContentType=request.headers.get("content-type", "binary/octet-stream"),
    )
    return Response(headers={"access-control-allow-origin": "*"})


def _check(request: Request) -> None:
    """Recomputes the signature. Raises _DeniedError."""
    named = request.query_params
    try:
        signed_at = datetime.strptime(named["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        lifetime = int(named["X-Amz-Expires"])
        given = named["X-Amz-Signature"]
        region = named["X-Amz-Credential"].split("/")[2]
        signed_headers = named["X-Amz-SignedHeaders"].split(";")
    except (KeyError, ValueError, IndexError):
        raise _DeniedError("Not a presigned request of signature version 4") from None
    if datetime.now(UTC) > signed_at + timedelta(seconds=lifetime):
        raise _DeniedError("Request has expired")
    unsigned = "&".join(part for part in request.url.query.split("&") if not part.startswith("X-Amz-Signature="))
    path = request.scope["raw_path"].split(b"?")[0].decode("ascii")
    headers = {name: request.headers.get(name, "") for name in signed_headers}
    expected = AWSRequest(request.method, f"{request.url.scheme}://{request.headers['host']}{path}?{unsigned}", headers)
    expected.context["timestamp"] = named["X-Amz-Date"]
    auth = S3SigV4QueryAuth(_CREDENTIALS, "s3", region, lifetime)
    signature = auth.signature(auth.string_to_sign(expected, auth.canonical_request(expected)), expected)
    if not hmac.compare_digest(signature, given):
        raise _DeniedError("The request signature does not match")
