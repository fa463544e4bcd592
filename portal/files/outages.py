"""What a person is told when the place where things are kept gives out: a full disk, a storage that is away."""

import errno
import sqlite3
from typing import Final

from django.db import DatabaseError

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_POSTGRESQL_FULL: Final = "53100"


def outage_of(error: OSError | DatabaseError) -> str:
    """One or two sentences: what gave out and how to mend it. Empty where the error says nothing of the kind."""
    if _is_full(error):
        return "The disk is full. Nothing is lost: make room, then go on."
    if isinstance(error, DatabaseError):
        return ""
    if error.filename:
        return f"{error.filename}: {error.strerror}. Nothing is lost: mend that, then go on."
    # An error of a storage that is no disk has no number, and its text is for people.
    return f"{error} Nothing is lost." if error.errno is None and str(error) else ""


def _is_full(error: OSError | DatabaseError) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _POSTGRESQL_FULL
