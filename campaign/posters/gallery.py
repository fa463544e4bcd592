"""The posters that everyone may take: one a language, made again whenever what they say changes.

gallery.posters()        # what can be taken now, by language
gallery.refresh(today)   # makes what is missing or out of date; a task calls it, never a web request
"""

import datetime as dt
import hashlib
import json
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from campaign.links.address import printed_address
from campaign.links.models import Link
from campaign.posters.assembly import Assembly, approved_design
from campaign.posters.models import GalleryPoster, Review, TextSet
from campaign.posters.pages import PosterPage
from portal.areas.register import NATION
from portal.files.models import StoredFile
from portal.typesetting import TypesettingError, decode_pdf

PICTURE_PPI = 150
PREVIEW_PPI = 60


def posters() -> list[GalleryPoster]:
    """What can be taken now."""
    return list(GalleryPoster.objects.select_related("document", "picture", "preview"))


def refresh(on: dt.date) -> int:
    """Makes every poster that is missing or says something else than it would today; returns how many.

    A code is drawn once for each language and stays. Raises ``NotReady`` and ``TypesettingError``; what
    stood before then still stands.
    """
    languages = list(
        TextSet.objects.filter(state=Review.APPROVED).order_by("language").values_list("language", flat=True)
    )
    design = approved_design()
    assembly = Assembly(design=design, languages=languages, address=printed_address(), on=on)
    standing = {row.language: row for row in GalleryPoster.objects.select_related("link")}
    made = 0
    for language in languages:
        row = standing.get(language)
        link = row.link if row else Link.objects.issue([(NATION.code, language)], kind=Link.Kind.PUBLIC)[0]
        page = assembly.page_for_anywhere(language=language, code=link.code)
        fingerprint = _fingerprint(assembly, page)
        if not (row and row.fingerprint == fingerprint):
            _make(assembly, page, link, fingerprint)
            made += 1
    return made


def _make(assembly: Assembly, page: PosterPage, link: Link, fingerprint: str) -> None:
    """Sets the poster, reads its code back from the stored file, and only then offers it."""
    made_at = timezone.now().replace(microsecond=0)
    name = f"poster-{page.language}-letter"
    document = assembly.typeset([page], made_at=made_at)
    large, small = (assembly.picture(page, ppi=ppi) for ppi in (PICTURE_PPI, PREVIEW_PPI))
    with transaction.atomic():
        put = StoredFile.objects.put
        stored = put(document, name=f"{name}.pdf", content_type="application/pdf")
        with stored.open() as file:
            decoded = decode_pdf(file.read())
        if decoded != [[page.url]]:
            raise TypesettingError(f"The code of the poster in “{page.language}” reads {decoded}, not {page.url}.")
        GalleryPoster.objects.update_or_create(
            language=page.language,
            defaults={
                "link": link,
                "fingerprint": fingerprint,
                "is_sample": assembly.address.is_sample,
                "document": stored,
                "picture": put(large, name=f"{name}.png", content_type="image/png"),
                "preview": put(small, name=f"{name}-small.png", content_type="image/png"),
            },
        )


def _fingerprint(assembly: Assembly, page: PosterPage) -> str:
    said = json.dumps([asdict(page), assembly.design.sha256, assembly.address.is_sample], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
