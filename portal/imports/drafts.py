"""Sheets between their preview and their confirmation: in the private storage, which all web hosts share, for a day."""

import datetime as dt

from django.core.files.storage import default_storage
from django.utils import timezone
from import_export.tmp_storages import MediaStorage

FOLDER = "drafts"
KEPT_FOR = dt.timedelta(days=1)


class DraftStorage(MediaStorage):
    """Where the preview puts a sheet and the confirmation finds it."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{**kwargs, "MEDIA_FOLDER": FOLDER})

    def save(self, data: str | bytes) -> None:
        """Keeps the sheet as bytes, in the encoding in which it was read."""
        super().save(data.encode(self.encoding or "utf-8") if isinstance(data, str) else data)


def forget() -> int:
    """Deletes sheets that nobody confirmed, since they may name people; returns how many."""
    before = timezone.now() - KEPT_FOR
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    old = [path for path in (f"{FOLDER}/{name}" for name in names) if default_storage.get_modified_time(path) < before]
    for path in old:
        default_storage.delete(path)
    return len(old)
