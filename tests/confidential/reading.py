"""What an answer says, all of it: headers, body, files within files, text of papers."""

import gzip
import io
import zipfile
from collections.abc import Iterator

import pypdfium2
from django.http.response import HttpResponseBase


def texts(response: HttpResponseBase) -> Iterator[str]:
    """Headers, cookies and body."""
    yield str(response.headers)
    yield response.cookies.output()
    yield from read(response.getvalue())


def read(body: bytes, *, depth: int = 0) -> Iterator[str]:
    """The text of a file and of what is packed in it."""
    yield body.decode("utf-8", "replace")
    if body.startswith(b"PK\x03\x04") and depth < 3:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield name
                yield from read(packed.read(name), depth=depth + 1)
    elif body.startswith(b"\x1f\x8b"):
        yield from read(gzip.decompress(body), depth=depth + 1)
    elif body.startswith(b"%PDF"):
        paper = pypdfium2.PdfDocument(body)
        yield str(paper.get_metadata_dict())
        yield from (page.get_textpage().get_text_bounded() for page in paper)
