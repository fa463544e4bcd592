"""What a log may say of what failed: that it failed, and why. Never who asked for what, nor whom mail goes to."""

import logging
import re
from typing import Final

_ADDRESS: Final = re.compile(r"[^\s@<>\"'(),;:\[\]{}=/]+@[^\s@<>\"'(),;:\[\]{}=/]+\.[^\s@<>\"'(),;:\[\]{}=/.]+")
_KEY: Final = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b", re.IGNORECASE)
#: Tokens of private links and doors; digests in hexadecimal are of files.
_TOKEN: Final = re.compile(r"(?<![\w-])(?:(?![0-9a-f]{64}(?![\w-]))[A-Za-z0-9_-]{43,}|[0-9A-HJKMNP-TV-Z]{32})(?![\w-])")
#: PostgreSQL quotes the row that it refuses, SQLite never does.
_ROW: Final = re.compile(r"(DETAIL:|Failing row contains|Key \(.*?\)=(?=\()).*")


def redacted(text: str) -> str:
    """A text without addresses, private links and rows that the database quoted."""
    for pattern, stands in ((_ROW, r"\1 [withheld]"), (_ADDRESS, "[address]"), (_KEY, "[key]"), (_TOKEN, "[key]")):
        text = pattern.sub(stands, text)
    return text


class Redacted(logging.Filter):
    """Takes out of every line, and of its traceback, what names somebody or opens a private page."""

    _traceback = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self._traceback.formatException(record.exc_info)
        if record.exc_text:
            # Formatters write this text, where there is one, instead of asking the error again.
            record.exc_text = redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = redacted(record.stack_info)
        return True


class Anonymous(logging.Filter):
    """Takes path, query and request out of the lines that Django writes of a failed request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.__dict__.pop("request", None) is not None:
            status = record.__dict__.get("status_code", 500)
            record.msg, record.args = "A request was answered with status %s.", (status,)
        return True


class Unaddressed(logging.Filter):
    """Leaves of a mail that failed its number and the kind of error: a mail server's own words name the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            said = type(record.msg).__name__ if isinstance(record.msg, Exception) else record.getMessage()
            record.msg, record.args = "%s (%s)", (said, record.exc_info[0].__name__)
            record.exc_info = record.exc_text = None
        return True
