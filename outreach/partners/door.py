"""The one door to what a partner may see: every page of this room asks ``mine(user)`` and nothing else.

    desk = mine(user)
    at = desk.at(uid)              # an agency within reach, else ``Agency.DoesNotExist``
    at.logos().get(uid=…)          # its rows, never those of another agency

A member sees its own agency whole. Of the offices beneath it a member sees what is public or soon will be (record,
role addresses, logos, seasons) and changes nothing; their presenters, agreements and people are their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from outreach.agencies import tree
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.logos import Logo
from outreach.agencies.models import Agency, Contact
from outreach.partners.models import Membership, Proposal
from outreach.seminars.models import Presenter
from portal.people.models import User

Row = TypeVar("Row", bound=Model)
PERMISSION = "outreach.use_partner_pages"


@dataclass(frozen=True, slots=True)
class At:
    """One agency as an account stands to it."""

    user: User
    agency: Agency
    may: str | None
    """What the account's membership says; ``None`` for an office beneath one that it belongs to."""

    @property
    def is_own(self) -> bool:
        """Whether the account belongs to it, so that all of it is shown."""
        return self.may is not None

    @property
    def may_edit(self) -> bool:
        """Whether the account may change it."""
        return self.may == Membership.May.EDIT

    def contacts(self) -> QuerySet[Contact]:
        """Its public role addresses. Persons, and what the desk keeps to itself, are never shown."""
        return Contact.objects.filter(agency=self.agency, name="", is_confidential=False).order_by("role", "pk")

    def logos(self) -> QuerySet[Logo]:
        """Its logos in use, each with its standing today."""
        rows = Logo.objects.with_standing(timezone.localdate()).select_related("agency", "preview")
        return rows.filter(agency=self.agency, retired_at=None).order_by("name", "pk")

    def participations(self) -> QuerySet[Participation]:
        """Its Januaries, newest first."""
        return Participation.objects.filter(agency=self.agency).select_related("season").order_by("-season")

    def presenters(self) -> QuerySet[Presenter]:
        """Its presenters; of an agency that is not the account's own, none."""
        return self._own(Presenter.objects.filter(agency=self.agency, retired_at=None).order_by("name", "pk"))

    def agreements(self) -> QuerySet[Agreement]:
        """Its agreements; of an agency that is not the account's own, none."""
        rows = Agreement.objects.select_related("agency", "document").prefetch_related("answers__by")
        return self._own(rows.filter(agency=self.agency))

    def people(self) -> QuerySet[Membership]:
        """Who works here for it; of an agency that is not the account's own, nobody."""
        rows = Membership.objects.open().select_related("user").filter(agency=self.agency)
        return self._own(rows.order_by("user__first_name", "user__last_name", "user__username"))

    def proposals(self) -> QuerySet[Proposal]:
        """What its members asked to change; of an agency that is not the account's own, nothing."""
        return self._own(Proposal.objects.select_related("contact", "asked_by").filter(agency=self.agency))

    def _own(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        return rows if self.is_own else rows.none()


class Mine:
    """What one account may see, read anew for each request: whoever was let out is out at the next page."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self._user = user if isinstance(user, User) and user.is_active and user.has_perm(PERMISSION) else None

    @cached_property
    def own(self) -> list[At]:
        """The agencies in use to which the account belongs, by name."""
        if self._user is None:
            return []
        rows = Membership.objects.open().filter(user=self._user).select_related("agency__parent__parent__parent")
        return [At(self._user, row.agency, row.may) for row in rows.order_by("agency__name", "agency")]

    @cached_property
    def beneath(self) -> list[At]:
        """The agencies in use beneath those, by name."""
        keys = [at.agency.pk for at in self.own]
        if self._user is None or not keys:
            return []
        above = (Q(**{"__".join(["parent"] * steps) + "__in": keys}) for steps in range(1, tree.LEVELS))
        rows = Agency.objects.active().filter(reduce(or_, above)).exclude(pk__in=keys)
        return [At(self._user, agency, None) for agency in rows.select_related("parent__parent__parent")]

    def at(self, uid: UUID) -> At:
        """The agency of that ``uid``. Raises ``Agency.DoesNotExist`` for every other one."""
        # The offices beneath are asked for only where it is none of the account's own.
        found = _among(self.own, uid) or _among(self.beneath, uid)
        if found is None:
            raise Agency.DoesNotExist
        return found


def _among(reach: list[At], uid: UUID) -> At | None:
    return next((at for at in reach if at.agency.uid == uid), None)


def landing(user: User) -> str | None:
    """Where an account lands after signing in, if it belongs to an agency."""
    return reverse("partner-home") if mine(user).own else None


def mine(user: User | AnonymousUser) -> Mine:
    """What an account may see: nothing for one without a role or without a membership that is open."""
    return Mine(user)
