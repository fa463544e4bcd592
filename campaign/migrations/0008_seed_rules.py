"""The eleven posting laws that the campaign began with, as they were read in November 2026.

Confidence is the lower one where a source gave two. A change of the facts is a new migration, or an edit in the
admin; this one is never edited.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RECORDED_ON = dt.date(2026, 11, 22)
LETTER: dict[str, Any] = {"min_width": Decimal("8.5"), "min_height": Decimal("11")}
ENTRANCE_OR_USUAL = ["near_entrance", "usual_place"]
SPANISH_TOO = ["en", "es"]
CALIFORNIAN_PREMISES = ["intercity_rail_station", "light_rail_station", "bus_station"]

RULES: list[dict[str, Any]] = [
    {
        "slug": "us-pl-117-301",
        "area_id": "US",
        "jurisdiction": "United States",
        "citation": "P.L. 117-301",
        "premises": ["passenger_train", "railroad_station", "bus_station", "airport"],
        "locations": [["every_restroom"]],
        "obligation": "seek",
        "effective_from": dt.date(2022, 12, 27),
        "source": "Public Law 117-301 of 27 December 2022",
        "confidence": "M",
        "note": (
            "Directs the Department of Transportation to seek to provide for posting in restrooms. Names further "
            "premises that this record doesn't list. Partly from a secondary source."
        ),
    },
    {
        **LETTER,
        "slug": "ca-civ-52-6",
        "area_id": "CA",
        "jurisdiction": "California",
        "citation": "Civ. Code § 52.6",
        "premises": CALIFORNIAN_PREMISES,
        "locations": [ENTRANCE_OR_USUAL],
        "min_point_size": Decimal("16"),
        "languages": SPANISH_TOO,
        "by_county": True,
        "text_mode": "model",
        "obtain_from": "the California Attorney General, https://oag.ca.gov/human-trafficking/model-notice",
        "source": "Civ. Code § 52.6; https://oag.ca.gov/human-trafficking/model-notice",
        "confidence": "H",
        "note": "Re-verify: AB 2101 of February 2026 may amend the section. Names further premises, not listed here.",
    },
    {
        **LETTER,
        "slug": "il-775-ilcs-50",
        "area_id": "IL",
        "jurisdiction": "Illinois",
        "citation": "775 ILCS 50",
        "premises": CALIFORNIAN_PREMISES,
        "locations": [["near_entrance", "every_restroom", "conspicuous"]],
        "min_point_size": Decimal("16"),
        "languages": SPANISH_TOO,
        "by_county": True,
        "text_mode": "fixed",
        "obtain_from": ("the Illinois Department of Human Services, https://www.dhs.state.il.us/page.aspx?item=82023"),
        "source": "775 ILCS 50; https://www.dhs.state.il.us/page.aspx?item=82023",
        "confidence": "H",
        "note": "One Voting Rights Act language of the county besides English and Spanish.",
    },
    {
        **LETTER,
        "slug": "ga-ocga-16-5-47",
        "area_id": "GA",
        "jurisdiction": "Georgia",
        "citation": "OCGA 16-5-47",
        "premises": ["railroad_station", "bus_station", "airport", "rest_area"],
        "locations": [["every_restroom"], ENTRANCE_OR_USUAL],
        "min_point_size": Decimal("16"),
        "languages": SPANISH_TOO,
        "text_mode": "fixed",
        "obtain_from": "the Georgia Bureau of Investigation (GBI)",
        "by_eye": ["whether it also stands in the other languages that the GBI names"],
        "source": "OCGA 16-5-47",
        "confidence": "H",
        "unsure": ["point_size"],
        "note": (
            "The GBI's text carries the state's hotline. The 16 points come from a secondary source. Names further "
            "premises, not listed here."
        ),
    },
    {
        "slug": "tx-gov-402-0351",
        "area_id": "TX",
        "jurisdiction": "Texas",
        "citation": "Gov't Code 402.0351; 1 TAC 54.80",
        "premises": ["passenger_train", "railroad_station", "bus", "rest_area", "airport"],
        "locations": [ENTRANCE_OR_USUAL],
        "languages": SPANISH_TOO,
        "must_say": ["hotline", "website", "state_police", "indicators"],
        "by_eye": ["whether it is clearly legible"],
        "source": "Gov't Code 402.0351; 1 TAC 54.80",
        "confidence": "H",
    },
    {
        **LETTER,
        "slug": "mo-rsmo-595-120",
        "area_id": "MO",
        "jurisdiction": "Missouri",
        "citation": "RSMo 595.120",
        "premises": ["railroad_station"],
        "locations": [["at_restrooms", "near_entrance"]],
        "languages": SPANISH_TOO,
        "by_county": True,
        "source": "RSMo 595.120",
        "confidence": "H",
        "note": (
            "Speaks of train stations that serve passengers, and of further premises not listed here. “In or near "
            "bathrooms” is read strictly: each of them."
        ),
    },
    {
        **LETTER,
        "slug": "mi-act-62-2016",
        "area_id": "MI",
        "jurisdiction": "Michigan",
        "citation": "Act 62 of 2016",
        "premises": ["railroad_station"],
        "condition": (
            "Speaks only of stations that a local government or an authority runs, and who runs a station is not recorded."
        ),
        "locations": [["conspicuous"]],
        "min_point_size": Decimal("14"),
        "is_bold": True,
        "languages": SPANISH_TOO,
        "text_mode": "fixed",
        "obtain_from": "the department that the Act names",
        "source": "Act 62 of 2016",
        "confidence": "H",
    },
    {
        **LETTER,
        "slug": "al-stations",
        "area_id": "AL",
        "jurisdiction": "Alabama",
        "citation": "code section not verified",
        "premises": ["railroad_station", "bus_station", "airport"],
        "locations": [ENTRANCE_OR_USUAL],
        "languages": SPANISH_TOO,
        "source": "Secondary source",
        "confidence": "M",
        "note": "Re-verify: find the section in the Code of Alabama and read it.",
    },
    {
        **LETTER,
        "slug": "nj-52-17b-237-1",
        "area_id": "NJ",
        "jurisdiction": "New Jersey",
        "citation": "52:17B-237.1",
        "premises": ["railroad_station"],
        "min_point_size": Decimal("16"),
        "languages": SPANISH_TOO,
        "source": "Secondary source",
        "confidence": "M",
        "note": "Re-verify: the record says “rail” and no place within; it is read as stations, anywhere in them.",
    },
    {
        "slug": "ny-pub-auth-1266-m",
        "area_id": "NY",
        "jurisdiction": "New York",
        "citation": "Pub. Auth. Law 1266-m",
        "premises": ["railroad_station", "public_restroom"],
        "operator_hosts": ["mta.info"],
        "locations": [["every_restroom"], ["every_lactation_room"]],
        "text_mode": "fixed",
        "obtain_from": "OTDA or DHS, which make the cards",
        "by_eye": ["whether it tells of services for victims only"],
        "source": "Pub. Auth. Law 1266-m",
        "confidence": "H",
        "note": (
            "MTA facilities only, told by the operator of the feed. Where another operator calls at an MTA station, ask "
            "who runs it."
        ),
    },
    {
        "slug": "wa-rcw-43-280-110",
        "area_id": "WA",
        "jurisdiction": "Washington",
        "citation": "RCW 43.280.110",
        "premises": ["public_restroom"],
        "locations": [["every_restroom"]],
        "obligation": "voluntary",
        "by_eye": ["whether it stands in a variety of languages"],
        "source": "RCW 43.280.110",
        "confidence": "H",
    },
]


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Rule = apps.get_model("campaign", "Rule")
    Rule.objects.bulk_create(Rule(**facts, recorded_on=RECORDED_ON) for facts in RULES)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """All of them: the tables go next, and the areas that they name after that."""
    apps.get_model("campaign", "CountyStation").objects.all().delete()
    apps.get_model("campaign", "County").objects.all().delete()
    apps.get_model("campaign", "Rule").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0007_rules"),
        ("portal", "0002_seed_areas_and_season"),
    ]

    operations = [migrations.RunPython(seed, remove)]
