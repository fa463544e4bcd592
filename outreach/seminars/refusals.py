"""What a step answers that cannot be taken."""


class NotPossible(Exception):
    """The step cannot be taken; the text says why and what to do, for the person who tried."""
