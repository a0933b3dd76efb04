"""The platform's shapes of a callback: Callback (a participant's communication) and CallbackConversation."""

from collections.abc import Mapping
from typing import Any

from switchboard.conversations.models import Callback, Communication, Conversation, State
from switchboard.kit import clock

Body = dict[str, Any]

CALLBACKS = "/api/v2/conversations/callbacks"


def communication(source: Conversation, shown: Mapping[str, Any], held: Communication) -> Body:
    """The platform's Callback. `shown` is what communications of every medium have."""
    return {**shown, **facts(source), "state": _state(held.state), "initialState": held.initial_state}


def _state(state: State) -> str:
    """The platform's Callback knows no other word for what is put aside."""
    return "scheduled" if state == "parked" else state


def facts(source: Conversation) -> Body:
    """What the customer asked for, as callbacks and their participants show it."""
    callback = source.callback or Callback(numbers=[])
    return {
        "callbackNumbers": callback.numbers,
        "callbackUserName": callback.user_name or None,
        "callbackScheduledTime": clock.iso_or_none(callback.scheduled_at),
        "scriptId": callback.script_id or None,
        "callerId": callback.caller_id or None,
        "callerIdName": callback.caller_id_name or None,
        "skipEnabled": False,
        "externalCampaign": False,
    }
