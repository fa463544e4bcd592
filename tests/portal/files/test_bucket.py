"""Private files in an S3 storage: the same promises as on a disk, and errors that say how to mend them."""

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse
from pytest_django.fixtures import Settings

from portal.files.bucket import IN_MEMORY, StorageAway
from portal.files.models import StoredFile
from portal.imports.drafts import DraftStorage, forget
from tests.servers import BUCKET, Bucket, Line, running

LONG = os.urandom(IN_MEMORY + 1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    bucket = Bucket(tmp_path_factory.mktemp("bucket"))
    with running(bucket):
        yield bucket


@pytest.fixture
def line(server: Bucket, settings: Settings) -> Iterator[Line]:
    """The way to the server; the default storage takes it, as settings with WAYPOST_S3_BUCKET say."""
    line = Line(server.port)
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "portal.files.bucket.BucketStorage",
            "OPTIONS": {
                "bucket_name": BUCKET,
                "endpoint_url": f"http://127.0.0.1:{line.port}",
                "region_name": "us-east-1",
                "access_key": "tester",
                "secret_key": "a secret of nothing",
            },
        }
    }
    line.mend()
    yield line
    line.cut()


def ask_with(settings: Settings, **options: object) -> None:
    """The same storage with other options."""
    default = settings.STORAGES["default"]
    settings.STORAGES = settings.STORAGES | {"default": default | {"OPTIONS": default["OPTIONS"] | options}}


@pytest.mark.django_db
def test_put_stores_equal_content_once_and_private(server: Bucket, line: Line, data_folder: Path) -> None:
    first = StoredFile.objects.put(b"one page", name="a.pdf", content_type="application/pdf")
    written = server.client().head_object(Bucket=BUCKET, Key=first.path)["LastModified"]
    second = StoredFile.objects.put(b"one page", name="b.pdf", content_type="application/pdf")
    assert second.path == first.path
    assert server.contents()[first.path] == b"one page"
    head = server.client().head_object(Bucket=BUCKET, Key=first.path)
    assert head["LastModified"] == written
    acl = server.client().get_object_acl(Bucket=BUCKET, Key=first.path)
    assert not [grant for grant in acl["Grants"] if "AllUsers" in grant["Grantee"].get("URI", "")]
    assert list(data_folder.rglob("*.pdf")) == []
    assert not (data_folder / "media").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"short", LONG], ids=["empty", "short", "longer than memory takes"])
def test_open_reads_seeks_and_answers_a_download(line: Line, content: bytes) -> None:
    stored = StoredFile.objects.put(content, name="a.pdf", content_type="application/pdf")
    with stored.open() as file:
        assert file.read(3) == content[:3]
        assert file.seek(0, io.SEEK_END) == len(content)
        file.seek(0)
        assert hashlib.sha256(file.read()).hexdigest() == stored.sha256
    answer = FileResponse(stored.open(), as_attachment=True, filename=stored.name, content_type=stored.content_type)
    assert answer["Content-Length"] == str(len(content))
    assert b"".join(answer) == content
    answer.close()


@pytest.mark.django_db
def test_save_writes_over_and_threads_share_the_storage(line: Line) -> None:
    default_storage.save("ab/abc", ContentFile(b"half"))
    assert default_storage.save("ab/abc", ContentFile(b"whole")) == "ab/abc"
    with default_storage.open("ab/abc") as file:
        assert file.read() == b"whole"
    assert default_storage.size("ab/abc") == 5

    def there_and_back(number: int) -> bool:
        name = f"threads/{number}"
        default_storage.save(name, ContentFile(str(number).encode()))
        with default_storage.open(name) as file:
            return bool(file.read() == str(number).encode())

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(there_and_back, range(40)))


@pytest.mark.django_db
def test_zip_of_stored_files_is_made_piece_by_piece(line: Line) -> None:
    names = {f"{number}.pdf": os.urandom(1000) for number in range(3)} | {"long.pdf": LONG}
    files = [StoredFile.objects.put(each, name=name, content_type="application/pdf") for name, each in names.items()]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for file in files:
            with file.open() as stored, archive.open(file.name, "w") as copy:
                while piece := stored.read(256 * 1024):
                    copy.write(piece)
    with zipfile.ZipFile(made) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == names


@pytest.mark.django_db
def test_drafts_are_found_by_another_host_and_forgotten(line: Line) -> None:
    draft = DraftStorage()
    draft.save("Ä,1\n".encode())
    assert DraftStorage(name=draft.name).read() == "Ä,1\n".encode()
    assert forget() == 0
    draft.remove()
    assert default_storage.listdir("drafts") == ([], [])


@pytest.mark.django_db
def test_what_is_lost_is_not_found(line: Line) -> None:
    stored = StoredFile.objects.put(b"lost", name="a.pdf", content_type="application/pdf")
    default_storage.delete(stored.path)
    default_storage.delete(stored.path)
    assert not default_storage.exists(stored.path)
    with pytest.raises(FileNotFoundError, match=BUCKET):
        stored.open()
    with pytest.raises(FileNotFoundError):
        default_storage.size(stored.path)


def test_a_storage_that_refuses_is_told_with_its_words(line: Line, settings: Settings) -> None:
    ask_with(settings, bucket_name="nobodys")
    with pytest.raises(StorageAway, match=r"nobodys refuses PutObject of ab/abc: NoSuchBucket.*WAYPOST_S3_BUCKET"):
        default_storage.save("ab/abc", ContentFile(b"whole"))


@pytest.mark.django_db
def test_a_storage_that_is_away_leaves_no_row_and_is_used_again(line: Line, settings: Settings) -> None:
    ask_with(settings, attempts=3)
    kept = StoredFile.objects.put(b"before", name="a.pdf", content_type="application/pdf")
    line.cut()
    began = time.monotonic()
    with pytest.raises(StorageAway, match=r"does not answer.*WAYPOST_S3_ENDPOINT"):
        StoredFile.objects.put(b"during", name="b.pdf", content_type="application/pdf")
    with pytest.raises(OSError, match="neither read nor stored"):
        kept.open()
    assert time.monotonic() - began < 3, "three attempts wait for nobody"
    assert list(StoredFile.objects.all()) == [kept]
    line.mend()
    with kept.open() as file:
        assert file.read() == b"before"
    after = StoredFile.objects.put(b"during", name="b.pdf", content_type="application/pdf")
    assert default_storage.exists(after.path)


def test_a_storage_that_is_started_again_meanwhile_stops_nothing(line: Line) -> None:
    line.cut()
    with ThreadPoolExecutor(1) as thread:
        saved = thread.submit(default_storage.save, "ab/meanwhile", ContentFile(b"whole"))
        line.mend()
        assert saved.result(timeout=60) == "ab/meanwhile"
