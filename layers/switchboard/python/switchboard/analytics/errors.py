"""What can go wrong in analytics besides what a caller asks wrongly."""


class CrossedError(Exception):
    """What is stored knows a later conversation but fewer messages, or the other way round: both have to be read anew."""
