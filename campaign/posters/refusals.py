"""The one exception of drawing, writing and reviewing."""


class NotAllowed(Exception):
    """That person may not do that now. The message says why, and what would help."""
