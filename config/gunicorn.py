"""How gunicorn serves Waypost, embedded and in production: ``gunicorn -c config/gunicorn.py config.wsgi``.

Nothing here may place a visitor (a poster is one stall): there is no access log, and the
error log loses the lines in which gunicorn would name an address or a path.
"""

import logging
import os

worker_class = "gthread"
workers = 2
# One of them is kept for help (campaign.scans.room).
threads = int(os.environ.get("WAYPOST_THREADS") or 40)
preload_app = True
graceful_timeout = 3
accesslog = None
loglevel = "warning"
control_socket_disable = True

NAMING_A_VISITOR = ("Invalid request from ip=", "Error handling request ")


def anonymous(record: logging.LogRecord) -> bool:
    """Keeps every line, but of a failed request only the fact and its traceback."""
    if record.getMessage().startswith(NAMING_A_VISITOR):
        record.msg, record.args = "A request could not be handled.", ()
    return True


logging.getLogger("gunicorn.error").addFilter(anonymous)
