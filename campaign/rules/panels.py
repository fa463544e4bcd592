"""What rules ask for, on the pages of stations, trains and placements."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from campaign.places.models import Placement, Station, Train
from campaign.places.panels import Panel
from campaign.rules.compiler import Severity
from campaign.rules.duties import PlaceDuties, Standing, at_placement, at_stations, at_trains, reckoned_on, standings
from campaign.rules.facts import Stage
from campaign.rules.judging import Outcome
from campaign.rules.models import Rule
from portal.seasons.models import Season

STATUS = {
    Outcome.SHORT: ("Falls short", "text-red-700 dark:text-red-400"),
    Outcome.UNKNOWN: ("Cannot be told yet", "text-orange-700 dark:text-orange-400"),
    Outcome.VOID: ("Nothing asked here", ""),
}
MET = {
    Stage.POSTED: "Met by what hangs",
    Stage.PRINTED: "Met once what is printed hangs",
    Stage.PLANNED: "Met once what is planned hangs",
}
GOOD = "text-green-700 dark:text-green-400"


def duties_of_station(request: HttpRequest, station: Station) -> Panel | None:
    """What a station owes, and how it stands."""
    season = _season(request)
    if season is None:
        return None
    return _panel(request, at_stations([station], on=reckoned_on(season))[station.pk], season)


def duties_of_train(request: HttpRequest, train: Train) -> Panel | None:
    """What a train owes, and how it stands."""
    season = _season(request)
    if season is None:
        return None
    return _panel(request, at_trains([train], on=reckoned_on(season))[train.pk], season)


def duties_of_placement(request: HttpRequest, placement: Placement) -> Panel | None:
    """What is asked of the poster at this placement, how its place stands, and what is asked elsewhere in it."""
    if _season(request) is None:
        return None
    season = placement.season
    return _panel(request, at_placement(placement, on=reckoned_on(season)), season, placement.spot_id)


def _season(request: HttpRequest) -> Season | None:
    """The current January, for those who may see rules."""
    may_see = request.user.has_perm("campaign.view_rule")
    return Season.objects.filter(is_current=True).first() if may_see else None


def _panel(request: HttpRequest, found: PlaceDuties, season: Season, spot: int | None = None) -> Panel:
    """Of a whole place; of one of its spots, with how the place stands beside it."""
    shown = found if spot is None else found.at(spot)
    stand = standings({"place": found, "shown": shown}, season=season)
    whole = {each.finding.duty.rule.slug: each for each in stand["place"]}
    rules = {rule.slug: rule for rule in Rule.objects.filter(slug__in=whole)}
    slugs = [duty.rule.slug for duty in shown.duties]
    return Panel(
        "Posting rules",
        {
            "season": season,
            "place": found.place,
            "is_spot": spot is not None,
            "may_record": request.user.has_perm("campaign.add_notice"),
            "gaps": found.gaps,
            "elsewhere": [duty.citation for duty in found.duties if duty.rule.slug not in slugs],
            "rows": [
                _row(standing, rules[slug], whole[slug]) for slug, standing in zip(slugs, stand["shown"], strict=True)
            ],
        },
        "campaign/rules/_duties.html",
    )


def _row(standing: Standing, rule: Rule, whole: Standing) -> dict[str, object]:
    finding = standing.finding
    status, tone = _status(standing)
    return {
        "status": status,
        "tone": tone,
        "finding": finding,
        "whole": _status(whole)[0],
        "is_warning": finding.outcome is Outcome.SHORT and finding.severity is Severity.WARN,
        "rule": rule,
        "href": reverse("admin:campaign_rule_change", args=[rule.pk]),
        "record_href": f"{reverse('admin:campaign_notice_add')}?rule={rule.pk}" if finding.duty.wants_own_sheet else "",
    }


def _status(standing: Standing) -> tuple[str, str]:
    """In words, and how they are coloured."""
    stage = standing.met_at
    return (MET[stage], GOOD) if stage else STATUS[standing.finding.outcome]
