"""The one exception of this room."""


class TypesettingError(Exception):
    """Data could not be set as pages, or pages could not be read back.

    The message is one plain sentence for a person: what went wrong, where, and how to mend it.
    """
