"""How gunicorn serves Waypost, embedded and in production: ``gunicorn -c config/gunicorn.py config.wsgi``.

Nothing here may place a visitor (a poster is one stall): there is no access log, and the
error log drops the two lines in which gunicorn would name an address or a path.
"""

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True
graceful_timeout = 3
accesslog = None
loglevel = "warning"
control_socket_disable = True


def names_visitor(record: logging.LogRecord) -> bool:
    """Whether gunicorn's line tells from where, or for what, a request came."""
    return record.getMessage().startswith(("Invalid request from ip=", "Error handling request "))


class PrivateLogger(Logger):
    """Gunicorn's error log without addresses and paths; the traceback of a failure stays."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.addFilter(anonymous)


def anonymous(record: logging.LogRecord) -> bool:
    """Replaces what names a visitor by the bare fact."""
    if names_visitor(record):
        record.msg, record.args = "A request could not be handled.", ()
    return True


logger_class = PrivateLogger
