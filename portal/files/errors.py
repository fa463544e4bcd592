"""The one exception of uploads."""


class BadPicture(ValueError):
    """The file cannot be taken. The message is a sentence or two for a person: what, where, how to mend it."""
