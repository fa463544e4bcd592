"""Links: one printed code each, never reused, never deleted."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q

from campaign.links import codes


class LinkQuerySet(models.QuerySet["Link"]):
    """Links."""

    def issue(self, wanted: Sequence[tuple[str, str]], *, kind: str = "placement") -> "list[Link]":
        """Creates a link for each (area code, language), in that order, with codes never given before.

        Thirty random bits collide once in a while: a clash is drawn again before anything is written.
        """
        drawn: list[str] = []
        seen: set[str] = set()
        for area, language in wanted:
            code = codes.make(area=area, language=language)
            while code in seen:
                code = codes.make(area=area, language=language)
            seen.add(code)
            drawn.append(code)
        for start in range(0, len(drawn), 500):
            taken = set(self.filter(code__in=drawn[start : start + 500]).values_list("code", flat=True))
            for place in range(start, min(start + 500, len(drawn))):
                while drawn[place] in taken:
                    area, language = wanted[place]
                    fresh = codes.make(area=area, language=language)
                    if fresh not in seen and not self.filter(code=fresh).exists():
                        seen.add(fresh)
                        drawn[place] = fresh
                        break
        rows = [
            Link(code=code, kind=kind, area=area, language=language)
            for code, (area, language) in zip(drawn, wanted, strict=True)
        ]
        return self.bulk_create(rows, batch_size=500)


class Link(models.Model):
    """A printed code and where it leads: the help page of its area, unless it says otherwise."""

    class Kind(models.TextChoices):
        PLACEMENT = "placement", "Poster at a placement"
        PUBLIC = "public", "Poster from the gallery"
        MADE = "made", "Poster that somebody made with a name"
        EVENT = "event", "Event"
        AD = "ad", "Advertisement"

    code = models.CharField(max_length=codes.LENGTH, unique=True)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.PLACEMENT)
    area = models.CharField(max_length=2, help_text="USPS code, as the code itself says.")
    language = models.CharField(max_length=10, help_text="BCP 47, as the code itself says.")
    target = models.CharField(
        max_length=300,
        blank=True,
        default="",
        help_text="Empty: the help page of its area. near:MS, on:amtrak, or an address of an allowed host.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["code"], name="retired_links", condition=Q(retired_at__isnull=False)),
            models.Index(fields=["code"], name="aimed_links", condition=~Q(target="")),
        ]

    def __str__(self) -> str:
        return codes.grouped(self.code)
