"""The send step of every channel: one message from the outbound queue to the provider, and what becomes of it (CE34, step 6).

Order: load, window, integration and request, budget, claim (queued -> sending), call, record. Up to the claim nothing has
happened and everything may be repeated; a refusal gives the claim back. What is left is the call whose outcome nobody
knows: it timed out, the connection broke, or this process died between the call and the record. The message then stays
`sending`.

Most providers offer no idempotency key, so to send again at once might say everything twice, and not to send again might say
nothing. The provider itself mostly answers within seconds: its receipts carry our message id and move the message on. So the
record is left alone for two minutes (RECONCILE_SECONDS; the queue's visibility time-out is longer, so a crash waits at least as
long) and holds back only its own conversation, whose order it keeps. A message still `sending` then is sent once more:
at-least-once is what remains without a key. A second unknown outcome ends as `failed` with the code `outcome.unknown`,
for the agent to judge. Where the receiver recognizes repeats (`resend_is_safe`) it is simply sent again.
"""

import secrets as randomness
from dataclasses import dataclass

from msgspec.structs import replace

from switchboard.channels import api as channels
from switchboard.channels import bootstrap, capabilities, http_client
from switchboard.channels.adapter import (
    ChannelAdapter,
    Connection,
    HttpRequest,
    HttpResponse,
    Refusal,
    UnreadableAnswerError,
)
from switchboard.channels.attempts import Attempts
from switchboard.channels.capabilities import Capabilities
from switchboard.channels.http_client import ForbiddenHostError, OutcomeUnknownError, UnreachableError
from switchboard.channels.message import OutboundMessage, Problem
from switchboard.channels.ports import Outbox
from switchboard.channels.rates import Budget, Budgets
from switchboard.kit import clock, ids
from switchboard.kit.errors import DomainError
from switchboard.kit.logs import logger, metric
from switchboard.kit.sqs import Received, RetryLaterError

log = logger(__name__)

RECONCILE_SECONDS = 120
MOST_REFUSALS = 10
LONGEST_WAIT_SECONDS = 900
BURST_SECONDS = 1  # an account may use up the budget of one second at once

_GATEWAY_TIMEOUTS = (408, 504)
"""Statuses by which somebody between us and the provider gave up waiting for it."""


def deliver(received: Received, adapter: ChannelAdapter, outbox: Outbox) -> None:
    """Send the message that a record of the outbound queue names: `{messageId, sort, conversationId, integrationId}`.

    Raises RetryLaterError where the record has to come again.
    """
    command = received.body
    _Delivery(command["messageId"], command["sort"], command["integrationId"], adapter, outbox).run()


@dataclass(frozen=True)
class _Delivery:
    message_id: str
    sort: str
    integration_id: str
    adapter: ChannelAdapter
    outbox: Outbox

    def run(self) -> None:
        outgoing = self.outbox.load_outgoing(self.message_id, self.sort)
        if outgoing is None:
            metric("OutgoingMissing", channel=self.adapter.name)
            return
        if outgoing.status == "sending" and not self._taken_up_again():
            return
        if outgoing.status not in ("queued", "sending"):
            return
        message = outgoing.message
        problem = self._obstacle(message)
        if problem is not None:
            self._fail(problem)
            return
        try:
            request = self.adapter.send_request(message, self._connection())
        except DomainError as error:
            self._fail(Problem(error_class="content", code=error.code, message=error.message))
            return
        self._keep_to_budgets(message)
        if self.outbox.claim_outgoing(self.message_id, self.sort):
            self._send(request, message)

    @property
    def _capabilities(self) -> Capabilities:
        return capabilities.of(self.adapter.name)

    # -- before the claim

    def _taken_up_again(self) -> bool:
        """A message found `sending`: back to the queue, unless that was done before already (see the module's text)."""
        if not self._capabilities.resend_is_safe and _attempts().count(self.message_id, "resends") > 1:
            text = "The provider did not say whether it took the message; it may have arrived."
            self._fail(Problem(error_class="retry", code="outcome.unknown", message=text))
            return False
        self.outbox.release_outgoing(self.message_id, self.sort)
        return True

    def _obstacle(self, message: OutboundMessage) -> Problem | None:
        """Why the message must not go out now, though it was allowed to when it was queued."""
        window = self._capabilities.window_hours
        if window and message.template is None and clock.now_ms() >= message.free_form_until:
            text = (
                f"The customer's last message is more than {window} hours old: only an approved template may be sent."
            )
            return Problem(error_class="window", code="window.closed", message=text)
        if channels.connection(self.integration_id) is None:
            return Problem(error_class="config", code="integration.missing", message="The integration was deleted.")
        return channels.sending_fault(self.integration_id)

    def _connection(self) -> Connection:
        connection = channels.connection(self.integration_id)
        if connection is None:
            raise RetryLaterError(1, "the integration was deleted just now")
        return replace(connection, secrets=channels.secrets(self.integration_id))

    def _keep_to_budgets(self, message: OutboundMessage) -> None:
        budgets = [self._account_budget(), self._recipient_budget(message)]
        for budget in budgets:
            wait = _budgets().take(budget) if budget else 0
            if wait:
                metric("SendThrottled", channel=self.adapter.name)
                raise RetryLaterError(_whole_seconds(wait), "over the rate budget")

    def _account_budget(self) -> Budget | None:
        rate = self._capabilities.rate_per_second
        burst = max(1, round(rate * BURST_SECONDS))
        return Budget(self.integration_id, 1 / rate, burst) if rate else None

    def _recipient_budget(self, message: OutboundMessage) -> Budget | None:
        seconds, burst = self._capabilities.recipient_seconds, self._capabilities.recipient_burst
        recipient = ids.digest(message.recipient.identity.value).hex()[:32]
        return Budget(f"{self.integration_id}#{recipient}", seconds, burst) if seconds else None

    # -- after the claim

    def _send(self, request: HttpRequest, message: OutboundMessage) -> None:
        try:
            response = http_client.call(request)
            if response.status in _GATEWAY_TIMEOUTS:
                raise OutcomeUnknownError(str(response.status))
            if not 200 <= response.status < 300:
                self._refused(self.adapter.refused(response), message)
                return
            provider_id = self._accepted(response)
        except ForbiddenHostError as error:
            self._fail(Problem(error_class="config", code="host.forbidden", message=str(error)))
        except UnreachableError as error:
            self._try_again("provider.unreachable", str(error))
        except OutcomeUnknownError as error:
            self._outcome_unknown(str(error))
        else:
            self.outbox.record_sent(self.message_id, self.sort, provider_id)
            metric("MessageSent", channel=self.adapter.name)

    def _accepted(self, response: HttpResponse) -> str:
        try:
            return self.adapter.accepted(response) or self.message_id
        except UnreadableAnswerError as error:
            raise OutcomeUnknownError("unreadable answer") from error

    def _outcome_unknown(self, reason: str) -> None:
        metric("SendOutcomeUnknown", channel=self.adapter.name)
        if self._capabilities.resend_is_safe:
            self._try_again("outcome.unknown", reason)
            return
        raise RetryLaterError(RECONCILE_SECONDS, f"outcome unknown: {reason}")

    def _refused(self, refusal: Refusal, message: OutboundMessage) -> None:
        problem = refusal.problem
        log.info("refused", extra={"code": problem.code, "class": problem.error_class, "messageId": self.message_id})
        match problem.error_class:
            case "retry":
                self._try_again(problem.code, problem.message, refusal.retry_after_seconds)
            case "rate":
                self._slow_down(refusal, message)
            case "auth":
                self._fail(problem)
                channels.report_fault(self.integration_id, problem)
            case _:
                self._fail(problem)

    def _try_again(self, code: str, reason: str, at_least: int = 0) -> None:
        """Give the claim back and wait, longer each time and never in step with others; in the end it failed."""
        refusals = _attempts().count(self.message_id, "refusals")
        if refusals >= MOST_REFUSALS:
            self._fail(Problem(error_class="retry", code=code, message=reason))
            return
        self.outbox.release_outgoing(self.message_id, self.sort)
        longest = min(2 ** (refusals + 1), LONGEST_WAIT_SECONDS)
        wait = longest // 2 + randomness.randbelow(longest // 2 + 1)
        raise RetryLaterError(max(wait, min(at_least, LONGEST_WAIT_SECONDS)), code)

    def _slow_down(self, refusal: Refusal, message: OutboundMessage) -> None:
        """The provider's count of our rate differs from ours: everybody on that budget waits, not only this message."""
        refusals = _attempts().count(self.message_id, "refusals")
        if refusals >= MOST_REFUSALS:
            self._fail(refusal.problem)
            return
        seconds = min(refusal.retry_after_seconds or 4**refusals, LONGEST_WAIT_SECONDS)
        whole_account = refusal.scope == "account"
        budget = self._account_budget() if whole_account else self._recipient_budget(message)
        if budget:
            _budgets().pause(budget, seconds)
        self.outbox.release_outgoing(self.message_id, self.sort)
        raise RetryLaterError(seconds, refusal.problem.code)

    def _fail(self, problem: Problem) -> None:
        self.outbox.record_failed(self.message_id, self.sort, problem)
        metric("MessageFailed", channel=self.adapter.name, errorClass=problem.error_class)


def _budgets() -> Budgets:
    return Budgets(bootstrap.repository().table)


def _attempts() -> Attempts:
    return Attempts(bootstrap.repository().table)


def _whole_seconds(seconds: float) -> int:
    return max(1, -int(-seconds // 1))
