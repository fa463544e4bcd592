"""Partner agencies: departments, bureaus and programmes as a tree, and whom to ask there."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.utils import timezone

LEVELS = 4
"""How deep the tree goes: department, bureau, office, programme."""
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


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies."""

    def active(self) -> "AgencyQuerySet":
        """Not retired."""
        return self.filter(retired_at=None)

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
    acronym = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    description = models.TextField(blank=True)
    website = models.URLField(blank=True)
    jurisdictions = models.ManyToManyField("portal.Area", blank=True, related_name="+")
    is_demo = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(fields=["name", "parent"], name="agency_name_once_under_a_parent"),
            models.UniqueConstraint(fields=["name"], condition=Q(parent=None), name="agency_name_once_at_the_top"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    @property
    def path(self) -> str:
        """The names from the top down to this one."""
        return f"{self.parent.path}{PATH}{self.name}" if self.parent else self.name

    def clean(self) -> None:
        """Refuses a place in the tree that is beneath itself or too deep."""
        if PATH.strip() in self.name:
            raise ValidationError({"name": f"“{PATH.strip()}” stands between the names of a path: leave it out."})
        above, steps = self.parent, 0
        while above is not None:
            steps += 1
            if self.pk and above.pk == self.pk:
                raise ValidationError({"parent": "This office lies beneath the one you edit: choose one above it."})
            if steps >= LEVELS:
                raise ValidationError({"parent": f"The tree is at most {LEVELS} levels deep: choose one higher up."})
            above = above.parent

    def retire(self) -> None:
        """Takes it out of new choices; whatever names it stays."""
        self.retired_at = timezone.now()
        self.save(update_fields=["retired_at"])

    def bring_back(self) -> None:
        """Undoes ``retire``."""
        self.retired_at = None
        self.save(update_fields=["retired_at"])


class Contact(models.Model):
    """A person or a role address at an agency. Persons are confidential unless said otherwise."""

    NOT_IN_TRAIL = frozenset({"name", "email", "phone"})

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=120, help_text="What to ask this address for.")
    name = models.CharField(max_length=120, blank=True, help_text="Empty for a role address.")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_confidential = models.BooleanField(default=True)

    class Meta:
        ordering = ["agency", "role"]

    def __str__(self) -> str:
        return self.name or self.role

    @property
    def trail_label(self) -> str:
        """Which contact, without the person."""
        return f"{self.role}, {self.agency}"
