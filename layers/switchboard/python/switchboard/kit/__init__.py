"""What every domain needs and none owns: time, ids, settings, storage, operations, events, timers."""
