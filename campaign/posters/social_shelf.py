"""The pictures for posts that can be taken now: every shape in every printable language.

social_shelf.refresh(today, most=20)      # makes what is missing or out of date; a task calls it
shelf = social_shelf.shelf(["es", "en"])  # what can be taken, and why not the rest
file = social_shelf.archive(shelf.pictures)

As in the gallery of posters, a picture that says a number or a text that is not that of today is not listed, and its
address leads nowhere. While a line is not verified there is none.
"""

import datetime as dt
import hashlib
import json
import logging
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import IO, Any, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from campaign.links.address import printed_address
from campaign.posters.assembly import NotReady, printable_texts
from campaign.posters.languages import LANGUAGES, PosterLanguage
from campaign.posters.models import SocialPicture, TextSet
from campaign.posters.social import SHAPES, Post, Shape, design, host_to_post, lines_to_post, small
from outreach.channels.directory import PosterLines
from portal.files.models import StoredFile
from portal.typesetting import TypesettingError

PREVIEW_SIDE: Final = 480
#: Letters of a fingerprint that tell what the picture says, whatever it looks like.
_SAYS: Final = 16
#: Of files within an archive, which says no more of when it was made.
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)

logger = logging.getLogger(__name__)

# What could not be set, as far as this process knows: until something changes it would only fail again.
_refused: set[str] = set()


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be taken in one language, which languages there are, and why there is nothing, if so."""

    language: PosterLanguage
    pictures: tuple[SocialPicture, ...]
    languages: tuple[PosterLanguage, ...]
    problems: tuple[str, ...]

    @property
    def takes(self) -> list[tuple[Shape, SocialPicture]]:
        """Each shape with its picture."""
        return [(SHAPES[row.shape], row) for row in self.pictures]

    @property
    def digest(self) -> str:
        """Names the content of the archive of all."""
        return digest_of(self.pictures)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A picture that there should be."""

    shape: Shape
    language: str
    fingerprint: str

    @property
    def key(self) -> tuple[str, str]:
        return self.language, self.shape.slug


def offered() -> models.QuerySet[SocialPicture]:
    """The rows that say the lines and texts of today. Two queries. Raises ``NotReady``."""
    lines = lines_to_post(timezone.localdate())
    printable = TextSet.objects.printable().values_list("language", "sha256")
    says = (Q(language=language, fingerprint__startswith=_said(lines, sha256)) for language, sha256 in printable)
    rows = SocialPicture.objects.filter(reduce(or_, says, Q(pk=None)), shape__in=SHAPES)
    return rows.select_related("picture", "preview", "words")


def pictures(languages: Collection[str] | None = None) -> list[SocialPicture]:
    """What can be taken now, of these languages if given, in the order of languages and shapes. Raises ``NotReady``."""
    rows = offered() if languages is None else offered().filter(language__in=languages)
    order = [*LANGUAGES], [*SHAPES]
    return sorted(rows, key=lambda row: (order[0].index(row.language), order[1].index(row.shape)))


def shelf(languages: Iterable[str]) -> Shelf:
    """The pictures in the first of ``languages`` in which there are any. Three queries."""
    problems: tuple[str, ...] = ()
    try:
        rows = pictures()
    except NotReady as missing:
        rows, problems = [], missing.problems
    spoken = {row.language for row in rows}
    chosen = next((code for code in (*languages, *LANGUAGES) if code in spoken), "en")
    return Shelf(
        language=LANGUAGES[chosen],
        pictures=tuple(row for row in rows if row.language == chosen),
        languages=tuple(LANGUAGES[code] for code in LANGUAGES if code in spoken),
        problems=problems,
    )


def digest_of(rows: Iterable[SocialPicture]) -> str:
    """16 letters that name the content of an archive of these."""
    return _hashed([[row.picture.sha256, row.words.sha256] for row in rows])[:16]


def archive(rows: Iterable[SocialPicture]) -> IO[bytes]:
    """A zip of the pictures, each with its words beside it; the same rows give the same bytes. Close it."""
    file = tempfile.SpooledTemporaryFile(max_size=4_000_000)  # noqa: SIM115  # whoever sends it closes it
    with zipfile.ZipFile(file, "w") as packed:
        for row in rows:
            for stored in (row.picture, row.words):
                with stored.open() as content:
                    packed.writestr(zipfile.ZipInfo(stored.name, _LONG_AGO), content.read())
    file.seek(0)
    return file


def refresh(on: dt.date, *, most: int | None = None) -> int:
    """Makes pictures that are missing or say something else than they would today; returns how many.

    At most ``most`` of them. What cannot be set is logged once. Nothing is made while a line is not verified: the
    pages say which.
    """
    host = host_to_post(printed_address())
    try:
        lines = lines_to_post(on)
    except NotReady:
        return 0
    standing = {(row.language, row.shape): row.fingerprint for row in SocialPicture.objects.all()}
    made = 0
    for wanted in _wanted(lines, host):
        if made == most:
            break
        if standing.get(wanted.key) == wanted.fingerprint or wanted.fingerprint in _refused:
            continue
        try:
            (texts,) = printable_texts([wanted.language])
            post = Post(shape=wanted.shape, language=wanted.language, texts=texts.blocks, lines=lines, host=host)
            _keep(post, wanted)
        except (NotReady, TypesettingError) as error:
            _refused.add(wanted.fingerprint)
            logger.error("The picture for posts (%s, %s) cannot be made: %s", wanted.language, wanted.shape.slug, error)
        else:
            made += 1
    return made


def posts(languages: Iterable[str], on: dt.date) -> list[Post]:
    """Every shape in each of the languages, not yet set. Raises ``NotReady`` with all that is missing."""
    lines, host = lines_to_post(on), host_to_post(printed_address())
    return [
        Post(shape=shape, language=texts.language, texts=texts.blocks, lines=lines, host=host)
        for texts in printable_texts(languages)
        for shape in SHAPES.values()
    ]


def name_of_file(language: str, shape: str) -> str:
    """What a download is called, without its ending; it tells nobody what it is about."""
    return f"post-{language}-{shape}"


def _wanted(lines: PosterLines, host: str) -> Iterator[_Wanted]:
    """Every picture that there should be, in the order in which they are made."""
    texts = dict(TextSet.objects.printable().values_list("language", "sha256"))
    for language in LANGUAGES:
        if language not in texts:
            continue
        for shape in SHAPES.values():
            looks = [_drawn_by(), shape.slug, shape.size, shape.top, shape.bottom, shape.side, shape.waterline, host]
            yield _Wanted(shape, language, _said(lines, texts[language]) + _hashed(looks)[_SAYS:])


def _keep(post: Post, wanted: _Wanted) -> None:
    name = name_of_file(post.language, post.shape.slug)
    picture = post.picture()
    put = StoredFile.objects.put
    files: dict[str, Any] = {
        "picture": put(picture, name=f"{name}.png", content_type="image/png"),
        "preview": put(small(picture, side=PREVIEW_SIDE), name=f"{name}-small.png", content_type="image/png"),
        "words": put(post.words().encode(), name=f"{name}.txt", content_type="text/plain; charset=utf-8"),
    }
    SocialPicture.objects.update_or_create(
        language=post.language, shape=post.shape.slug, defaults=files | {"fingerprint": wanted.fingerprint}
    )


def _said(lines: PosterLines, text: str) -> str:
    """How a fingerprint begins: the lines and the text (its hash) that the picture says."""
    said = (lines.call, lines.text, lines.chat, lines.emergency)
    return _hashed([*(line.value if line else "" for line in said), text])[:_SAYS]


@cache
def _drawn_by() -> str:
    """The design's and the kit's content."""
    return _hashed([name, content.decode()] for name, content in sorted(design().files.items()))


def _hashed(made_of: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(made_of)).encode()).hexdigest()
