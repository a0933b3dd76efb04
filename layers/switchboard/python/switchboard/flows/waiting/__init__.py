"""In-queue flows: what is said to a customer who waits (CE43 "Expected Wait Time")."""
