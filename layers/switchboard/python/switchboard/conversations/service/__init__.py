"""The use cases of a conversation: receive, send, participate, look."""
