"""What waits for a partner on the first page, most pressing first."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.logos import Logo
from outreach.partners.door import At
from outreach.partners.models import Proposal
from outreach.partners.words import SOON, day
from outreach.seminars.models import Presenter

LATELY: Final = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: why in a sentence, what to do as a verb, and where."""

    at: At
    why: str
    verb: str
    url: str
    is_late: bool = False


def rows(desks: Sequence[At]) -> list[Row]:
    """What waits at some agencies; one statement a kind, for any number of them."""
    today = timezone.localdate()
    by_key = {at.agency.pk: at for at in desks}
    found = [
        *_seasons(by_key, today),
        *_agreements(by_key, today),
        *_logos(by_key, today),
        *_presenters(by_key),
        *_proposals(by_key),
    ]
    return sorted(found, key=lambda row: not row.is_late)


def _seasons(by_key: dict[int, At], today: dt.date) -> Iterator[Row]:
    invited = Participation.objects.filter(
        agency__in=by_key, state=Participation.State.INVITED, season__ends_on__gte=today
    )
    for row in invited.select_related("season").order_by("season", "agency"):
        at = by_key[row.agency_id]
        why = _("You are invited to January %(year)s.") % {"year": row.season_id}
        yield Row(at, why, _("Say yes or no"), _page("partner-season", at), is_late=True)


def _agreements(by_key: dict[int, At], today: dt.date) -> Iterator[Row]:
    ours = Agreement.objects.filter(agency__in=by_key)
    answered = set(ours.filter(answers__isnull=False).values_list("pk", flat=True))
    for agreement in ours.exclude(renewed_by__approved_at__isnull=False).order_by("expires_on", "pk"):
        at, last = by_key[agreement.agency_id], agreement.last_day
        told = {"title": agreement.title, "day": day(last) if last else ""}
        url = f"{_page('partner-agreements', at)}#agreement-{agreement.uid}"
        if last and today - LATELY <= last < today:
            yield Row(at, _("The agreement “%(title)s” ended on %(day)s.") % told, _("Look at it"), url, is_late=True)
        elif last and last < today:
            continue
        elif agreement.approved_at and last and last <= today + SOON:
            why = _("The agreement “%(title)s” ends on %(day)s. Please talk to us about its renewal.")
            yield Row(at, why % told, _("Look at it"), url)
        elif agreement.pk not in answered:
            yield Row(
                at, _("The agreement “%(title)s” is on record.") % told, _("Say whether it is the right one"), url
            )


def _logos(by_key: dict[int, At], today: dt.date) -> Iterator[Row]:
    ours: QuerySet[Any] = Logo.objects.with_standing(today).filter(agency__in=by_key, retired_at=None)
    for logo in ours.order_by("agency__name", "name"):
        at, url = by_key[logo.agency_id], _page("partner-logos", by_key[logo.agency_id])
        until: dt.date | None = logo.valid_until
        told = {"name": logo.name, "day": day(until or logo.ended_on) if until or logo.ended_on else ""}
        if until is None and logo.waits:
            continue
        if until is None and logo.ended_on:
            why = _("The permission for the logo “%(name)s” ended on %(day)s. Nothing new carries it.")
            yield Row(at, why % told, _("See your logos"), url, is_late=True)
        elif until is None:
            why = _("The logo “%(name)s” has no written permission yet. Please send it to us.")
            yield Row(at, why % told, _("See your logos"), url)
        elif until <= today + SOON:
            why = _("The permission for the logo “%(name)s” ends on %(day)s.")
            yield Row(at, why % told, _("See your logos"), url)


def _presenters(by_key: dict[int, At]) -> Iterator[Row]:
    ours = Presenter.objects.filter(agency__in=by_key, retired_at=None, claimed_at=None)
    for key, count in ours.order_by("agency__name").values_list("agency").annotate(count=Count("pk")):
        why = ngettext(
            "%(count)s presenter has not opened the mailed link yet, and says no days.",
            "%(count)s presenters have not opened the mailed link yet, and say no days.",
            count,
        )
        yield Row(by_key[key], why % {"count": count}, _("Remind them"), _page("partner-presenters", by_key[key]))


def _proposals(by_key: dict[int, At]) -> Iterator[Row]:
    ours = Proposal.objects.filter(agency__in=by_key).order_by()
    for key, count in ours.waiting().values_list("agency").annotate(count=Count("pk")):
        why = ngettext(
            "%(count)s change of yours waits for us to look at it.",
            "%(count)s changes of yours wait for us to look at them.",
            count,
        )
        yield Row(by_key[key], why % {"count": count}, _("See what you asked"), _page("partner-agency", by_key[key]))


def _page(name: str, at: At) -> str:
    return reverse(name, args=[at.agency.uid])
