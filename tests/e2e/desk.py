"""An agent at work, through the official SDK."""

from types import TracebackType
from typing import Any, Self

from tests.e2e.contact_centre import ContactCentre, Json, platform


class Desk:
    """The demo agent of that name. As a context manager: on queue inside; outside all work is ended and nothing left to do."""

    def __init__(self, centre: ContactCentre, name: str) -> None:
        self._centre = centre
        self.name = name
        self.user_id = centre.user(name)
        self.client = centre.sdk(f"demo-{name}")
        self.conversations = platform.ConversationsApi(self.client)

    def __enter__(self) -> Self:
        self.set_status("IDLE")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_all()

    # -- routing

    def set_status(self, status: str) -> None:
        body = {"userId": self.user_id, "status": status}
        platform.UsersApi(self.client).put_user_routingstatus(self.user_id, body)

    def status(self) -> str:
        return str(platform.UsersApi(self.client).get_user_routingstatus(self.user_id).status)

    # -- conversations

    def held(self) -> list[Any]:
        """The conversations this agent has now, once all that is due was done."""
        self._centre.settle()
        return list(self.conversations.get_conversations().entities)

    def alerted(self, customer: str = "") -> Any:
        """The conversation that alerts this agent, of that customer where one is given."""
        messages = [each for each in self.held() if self.part(each).messages]  # a callback has none
        alerting = [each for each in messages if self.part(each).messages[-1].state == "alerting"]
        wanted = [each for each in alerting if customer in ("", each.participants[0].address)]
        assert len(wanted) == 1, f"{len(wanted)} conversations of {customer or 'anybody'} alert {self.name}"
        return wanted[0]

    def part(self, conversation: Any) -> Any:
        """This agent's latest participant in the conversation."""
        return [each for each in conversation.participants if each.user_id == self.user_id][-1]

    def accept(self, customer: str = "") -> "Talk":
        conversation = self.alerted(customer)
        participant = self.part(conversation)
        self.conversations.patch_conversations_message_participant(
            conversation.id, participant.id, body={"state": "connected"}
        )
        return Talk(self, conversation.id, participant.id, participant.messages[-1].id)

    def end_all(self) -> None:
        """Off queue, every conversation disconnected and wrapped up; what still waits is taken and ended too."""
        while held := self.held():
            for conversation in held:
                platform.ConversationsApi(self._centre.sdk()).post_conversation_disconnect(conversation.id)
                participant = self.part(conversation)
                if participant.connected_time:
                    self.conversations.patch_conversations_message_participant(
                        conversation.id, participant.id, body={"wrapupSkipped": True}
                    )
            self.set_status("IDLE")
        self.set_status("OFF_QUEUE")
        self._centre.settle()


class Talk:
    """An accepted conversation."""

    def __init__(self, desk: Desk, conversation_id: str, participant_id: str, communication_id: str) -> None:
        self.id = conversation_id
        self.participant_id = participant_id
        self.communication_id = communication_id
        self._api = desk.conversations

    def history(self) -> list[Any]:
        """Every message with the customer, oldest first."""
        return list(self._api.post_conversations_message_messages_bulk(self.id).entities)

    def texts(self) -> list[str]:
        return [each.normalized_message.text for each in self.history()]

    def say(self, text: str = "", **body: Any) -> Any:
        """The message that was queued."""
        sent: Json = {"textBody": text, **body} if text else body
        return self._api.post_conversations_message_communication_messages(self.id, self.communication_id, sent)

    def message(self, message: Any) -> Any:
        """The message as it is now."""
        return self._api.get_conversations_message_message(self.id, message.id)

    def status_of(self, message: Any) -> str:
        return str(self.message(message).status)

    def problem_of(self, message: Any) -> Any:
        """The error code and text that the agent sees at the message."""
        participants = self._api.get_conversations_message(self.id).participants
        details = [each for part in participants for each in part.messages if each.message_id == message.id]
        return details[0].error_info

    def wrap_up(self, code: str = "", **more: Any) -> None:
        body = {"code": code, **more} if code else more
        self._api.post_conversations_message_participant_communication_wrapup(
            self.id, self.participant_id, self.communication_id, body=body
        )

    def disconnect(self) -> None:
        self._api.patch_conversations_message_participant(self.id, self.participant_id, body={"state": "disconnected"})
