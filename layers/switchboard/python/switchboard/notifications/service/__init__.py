"""What notifications does, one file per use."""
