"""What routing does, one file per use."""
