"""The object storage of private files, where several hosts share them: an S3 bucket that nobody else reads.

Only settings with ``WAYPOST_S3_BUCKET`` load this module: it needs the extra ``prod``.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from boto3.exceptions import Boto3Error  # type: ignore[import-untyped]
from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from django.core.files import File
from storages.backends.s3 import S3Storage

IN_MEMORY: Final = 4 * 1024**2
"""Bytes of an opened file that lie in memory; a longer one lies in the host's temporary folder."""

PATIENT: Final = 10
"""How often a worker or a command asks a storage that is away."""

_ABSENT: Final = {"404", "NoSuchKey", "NotFound"}


class StorageAway(OSError):
    """The bucket cannot be asked, or refuses; the text says what and how to mend it. Nothing was changed."""


class BucketStorage(S3Storage):
    """Differs from its base in four ways.

    - It says what a disk says: ``FileNotFoundError`` or another ``OSError``, never an error of boto's own.
    - It waits seconds, not minutes, for an answer. Where a connection is refused or breaks it asks ``attempts``
      times: 10 take some 13 seconds, 26 at most, so that a storage that is started again in the middle of a
      batch stops nothing; 3 take no time, so that web workers are free for those who need help.
    - It starts no threads for each file: ours are small, and many.
    - It sends no ACL. A bucket's objects are its owner's alone, and newer buckets refuse any ACL.
    """

    attempts: int

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.client_config = Config(
            signature_version="s3v4",
            connect_timeout=3,
            read_timeout=20,
            # Between attempts it sleeps up to 50 ms, 100 ms, 200 ms and so on, drawn by chance.
            retries={"mode": "standard", "total_max_attempts": self.attempts},
            # Servers other than Amazon's often know no newer checksum.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        self.transfer_config = TransferConfig(use_threads=False)

    def get_default_settings(self) -> dict[str, Any]:
        """The base's, and how often to ask."""
        settings: dict[str, Any] = super().get_default_settings()
        return settings | {"attempts": PATIENT}

    def exists(self, name: str) -> bool:
        """Whether something is stored under the name."""
        with self._as_a_disk_says_it(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Removes what is stored under the name, if anything is."""
        with self._as_a_disk_says_it(name):
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Folders and files of a folder; of one that isn't there, none."""
        with self._as_a_disk_says_it(name):
            folders, files = super().listdir(name)
        return folders, files

    def size(self, name: str) -> int:
        """Bytes."""
        with self._as_a_disk_says_it(name):
            return int(super().size(name))

    def get_modified_time(self, name: str) -> dt.datetime:
        """When it was stored; aware."""
        with self._as_a_disk_says_it(name):
            stored: dt.datetime = super().get_modified_time(name)
        return stored

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """All bytes, fetched here and now, so that reading and seeking cannot fail half way through an answer."""
        if mode != "rb":
            raise ValueError(f"{name} can be read as bytes (“rb”), not opened as {mode!r}: save() stores.")
        fetched: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller closes)
        try:
            with self._as_a_disk_says_it(name):
                stored = self.connection.meta.client
                stored.download_fileobj(
                    self.bucket_name, self._normalize_name(name), fetched, Config=self.transfer_config
                )
        except BaseException:
            fetched.close()
            raise
        fetched.seek(0)
        return File(fetched, name=name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        with self._as_a_disk_says_it(name):
            return str(super()._save(name, content))

    @contextmanager
    def _as_a_disk_says_it(self, name: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            said = error.response.get("Error", {})
            if said.get("Code") in _ABSENT:
                raise FileNotFoundError(f"{name} is not in the bucket {self.bucket_name}.") from error
            raise StorageAway(
                f"The bucket {self.bucket_name} refuses {error.operation_name} of {name}: {said.get('Code')}, "
                f"{said.get('Message')}. Check WAYPOST_S3_BUCKET and what its keys may do, then try again."
            ) from error
        except (BotoCoreError, Boto3Error) as error:
            raise StorageAway(
                f"The object storage does not answer ({type(error).__name__}), so {name} could be neither read "
                "nor stored. See that it runs and that WAYPOST_S3_ENDPOINT leads there, then try again."
            ) from error
