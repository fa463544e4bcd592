"""The one exception of uploads. What it says is in the language of the page: partners upload too."""


class BadPicture(ValueError):
    """The file cannot be taken. The message is a sentence or two for a person: what, where, how to mend it."""
