"""Private files, addressed by their content: the same bytes are stored once and never change."""

import hashlib
import uuid
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Stored files."""

    def put(self, content: bytes, *, name: str, content_type: str) -> "StoredFile":
        """Stores ``content`` unless it is there already. ``name`` is what a download is called.

        The bytes are written before the row, so a crash leaves at most an unlisted file.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = f"{digest[:2]}/{digest}"
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
        return self.create(sha256=digest, size=len(content), name=name, content_type=content_type)


class StoredFile(models.Model):
    """One delivered or uploaded file. Rows of equal content share the stored bytes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the bytes lie in the default storage."""
        return f"{self.sha256[:2]}/{self.sha256}"

    def open(self) -> IO[bytes]:
        """The bytes, for reading. Raises ``FileNotFoundError`` if the storage lost them."""
        return default_storage.open(self.path, "rb")
