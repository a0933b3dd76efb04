"""Open Messaging: any channel behind a customer's own middleware."""
