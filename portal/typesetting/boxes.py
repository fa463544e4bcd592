"""Sole door to pikepdf: the boxes of a page that a print shop asks for."""

import io


def with_bleed_boxes(pdf: bytes) -> bytes:
    """The same document, each page with a BleedBox: the whole page. Typst writes the TrimBox alone.

    Tags, metadata and text stay as they are, and the same bytes give the same bytes.
    """
    import pikepdf

    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.bleedbox = page.mediabox
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return target.getvalue()
