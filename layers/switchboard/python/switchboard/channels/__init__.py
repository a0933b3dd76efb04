"""Channels: what a customer writes through. The protocol that every channel adapter keeps, the canonical message, the
integrations an administrator connects, and the shared steps webhook, send and media.

The adapters themselves live in functions/channels/<name>/; this package knows none of them.
"""
