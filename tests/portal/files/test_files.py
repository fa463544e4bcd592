"""Private files: stored once by content, whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.files.models import StoredFile
from portal.files.storage import WholeFileStorage


@pytest.mark.django_db
def test_put_stores_equal_content_once(data_folder: Path) -> None:
    first = StoredFile.objects.put(b"page", name="a.pdf", content_type="application/pdf")
    second = StoredFile.objects.put(b"page", name="b.pdf", content_type="application/pdf")
    assert first.path == second.path
    assert first.uid != second.uid
    files = [path for path in (data_folder / "media").rglob("*") if path.is_file()]
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    with second.open() as file:
        assert file.read() == b"page"


@pytest.mark.django_db
def test_open_says_when_the_storage_lost_a_file() -> None:
    stored = StoredFile.objects.put(b"page", name="a.pdf", content_type="application/pdf")
    default_storage.delete(stored.path)
    with pytest.raises(FileNotFoundError):
        stored.open()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    class Spoiled(ContentFile):  # type: ignore[type-arg]
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half"
            raise OSError(28, "No space left on device")

    storage = WholeFileStorage(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        storage.save("ab/abc", Spoiled(b"whole"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_killed_writer_leaves_no_half_file(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from django.conf import settings; settings.configure()\n"
        "from django.core.files.base import ContentFile\n"
        "from portal.files.storage import WholeFileStorage\n"
        "class Slow(ContentFile):\n"
        "    def chunks(self, size=None):\n"
        "        yield b'half'\n"
        "        print('half', flush=True)\n"
        "        time.sleep(60)\n"
        "WholeFileStorage(sys.argv[1]).save('ab/abc', Slow(b'whole'))\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"half\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    assert not (tmp_path / "ab" / "abc").exists()
    storage = WholeFileStorage(tmp_path)
    assert storage.save("ab/abc", ContentFile(b"whole")) == "ab/abc"
    assert (tmp_path / "ab" / "abc").read_bytes() == b"whole"
