"""Describing: a conversation and its messages become the fact that is stored and shown."""

from switchboard.analytics.details import details
from switchboard.analytics.models import Fact, Goals
from switchboard.analytics.ports import Conversations
from switchboard.analytics.responses import responses
from switchboard.conversations.models import Conversation


def describe(conversation: Conversation, goals: Goals, conversations: Conversations) -> Fact:
    """Its messages are read once an agent has come on: before, nobody could have answered."""
    answered = any(agent.talked for agent in conversation.of_purpose("agent"))
    messages = conversations.messages(conversation) if answered else []
    body = details(conversation, goals, responses(conversation, messages))
    return Fact(conversation_id=conversation.id, version=conversation.version, said=len(messages), body=body)
