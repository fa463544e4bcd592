"""Partner agencies: departments, bureaus and programmes as a tree, and whom to ask there."""

import uuid
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from outreach.agencies import tree
from outreach.agencies.tree import LEVELS

PATH = " > "
"""Stands between the names of a path."""


def tree_order() -> list[OrderBy]:
    """Orders agencies as a tree is read: by the names on the way down, nothing before something."""
    top = Coalesce(*(F(_above(steps)) for steps in range(LEVELS - 1, -1, -1)))
    # Below the top, the deepest are asked first: whoever has an office three steps up is at depth 3.
    deeper = (
        Case(
            *(When(_has_above(depth), then=F(_above(depth - level))) for depth in range(LEVELS - 1, level - 1, -1)),
            default=None,
        )
        for level in range(1, LEVELS)
    )
    return [top.asc(), *(name.asc(nulls_first=True) for name in deeper)]


def _above(steps: int) -> str:
    """The path to the name so many steps up."""
    return "__".join([*["parent"] * steps, "name"])


def _has_above(steps: int) -> Q:
    """Whether there is an office so many steps up."""
    return Q(**{f"{'__'.join(['parent'] * steps)}__isnull": False})


class Part(models.TextChoices):
    """What an agency does in the campaign. People's roles are something else: ``portal.people.roles``."""

    POSTERS = "posters", "Poster texts and designs"
    DISTRIBUTION = "distribution", "Distribution of posters"
    POSTING = "posting", "Puts posters up"
    SEMINARS = "seminars", "Gives seminars"
    HOTLINE = "hotline", "Answers a line"
    PRESS = "press", "Press and social media"
    TRANSLATION = "translation", "Translation and its review"
    FUNDING = "funding", "Funding"
    TASK_FORCE = "task_force", "Task force"


def part_labels(parts: object) -> list[str]:
    """The parts in words, in the order of ``Part``; what is none of ours is left out."""
    return [part.label for part in Part if isinstance(parts, list) and part.value in parts]


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies."""

    def active(self) -> "AgencyQuerySet":
        """Not retired."""
        return self.filter(retired_at=None)

    def public(self) -> "AgencyQuerySet":
        """Those that the public directory names (``outreach.hsds``): somebody listed them, they are in use and no demo."""
        return self.active().filter(is_listed=True, is_demo=False)

    def with_part(self, part: str) -> "AgencyQuerySet":
        """Those that have a ``Part``. Asked place by place: SQLite cannot ask whether a list contains."""
        return self.filter(reduce(or_, (Q(**{f"parts__{place}": Part(part).value}) for place in range(len(Part)))))

    def within(self, key: int) -> "AgencyQuerySet":
        """An office, by key, and all that lies beneath it."""
        above = (Q(**{"__".join(["parent"] * steps): key}) for steps in range(1, LEVELS))
        return self.filter(reduce(or_, above, Q(pk=key)))

    def as_tree(self) -> "AgencyQuerySet":
        """Parents before their children, by name; each with its ``depth`` (0 at the top)."""
        depth = Case(*(When(_has_above(steps), then=steps) for steps in range(LEVELS - 1, 0, -1)), default=0)
        return self.select_related("parent__parent__parent").annotate(depth=depth).order_by(*tree_order())

    def at(self, path: str) -> "Agency":
        """The agency at a path of names from the top: ``Department of Justice > Office of Justice Programs``.

        Raises ``Agency.DoesNotExist``.
        """
        agency: Agency | None = None
        for name in path.split(PATH.strip()):
            agency = self.get(name=name.strip(), parent=agency)
        assert agency
        return agency


class Agency(models.Model):
    """An office, bureau, programme or organisation that works with the campaign."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Department"
        BUREAU = "bureau", "Bureau or office"
        PROGRAMME = "programme", "Programme"
        TASK_FORCE = "task_force", "Task force"
        RAILROAD = "railroad", "Railroad or transit"
        NGO = "ngo", "Non-profit"
        STATE_OFFICE = "state_office", "State office"

    class Level(models.TextChoices):
        FEDERAL = "federal", "Federal"
        STATE = "state", "State"
        LOCAL = "local", "Local"
        PRIVATE = "private", "Private"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=160)
    legal_name = models.CharField(
        max_length=200, blank=True, help_text="As it signs papers, where that differs from its name."
    )
    acronym = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    description = models.TextField(blank=True)
    website = models.URLField(blank=True)
    postal_address = models.TextField(
        max_length=300, blank=True, help_text="Line by line, as on an envelope; an office, never a home."
    )
    jurisdictions = models.ManyToManyField("portal.Area", blank=True, related_name="+")
    parts = models.JSONField(
        "parts in the campaign", default=list, blank=True, help_text="Values of Part, each once: what it does here."
    )
    needs_agreement = models.BooleanField(
        "co-branding needs an agreement",
        default=False,
        help_text="Its logos are printed only while an approved agreement is in force, even if none is on record yet.",
    )
    is_listed = models.BooleanField(
        "in the public directory",
        default=False,
        help_text="Anybody may then read its name, what it does, its website and its role addresses. "
        "Leave a shelter out, and whoever did not agree.",
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "parent",
                name="agency_name_once_under_a_parent",
                violation_error_message="That office has one of this name beneath it already.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(parent=None),
                name="agency_name_once_at_the_top",
                violation_error_message="There is an agency of this name already.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="agency_is_not_above_itself",
                violation_error_message=tree.BENEATH,
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(retired_at__isnull=False) & ~Q(merged_into=F("id"))),
                name="merged_agency_is_retired",
                violation_error_message="It was merged into another agency: undo the merge to bring it back.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    @property
    def path(self) -> str:
        """The names from the top down to this one."""
        return f"{self.parent.path}{PATH}{self.name}" if self.parent else self.name

    @property
    def is_public(self) -> bool:
        """Whether it is one of ``AgencyQuerySet.public``."""
        return self.is_listed and self.retired_at is None and not self.is_demo

    @property
    def part_labels(self) -> list[str]:
        """What it does in the campaign, in words."""
        return part_labels(self.parts)

    def clean(self) -> None:
        """Refuses parts that are none, and a place in the tree that is beneath itself or too deep.

        What it says of the tree holds as long as ``placing.lock`` does.
        """
        if PATH.strip() in self.name:
            raise ValidationError({"name": f"“{PATH.strip()}” stands between the names of a path: leave it out."})
        if not isinstance(self.parts, list) or not set(map(str, self.parts)) <= set(Part.values):
            raise ValidationError({"parts": f"Choose among {', '.join(Part.values)}."})
        if len(set(self.parts)) != len(self.parts):
            raise ValidationError({"parts": "Name each part once."})
        parents = dict(Agency.objects.order_by().values_list("pk", "parent_id"))
        if refusal := tree.refusal(parents, moved=self.pk, under=self.parent_id):
            raise ValidationError({"parent": refusal})

    def retire(self) -> None:
        """Takes it out of new choices; whatever names it stays."""
        self.retired_at = timezone.now()
        self.save(update_fields=["retired_at"])

    def bring_back(self) -> None:
        """Undoes ``retire``."""
        self.retired_at = None
        self.save(update_fields=["retired_at"])


class FormerName(models.Model):
    """A name by which an agency went before: imports and searches still find it by that."""

    class Why(models.TextChoices):
        RENAMED = "renamed", "Renamed"
        MERGED = "merged", "Name of an agency that was merged into it"

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=160)
    why = models.CharField(max_length=7, choices=Why.choices, default=Why.RENAMED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["agency", "name"]
        constraints = [
            models.UniqueConstraint("agency", Lower("name"), name="former_name_once_an_agency"),
        ]

    def __str__(self) -> str:
        return self.name


def is_another_person(before: str, now: str) -> bool:
    """Whether a name stands in for one with which it shares no word: then nobody's agreement goes over to it."""
    return bool(before and now) and not set(before.casefold().split()) & set(now.casefold().split())


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts."""

    def public(self) -> "ContactQuerySet":
        """Those that may leave the house: the only door for exports, feeds, searches and public pages.

        Role addresses that nobody made confidential, and persons who agreed; of agencies in use that are no demo.
        """
        shown = Q(name="") | Q(consented_on__isnull=False)
        return self.filter(shown, is_confidential=False, agency__retired_at=None, agency__is_demo=False)


class Contact(models.Model):
    """A person or a role address at an agency. Persons are confidential unless they agreed to be named."""

    NOT_IN_TRAIL = frozenset({"name", "email", "phone"})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=120, help_text="What to ask this address for. No names here.")
    name = models.CharField(max_length=120, blank=True, help_text="Empty for a role address.")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_confidential = models.BooleanField(default=True)
    consented_on = models.DateField(
        "agreed to be named on", null=True, blank=True, help_text="Only of a person who may be named in public."
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "role"]
        indexes = [models.Index(fields=["agency", "is_confidential"], name="contact_of_agency")]
        constraints = [
            models.CheckConstraint(
                condition=Q(name="") | Q(is_confidential=True) | Q(consented_on__isnull=False),
                name="person_in_public_agreed",
                violation_error_message="A person is named in public only after agreeing: say on which day.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.role

    @property
    def is_person(self) -> bool:
        """Whether it names somebody; else it is a role address."""
        return bool(self.name)

    @property
    def trail_label(self) -> str:
        """Which contact, without the person."""
        return f"{self.role}, {self.agency}"
