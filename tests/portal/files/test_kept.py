"""Files that pages read while nothing else answers: a bad moment passes, a bad file does not."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.files.kept import Kept, one_writer, write_whole


def shout(content: bytes) -> str:
    text = content.decode()
    if not text:
        raise ValueError("empty")
    return text.upper()


def kept(path: Path) -> Kept[str]:
    return Kept(path, parse=shout, floor="FLOOR")


@contextmanager
def no_file_can_be_opened() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_value_is_read_again_once_files_can_be_opened(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "lines"
    write_whole(path, b"new")
    reader = kept(path)
    with no_file_can_be_opened():
        assert [reader.read() for _ in range(3)] == ["FLOOR"] * 3
    assert caplog.text.count("cannot be read") == 1
    assert reader.read() == "NEW"
    write_whole(path, b"newer")
    with no_file_can_be_opened():
        assert reader.read() == "NEW"
    assert reader.read() == "NEWER"


def test_damaged_file_is_parsed_once_and_the_last_good_one_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "lines"
    write_whole(path, b"good")
    reader = kept(path)
    assert reader.read() == "GOOD"
    write_whole(path, b"")
    assert [reader.read() for _ in range(3)] == ["GOOD"] * 3
    assert caplog.text.count("damaged") == 1
    write_whole(path, b"better")
    assert reader.read() == "BETTER"


def test_one_writer_waits_for_the_other(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lines"
    entered, wrote = threading.Event(), threading.Event()

    def write_later() -> None:
        entered.set()
        with one_writer(path):
            write_whole(path, b"second")
            wrote.set()

    with one_writer(path):
        other = threading.Thread(target=write_later)
        other.start()
        assert entered.wait(10)
        assert not wrote.wait(0.2)
        write_whole(path, b"first")
    other.join(10)
    assert path.read_bytes() == b"second"
    assert sorted(file.name for file in path.parent.iterdir()) == [".lines.lock", "lines"]


def test_writer_gives_up_on_one_that_is_stuck(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    with one_writer(path), pytest.raises(TimeoutError, match="somebody else"), one_writer(path, patience=0.05):
        pass
