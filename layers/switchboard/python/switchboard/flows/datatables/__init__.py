"""Data tables: parameters that administrators change from day to day and flows read for their decisions (CE43, CE07)."""
