"""What builds: one kind of part per file, with the house defaults. Nothing here knows a domain."""
