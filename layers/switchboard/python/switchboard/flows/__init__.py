"""Flows: what happens to a conversation before it reaches an agent, as administrators publish it."""
