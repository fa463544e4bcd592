"""The admin's page on which posters are ordered: choose what to print, see what that means, print it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaign.places import priorities
from campaign.places.models import Placement
from campaign.posters.languages import name_of
from campaign.printing import batches
from campaign.printing.forms import OrderForm
from campaign.printing.models import Batch
from campaign.printing.preflight import Preflight, preflight
from campaign.printing.scope import Refused
from campaign.printing.views import PRINT, page, require
from portal.audit.admin import actor_of
from portal.seasons.models import Season

LONGEST_ADDRESS = 2_000
LATELY = dt.timedelta(hours=1)
"""Whoever orders the same within so long is told of it: by going back, or as the second of two people."""


@require_http_methods(["GET", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """Choose what to print; see what that means; print it."""
    require(request, PRINT)
    given = request.POST if request.method == "POST" else request.GET
    season = _season(given.get("season", ""))
    if "what" not in given:
        everything = f"{request.path}?season={season.pk}&what=all"
        rows = _rows_to_choose(season)
        return page(request, "choose", title="Print posters", season=season, rows=rows, all_url=everything)
    # A list without boxes ticked is an answer, no list is none.
    answered = request.method == "POST" or "languages" in given
    form = OrderForm.of(
        season=season,
        what=given["what"],
        languages=given.getlist("languages") if answered else None,
        style=given.dict(),
        order=request.POST.get("order", ""),
    )
    if "print" in request.POST and form.is_valid():
        if request.POST.get("counted") == form.counted:
            try:
                batch = _made_once(request, form)
            except Refused:
                return confirm(request, form)
            return redirect("admin:campaign_batch_change", batch.pk)
        messages.warning(request, "You changed what to print. Look at the new number, then print.")
    if request.method == "POST" and form.is_valid() and (address := _address_of(request)):
        return redirect(address)
    return confirm(request, form)


def _address_of(request: HttpRequest) -> str:
    """Where an order that was changed is looked at again: a page that may be reloaded, and gone back to.

    Empty where an address cannot say it: thousands of placements, or no language.
    """
    names = ("season", "what", "languages", *OrderForm.STYLE)
    asked = [(name, value) for name in names for value in request.POST.getlist(name) if value]
    address = f"{request.path}?{urlencode(asked)}"
    return address if request.POST.getlist("languages") and len(address) <= LONGEST_ADDRESS else ""


def confirm(request: HttpRequest, form: OrderForm) -> HttpResponse:
    """Says what an order means: how many posters, what to know, what stands in the way."""
    outlook = None
    problems = [str(problem) for field in form.errors.values() for problem in field]
    if form.is_valid():
        outlook = preflight(form.cleaned_data["scope"], languages=form.cleaned_data["languages"], style=form.style)
    posters = outlook.posters if outlook else 0
    return page(
        request,
        "confirm",
        title=f"Print posters: {outlook.title}" if outlook else "Print posters",
        form=form,
        style_fields=[form["design"], form["sheet"], form["logo"]],
        outlook=outlook,
        left_out=_left_out(form),
        lately=_ordered_lately(outlook) if outlook else None,
        problems=problems,
        counted=form.counted,
        posters_shown=f"{posters:,}",
        packets_shown=f"{outlook.packets:,}" if outlook else "0",
        press_sheets_shown=f"{outlook.press_sheets:,}" if outlook else "0",
        verb=f"Print {posters:,} {'poster' if posters == 1 else 'posters'}",
    )


def _left_out(form: OrderForm) -> list[str]:
    """The languages that this January was printed in, and that the form cannot offer now."""
    offered = {code for code, _ in form.fields["languages"].choices}  # type: ignore[attr-defined]
    printed = Batch.objects.filter(season=form.data["season"]).values_list("languages", flat=True)
    return sorted({name_of(code) for codes in printed for code in codes if code not in offered})


def _ordered_lately(outlook: Preflight) -> Batch | None:
    """The newest batch of the same, ordered so lately that somebody may not know of it."""
    since = timezone.now() - LATELY
    like = Batch.objects.ordered_like(outlook.title, season=outlook.season, since=since)
    return like.select_related("job", "created_by").first()


def _made_once(request: HttpRequest, form: OrderForm) -> Batch:
    """The batch of an order; who sends the same order again is led to the batch that it made. Raises ``Refused``."""
    uid = form.cleaned_data["order"]
    made = Batch.objects.filter(uid=uid)
    if not made.exists():
        try:
            return batches.create(
                form.cleaned_data["scope"],
                languages=form.cleaned_data["languages"],
                style=form.style,
                uid=uid,
                by=actor_of(request),
            )
        except IntegrityError:
            # Two clicks came at once, and the other one was first.
            if not made.exists():
                raise
    messages.info(request, "You ordered this already: this is its batch. To print it again, begin a new order.")
    return made.get()


def _season(year: str) -> Season:
    named = Season.objects.filter(year=int(year)).first() if year.isdecimal() else None
    return named or Season.objects.current()


def _rows_to_choose(season: Season) -> list[dict[str, Any]]:
    """Each state with what is planned there, then stations of unknown state, then the trains; two queries.

    The season's focus comes first, and says so. As in a batch, places of the demo count only where there are no others.
    """
    demo = Q(spot__station__is_demo=True) | Q(spot__train__is_demo=True)
    never = Q(state=Placement.State.PLANNED)
    counts = (
        Placement.objects.in_season(season)
        .active()
        .order_by()
        .annotate(aboard=ExpressionWrapper(Q(spot__train__isnull=False), BooleanField()))
        .values("spot__station__state", "spot__station__state__name", "aboard")
        .annotate(
            real=Count("pk", filter=~demo),
            real_never=Count("pk", filter=~demo & never),
            demo=Count("pk", filter=demo),
            demo_never=Count("pk", filter=demo & never),
        )
    )
    rows, first = [], priorities.order_of(season)
    for count in counts:
        name, what, rank = _called(count["spot__station__state"], count["spot__station__state__name"], count["aboard"])
        rows.append(
            {
                "rank": (rank, first.rank(count["spot__station__state"]), name),
                "why": first.of(count["spot__station__state"]).why,
                "name": name,
                "what": what,
                "is_demo": not count["real"],
                "placements": count["real"] or count["demo"],
                "planned": count["real_never"] if count["real"] else count["demo_never"],
            }
        )
    return sorted(rows, key=lambda row: row["rank"])


def _called(state: str | None, name: str, aboard: bool) -> tuple[str, str, int]:
    """What a row is called, what it orders, and its rank."""
    if state:
        return name, f"state:{state}", 0
    return ("All trains", "trains", 2) if aboard else ("Stations of unknown state", "unknown", 1)
