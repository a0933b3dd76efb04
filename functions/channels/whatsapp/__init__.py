"""WhatsApp over Meta's Cloud API (Graph v25.0)."""
