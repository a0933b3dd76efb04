"""Routing: queues, members and skills; who is available, what waits, and who gets which interaction (CE43, CE16, CE18)."""
