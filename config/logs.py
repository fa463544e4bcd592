"""What a log may say of what failed: that it failed, and why. Never who asked for what, nor whom mail goes to."""

import logging


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
