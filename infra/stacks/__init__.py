"""What wires: one stack per domain, saying which function holds what and what wakes it."""
