"""Seeds the reporting channels: what is known of each, and how surely.

Only values of confidence H can be printed or shown, and none of them has been verified by
a person of this portal yet, so each prints with a warning. A change of the facts is a new
migration, or an edit in the admin; this one is never edited.
"""

import datetime as dt
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

HOTLINE: dict[str, Any] = {
    "name": "National Human Trafficking Hotline",
    "audience": "victims",
    "answered_by": "advocate",
    "area_id": "US",
    "operator": "Compass Connections",
    "hours": "24/7",
    "source": "https://humantraffickinghotline.org/",
    "confidence": "H",
    "valid_from": dt.date(2025, 9, 22),
}
MANDATED_NOTE = "Advocates must report harm to anyone under 18, and imminent harm."
HSI: dict[str, Any] = {
    "name": "Homeland Security Investigations tip line",
    "audience": "tips",
    "answered_by": "federal",
    "area_id": "US",
    "operator": "Homeland Security Investigations (ICE)",
    "source": "https://www.dhs.gov/hsi/tipline",
}
NCMEC: dict[str, Any] = {
    "name": "CyberTipline",
    "audience": "children",
    "answered_by": "administrator",
    "area_id": "US",
    "operator": "National Center for Missing & Exploited Children",
    "note": "For sexual exploitation of a child. Reports go to law enforcement.",
    "source": "https://report.cybertip.org/",
    "confidence": "H",
}
LIFELINE: dict[str, Any] = {
    "name": "988 Suicide & Crisis Lifeline",
    "value": "988",
    "audience": "crisis",
    "answered_by": "counsellor",
    "area_id": "US",
    "operator": "988 Lifeline",
    "hours": "24/7",
    "note": "Never call it to test it.",
    "source": "https://988lifeline.org/",
    "confidence": "H",
}
MISSISSIPPI_POLICE: dict[str, Any] = {
    "name": "Mississippi trafficking coordinator",
    "audience": "tips",
    "answered_by": "police",
    "area_id": "MS",
    "operator": "Mississippi Department of Public Safety",
    "note": "A state police unit. For tips; never shown as local help.",
    "source": "https://www.dps.ms.gov/",
    "confidence": "H",
}
MISSISSIPPI_CHILDREN: dict[str, Any] = {
    "name": "Mississippi child protection (MDCPS)",
    "audience": "mandated",
    "answered_by": "child_protection",
    "area_id": "MS",
    "operator": "Mississippi Department of Child Protection Services",
    "hours": "24/7",
    "note": "For those who must report when the person is under 18.",
    "source": "https://reportabuse.mdcps.ms.gov/",
    "confidence": "H",
}
AMTRAK_POLICE: dict[str, Any] = {
    "name": "Amtrak Police",
    "audience": "tips",
    "answered_by": "police",
    "area_id": "US",
    "transit_operator": "51@amtrak.com",
    "operator": "Amtrak Police Department",
    "source": "Secondary source; not confirmed with the operator",
    "confidence": "L",
    "may_print": False,
}
REMISSION: dict[str, Any] = {
    "name": "Backpage and CityXGuide remission",
    "audience": "programme",
    "answered_by": "administrator",
    "area_id": "US",
    "operator": "Remission administrator for the U.S. Department of Justice",
    "note": (
        "For people who were exploited through Backpage (2004 to April 2018) or CityXGuide "
        "(8 April 2018 to 19 June 2020). Petitions closed on 31 March 2026 (extended from 2 February)."
    ),
    "source": "https://www.backpageremission.com/",
    "confidence": "M",
    "valid_to": dt.date(2026, 3, 31),
}
SAFELINE: dict[str, Any] = {
    "name": "National Runaway Safeline",
    "audience": "children",
    "answered_by": "counsellor",
    "area_id": "US",
    "operator": "National Runaway Safeline",
    "hours": "24/7",
    "source": "https://www.1800runaway.org/",
    "confidence": "M",
}

CHANNELS: list[dict[str, Any]] = [
    {
        "slug": "us-911-call",
        "name": "Emergency",
        "kind": "voice",
        "value": "911",
        "audience": "emergency",
        "answered_by": "police",
        "area_id": "US",
        "operator": "Local emergency services",
        "hours": "24/7",
        "note": "Never call it to test it.",
        "source": "https://www.911.gov/",
        "confidence": "H",
        "position": 10,
    },
    {
        **HOTLINE,
        "slug": "us-hotline-text",
        "kind": "sms",
        "value": "233733",
        "keyword": "BEFREE",
        "languages": ["en", "es"],
        "note": f"{MANDATED_NOTE} Text rates may apply. Spanish by text: confirm with the operator.",
        "position": 20,
    },
    {
        **HOTLINE,
        "slug": "us-hotline-call",
        "kind": "voice",
        "value": "1-888-373-7888",
        "languages": ["en", "es"],
        "interpreters": True,
        "note": f"{MANDATED_NOTE} More than 200 languages by interpreter, on the phone only.",
        "position": 21,
    },
    {
        **HOTLINE,
        "slug": "us-hotline-relay",
        "kind": "relay",
        "value": "711",
        "note": f"{MANDATED_NOTE} A relay operator joins the call.",
        "position": 22,
    },
    {
        **HOTLINE,
        "slug": "us-hotline-chat",
        "kind": "chat",
        "value": "humantraffickinghotline.org",
        "languages": ["en", "es"],
        "note": f"{MANDATED_NOTE} Spanish by chat: confirm with the operator.",
        "position": 23,
    },
    {
        **HOTLINE,
        "slug": "us-hotline-form",
        "kind": "web_form",
        "value": "humantraffickinghotline.org",
        "audience": "tips",
        "position": 24,
    },
    {
        **HOTLINE,
        "slug": "us-hotline-email",
        "kind": "email",
        "value": "help@humantraffickinghotline.org",
        "hours": "",
        "confidence": "M",
        "position": 25,
    },
    {**LIFELINE, "slug": "us-988-call", "kind": "voice", "position": 30},
    {**LIFELINE, "slug": "us-988-text", "kind": "sms", "position": 31},
    {**NCMEC, "slug": "us-ncmec-call", "kind": "voice", "value": "1-800-843-5678", "position": 40},
    {**NCMEC, "slug": "us-ncmec-form", "kind": "web_form", "value": "report.cybertip.org", "position": 41},
    {**SAFELINE, "slug": "us-safeline-call", "kind": "voice", "value": "1-800-786-2929", "position": 42},
    {**SAFELINE, "slug": "us-safeline-text", "kind": "sms", "value": "66008", "position": 43},
    {
        **HSI,
        "slug": "us-hsi-call",
        "kind": "voice",
        "value": "1-877-447-4847",
        "keyword": "1-877-4-HSI-TIP",
        "confidence": "H",
        "position": 50,
    },
    {
        **HSI,
        "slug": "us-hsi-form",
        "kind": "web_form",
        "value": "dhs.gov/hsi/tipline",
        "confidence": "H",
        "position": 51,
    },
    {
        **HSI,
        "slug": "us-hsi-call-older",
        "name": "Homeland Security Investigations, older number",
        "kind": "voice",
        "value": "1-866-347-2423",
        "note": "Contradicts the newer number: do not print.",
        "confidence": "M",
        "may_print": False,
        "position": 52,
    },
    {
        "slug": "us-fbi-form",
        "name": "FBI tips",
        "kind": "web_form",
        "value": "tips.fbi.gov",
        "audience": "tips",
        "answered_by": "federal",
        "area_id": "US",
        "operator": "Federal Bureau of Investigation",
        "source": "https://tips.fbi.gov/",
        "confidence": "M",
        "position": 53,
    },
    {**MISSISSIPPI_POLICE, "slug": "ms-dps-call", "kind": "voice", "value": "601-987-1671", "position": 60},
    {**MISSISSIPPI_POLICE, "slug": "ms-dps-email", "kind": "email", "value": "ReportHT@dps.ms.gov", "position": 61},
    {**MISSISSIPPI_CHILDREN, "slug": "ms-mdcps-call", "kind": "voice", "value": "1-800-222-8000", "position": 62},
    {
        **MISSISSIPPI_CHILDREN,
        "slug": "ms-mdcps-form",
        "kind": "web_form",
        "value": "reportabuse.mdcps.ms.gov",
        "position": 63,
    },
    {
        "slug": "ca-cast-call",
        "name": "CAST",
        "kind": "voice",
        "value": "1-888-539-2373",
        "audience": "victims",
        "answered_by": "advocate",
        "area_id": "CA",
        "operator": "Coalition to Abolish Slavery & Trafficking",
        "note": "Stands on California's model notice.",
        "source": "California's model notice, Civil Code 52.6",
        "confidence": "M",
        "position": 64,
    },
    {**AMTRAK_POLICE, "slug": "amtrak-police-call", "kind": "voice", "value": "1-800-331-0008", "position": 70},
    {
        **AMTRAK_POLICE,
        "slug": "amtrak-police-text",
        "kind": "sms",
        "value": "27311",
        "keyword": "APD11",
        "position": 71,
    },
    {
        "slug": "us-wage-hour-call",
        "name": "Wage and Hour Division",
        "kind": "voice",
        "value": "1-866-487-9243",
        "audience": "programme",
        "answered_by": "administrator",
        "area_id": "US",
        "operator": "U.S. Department of Labor, Wage and Hour Division",
        "note": "For workers, about wages.",
        "source": "https://www.dol.gov/agencies/whd",
        "confidence": "M",
        "position": 80,
    },
    {**REMISSION, "slug": "us-remission-form", "kind": "web_form", "value": "backpageremission.com", "position": 81},
    {**REMISSION, "slug": "us-remission-call", "kind": "voice", "value": "1-888-859-9206", "position": 82},
    {
        "slug": "us-uscis-vawa-call",
        "name": "USCIS VAWA unit",
        "kind": "voice",
        "value": "802-527-4888",
        "audience": "professionals",
        "answered_by": "administrator",
        "area_id": "US",
        "operator": "U.S. Citizenship and Immigration Services",
        "note": "For lawyers and advocates only.",
        "source": "Secondary source; not confirmed",
        "confidence": "L",
        "may_print": False,
        "position": 83,
    },
]


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Channel = apps.get_model("outreach", "Channel")
    Channel.objects.bulk_create(Channel(**row) for row in CHANNELS)


def unseed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Channel = apps.get_model("outreach", "Channel")
    Channel.objects.filter(slug__in=[row["slug"] for row in CHANNELS]).delete()


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_seed_agencies")]

    operations = [migrations.RunPython(seed, unseed)]
