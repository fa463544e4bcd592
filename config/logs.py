"""What a log may say of a request that failed: that it failed, and why. Never who asked for what."""

import logging


class Anonymous(logging.Filter):
    """Takes path, query and request out of the lines that Django writes of a failed request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.__dict__.pop("request", None) is not None:
            status = record.__dict__.get("status_code", 500)
            record.msg, record.args = "A request was answered with status %s.", (status,)
        return True
