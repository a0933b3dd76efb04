"""One local cloud: the synthesized templates, running.

It serves over HTTP and works in the background. A deterministic one only moves when told: `settle` and `advance` deliver
everything in the caller's thread, in a repeatable order, by a clock that stands still (tests of the paths between
functions, fault injection, the benchmarks).
"""

from __future__ import annotations

import io
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from moto.sqs.models import sqs_backends
from switchboard.kit import clock as kit_clock

from infra.synth import synthesize
from local import context, patches, wiring
from local.calls import Calls
from local.clock import MovableClock
from local.faults import Faults
from local.functions import Function, FunctionError, Functions
from local.gateway import Gateway
from local.http_messages import Headers, Request, Response
from local.patches import botocore as moto_calls
from local.permissions import Needs, Statement, missing
from local.pump import Pump
from local.resources import Resources
from local.schedules import Schedules
from local.streams import Streams
from local.template import Template, read_assembly
from local.websocket import GoneError, WebSockets

if TYPE_CHECKING:
    from local.patches.stepfunctions import Executions
    from local.server import Server

REGION = "eu-central-1"
_WORKERS = 6
_accounts = itertools.count(100_000_000_001)


class LocalCloud:
    """`start` it, use it, `stop` it; or use it as a context manager.

    stacks: templates by stack name; by default those that infra synthesizes.
    port: where to serve; 0 takes a free one; None serves nothing.
    deterministic: the clock stands still and nothing happens but in `settle` and `advance`; by default where nothing is served.
    demo: fill it with the demo organisation.
    check_permissions: off, every function may do everything.
    """

    def __init__(
        self,
        stacks: dict[str, dict[str, Any]] | None = None,
        *,
        port: int | None = None,
        deterministic: bool | None = None,
        demo: bool = False,
        check_permissions: bool = True,
        started_at: datetime | None = None,
    ) -> None:
        self._stacks = stacks
        self._port = port
        self._demo = demo
        self._deterministic = port is None if deterministic is None else deterministic
        self._check_permissions = check_permissions
        self.region = REGION
        self.account = str(next(_accounts))
        self.clock = MovableClock(started_at, ticking=not self._deterministic)
        self.calls = Calls()
        self.faults = Faults()
        self.functions = Functions(self)
        self.streams = Streams(self)
        self.schedules = Schedules(self)
        self.pump = Pump(self)
        self.roles: dict[str, list[Statement]] = {}
        self.organization: dict[str, Any] = {}
        self.gateway: Gateway | None = None
        self.websockets: WebSockets | None = None
        self.resources: Resources | None = None
        self.executions: Executions | None = None
        self._needs = Needs(self.account, self.region, self._find_arn)
        self._server: Server | None = None
        self._clients: dict[str, Any] = {}

    @property
    def url(self) -> str:
        """Where this cloud serves, or would."""
        return self._server.url if self._server is not None else "http://127.0.0.1"

    def start(self) -> LocalCloud:
        """Returns when everything is built and, if it is to be, served."""
        patches.install()
        _pretend_credentials(self.region)
        context.clouds[self.account] = self
        kit_clock.use(_now)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        if self._port is not None:
            from local.server import Server  # the deterministic mode does without a web server

            self._server = Server(self, self._port)
        with self.acting():
            self._build()
        if not self._deterministic:
            self.pump.start(_WORKERS)
        if self._server is not None:
            self._server.start()
        if self._demo:
            from local import demo_org  # its imports are the product's, which a template of one's own may do without

            with self.acting():
                self.organization = demo_org.seed(self.url)
            self.settle()
            self.calls.clear()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
        self.pump.stop()
        context.clouds.pop(self.account, None)
        moto_calls.forget(self.account)

    def __enter__(self) -> LocalCloud:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _build(self) -> None:
        stacks = self._stacks if self._stacks is not None else read_assembly(synthesize(wiring_only=True))
        template = Template(stacks, region=self.region, account=self.account)
        if template.of_type("AWS::StepFunctions::StateMachine"):
            from local.patches import stepfunctions  # slow to import

            stepfunctions.install()
            self.executions = stepfunctions.Executions(self.account, self.region, self.clock.timestamp)
        overrides = wiring.overrides(self.url)
        self.resources = Resources(template, self.url, overrides["WEBSOCKET_URL"], self.client)
        self.resources.make_all()
        self.roles = wiring.roles(self.resources)
        for function in wiring.functions(self.resources, self.roles, overrides):
            self.functions.add(function)
        wiring.connect_sources(self, self.resources)
        self.gateway = wiring.gateway(self, self.resources)
        self.websockets = wiring.websockets(self, self.resources)

    # use

    def http(
        self, method: str, path: str, *, query: str = "", headers: Headers | None = None, body: bytes = b""
    ) -> Response:
        """A request through the gateway without a socket. Header names are given in lower case."""
        if self.gateway is None:
            raise LookupError("the template has no HTTP API")
        host = ("host", urlsplit(self.url).netloc)
        return self.gateway.handle(Request(method, path, query, [host, *(headers or [])], body))

    def client(self, service: str) -> Any:
        """A boto3 client of this cloud's account, with every permission."""
        if service not in self._clients:
            client = boto3.client(service, region_name=self.region)  # type: ignore[call-overload]
            client.local_caller = context.Caller(self)
            self._clients[service] = client
        return self._clients[service]

    def settle(self, timeout: float = 30.0) -> None:
        """Returns when nothing is due or under way. Raises pump.NotSettledError."""
        with self.acting():
            self.pump.settle(timeout)

    def advance(self, by: timedelta, timeout: float = 30.0) -> datetime:
        """Moves time; what becomes due on the way happens in order. `timeout` is for each stop."""
        with self.acting():
            self.pump.advance(by, timeout)
        return self.clock.now()

    def function(self, name: str) -> Function:
        """The function of that name, with or without the stage in front. Raises KeyError."""
        for function in self.functions:
            if function.name == name or function.name.split("-", 1)[-1] == name:
                return function
        raise KeyError(name)

    @contextmanager
    def as_function(self, name: str) -> Iterator[None]:
        """Code inside runs with the environment and the role of the function."""
        with self.functions.acting_as(self.function(name)):
            yield

    def invoke(self, name: str, event: Any) -> Any:
        """Calls a function with an event of one's own. Raises functions.FunctionError."""
        return self.functions.invoke(self.function(name), event)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """AWS calls made inside, by any client, go to this cloud with every permission."""
        token = context.caller.set(context.Caller(self))
        try:
            yield
        finally:
            context.caller.reset(token)

    def dead_letters(self) -> list[dict[str, Any]]:
        """What was given up: the queue, the message, and why its last delivery failed."""
        with moto_calls.lock:
            queues = sqs_backends[self.account][self.region].queues.values()
            targets = {queue.dead_letter_queue.name for queue in queues if queue.dead_letter_queue is not None}
            targets |= self.streams.failure_queues()
            return [
                {"queue": queue.name, "body": message.body, "reason": self.pump.reasons.get(message.id, "")}
                for queue in queues
                if queue.name in targets
                for message in queue._messages
            ]

    # how AWS calls get here (patches.botocore)

    def aws_call(
        self,
        function: Function | None,
        client: Any,
        operation: str,
        parameters: dict[str, Any],
        proceed: Callable[[Any, str, dict[str, Any]], Any],
    ) -> Any:
        service = client.meta.service_model.service_name
        if function is None:
            return self._perform(client, service, operation, parameters, proceed)
        self._authorize(function, client, service, operation, parameters)
        before, after = self.faults.next_call(function.name)
        if before is not None:
            raise before
        with self.calls.record(function.name, service, operation, parameters):
            result = self._perform(client, service, operation, parameters, proceed)
        if after is not None:
            raise after
        return result

    def _perform(
        self, client: Any, service: str, operation: str, parameters: dict[str, Any], proceed: Callable[..., Any]
    ) -> Any:
        if service == "apigatewaymanagementapi" and self.websockets is not None:
            try:
                return self.websockets.call(operation, parameters)
            except GoneError:
                raise _client_error(client, operation, "GoneException", "Gone", 410) from None
        if service == "lambda" and operation == "Invoke":
            return self._invoke_by_api(client, operation, parameters)
        return proceed(client, operation, parameters)

    def _invoke_by_api(self, client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            function = self.functions.named(parameters["FunctionName"])
        except KeyError:
            raise _client_error(client, operation, "ResourceNotFoundException", "Function not found", 404) from None
        payload = json.loads(parameters.get("Payload") or "{}")
        try:
            answer = self.functions.invoke(function, payload)
        except FunctionError as error:
            failure = json.dumps({"errorMessage": error.reason}).encode()
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": io.BytesIO(failure)}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}

    def _authorize(
        self, function: Function, client: Any, service: str, operation: str, parameters: dict[str, Any]
    ) -> None:
        if not self._check_permissions:
            return
        if service == "apigatewaymanagementapi":
            endpoint = urlsplit(client.meta.endpoint_url)
            parameters = parameters | {
                "_api": (endpoint.hostname or "").split(".")[0],
                "_stage": endpoint.path.strip("/"),
            }
        lacking = missing(function.statements, self._needs.of(service, operation, parameters))
        if lacking is not None:
            action, resource = lacking
            message = f"{function.name} is not authorized to perform: {action} on resource: {resource or '*'}"
            print(message, file=sys.stderr)
            raise _client_error(client, operation, "AccessDeniedException", message, 403)

    def _find_arn(self, kind: str, name: str) -> str:
        """The ARN of a secret or key given by name, id, alias or ARN."""
        if name.startswith("arn:"):
            return name
        if kind == "secret":
            from moto.secretsmanager.models import secretsmanager_backends

            store = secretsmanager_backends[self.account][self.region].secrets
            secret = store.get(name)
            return (
                str(secret.arn)
                if secret
                else f"arn:aws:secretsmanager:{self.region}:{self.account}:secret:{name}-new000"
            )
        from moto.kms.models import kms_backends

        keys = kms_backends[self.account][self.region]
        key_id = keys.any_id_to_key_id(name)
        return f"arn:aws:kms:{self.region}:{self.account}:key/{key_id}"


def _client_error(client: Any, operation: str, code: str, message: str, status: int) -> Exception:
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: Exception = client.exceptions.from_code(code)(response, operation)
    return error


def _now() -> datetime:
    """The source of the kit's clock: the clock of the cloud on whose behalf the code runs."""
    cloud = context.active()
    return datetime.now(UTC) if cloud is None else cloud.clock.now()


def _pretend_credentials(region: str) -> None:
    """botocore signs what it sends, also to moto; real credentials of the user are never used."""
    os.environ.update(
        AWS_ACCESS_KEY_ID="local",
        AWS_SECRET_ACCESS_KEY="local",  # noqa: S106
        AWS_REGION=region,
        AWS_DEFAULT_REGION=region,
        AWS_EC2_METADATA_DISABLED="true",
        POWERTOOLS_TRACE_DISABLED="true",
    )
    os.environ.pop("AWS_PROFILE", None)
    os.environ.pop("AWS_SESSION_TOKEN", None)
