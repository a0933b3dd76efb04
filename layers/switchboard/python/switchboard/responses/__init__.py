"""Responses: libraries of canned responses and of the message templates that a channel's provider approved (CE34, CE16)."""
