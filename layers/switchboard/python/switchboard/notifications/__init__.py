"""Notifications: channels over the WebSocket API, the topics they subscribe to, and what is pushed to them."""
