"""Conversations: participants, communications, segments and messages; threading, history, receipts and windows (CE34)."""
