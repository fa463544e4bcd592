"""The embedded broker: a real Valkey on its socket."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from portal.supervisor import broker


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose path no socket can have."""
    folder = tmp_path.joinpath(*["a-rather-long-name"] * 6)
    folder.mkdir(parents=True)
    yield folder
    short = broker.socket_path(folder)
    broker.log_path(short).unlink(missing_ok=True)
    short.unlink(missing_ok=True)
    if short.parent.exists():
        short.parent.rmdir()


def test_socket_lies_in_the_data_folder() -> None:
    assert broker.socket_path(Path("/srv/waypost")) == Path("/srv/waypost/broker.sock")
    assert broker.url(Path("/srv/waypost")) == "redis+socket:///srv/waypost/broker.sock"


def test_socket_of_a_deep_data_folder_fits_and_stays_the_same(deep: Path) -> None:
    path = broker.socket_path(deep)
    assert len(bytes(path)) <= broker.LONGEST_SOCKET_PATH
    assert path == broker.socket_path(deep) != broker.socket_path(deep.parent)


def test_broker_answers_on_a_private_socket_and_on_no_port(deep: Path) -> None:
    path = broker.prepare(deep)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not broker.answers(path)
    with subprocess.Popen(broker.command(path)) as server:
        try:
            while not broker.answers(path):
                assert server.poll() is None
            assert path.stat().st_mode & 0o777 == 0o700
            assert psutil.Process(server.pid).net_connections("inet") == []
        finally:
            server.terminate()
    assert not broker.answers(path)


def test_folder_that_others_may_enter_is_refused(deep: Path) -> None:
    folder = broker.socket_path(deep).parent
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="not a private folder"):
        broker.prepare(deep)


def test_traces_of_a_dead_broker_are_cleared_away(tmp_path: Path) -> None:
    path = broker.socket_path(tmp_path)
    path.touch()
    broker.log_path(path).write_text("old")
    broker.prepare(tmp_path)
    assert not path.exists()
    assert not broker.log_path(path).exists()
