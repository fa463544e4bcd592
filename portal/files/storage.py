"""The local storage of private files: a name holds whole bytes or none."""

import os
import uuid
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Writes beside the name and moves into place, so that a killed process leaves no half file there."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: names of ours are unique or say what the content is."""
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            with draft.open("xb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if self.file_permissions_mode is not None:
                draft.chmod(self.file_permissions_mode)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return name.replace("\\", "/")
