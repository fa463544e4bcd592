"""What a table of agencies holds: its columns, and what each says of a record. Exports write it, imports read it."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import Prefetch

from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import Participation
from outreach.agencies.models import Agency, AgencyQuerySet, Contact, FormerName, Part
from portal.areas.register import BY_CODE
from portal.imports.columns import (
    ChoiceColumn,
    CodesColumn,
    Column,
    DayColumn,
    FlagColumn,
    ItemsColumn,
    MomentColumn,
    TextColumn,
    ToldColumn,
    UidColumn,
    WebsiteColumn,
    email_column,
    moment_text,
)

Facts = dict[str, Any]
"""What a table says of one agency, by column; and ``parent``, the id of the office above."""

_PARTS = CodesColumn("parts", codes=lambda: frozenset(Part.values), says="part in the campaign")

COLUMNS: Final[tuple[Column, ...]] = (
    UidColumn("uid", "Id"),
    TextColumn("within", longest=700),
    TextColumn("name", longest=160, needed=True),
    ItemsColumn(
        "former_names",
        fields=[TextColumn("name", longest=160, needed=True), ChoiceColumn("why", choices=FormerName.Why.choices)],
    ),
    TextColumn("legal_name", longest=200),
    TextColumn("acronym", longest=20),
    ChoiceColumn("kind", choices=Agency.Kind.choices, needed=True),
    ChoiceColumn("level", choices=Agency.Level.choices, needed=True),
    TextColumn("description", longest=20_000, lines=True),
    WebsiteColumn("website", longest=200),
    TextColumn("postal_address", longest=300, lines=True),
    CodesColumn(
        "jurisdictions", codes=lambda: frozenset(BY_CODE), says="area (write USPS codes, as MS, LA; US is the nation)",
        upper=True,
    ),
    CodesColumn("parts", "Parts in the campaign", codes=lambda: frozenset(Part.values), says="part in the campaign"),
    FlagColumn("needs_agreement", "Co-branding needs an agreement"),
    FlagColumn("is_listed", "In the public directory"),
    MomentColumn("retired_at", "Retired"),
    ToldColumn("merged_into", says="A file merges nothing: empty this cell, and merge the two records on their page."),
    ItemsColumn(
        "contacts",
        fields=[
            TextColumn("role", longest=120, needed=True),
            TextColumn("name", longest=120),
            email_column("email"),
            TextColumn("phone", longest=40),
            ChoiceColumn("shown_to", choices=[("everybody", "Everybody"), ("desk", "The desk")]),
            DayColumn("agreed_on"),
            UidColumn("uid"),
        ],
    ),
    ItemsColumn(
        "seasons",
        fields=[
            TextColumn("year", longest=4, needed=True),
            ChoiceColumn("state", choices=Participation.State.choices, needed=True),
            _PARTS,
            TextColumn("note", longest=200),
        ],
    ),
    ToldColumn(
        "agreements",
        says="A file brings no agreements: leave this cell as an export writes it or empty, and record the paper itself.",
        told=ItemsColumn(
            "agreements",
            fields=[
                TextColumn(name, longest=200)
                for name in (
                    *("kind", "title", "reference", "signed_on", "effective_on", "expires_on", "ended_on"),
                    *("allows_co_branding", "approved_on", "uid"),
                )
            ],
        ),
    ),
)  # fmt: skip
BY_NAME: Final = {column.name: column for column in COLUMNS}


def facts(agencies: AgencyQuerySet, *, confidential: bool) -> Iterator[Facts]:
    """What a table says of each agency, in the order given; with all contacts and agreements, or the public ones alone."""
    contacts = Contact.objects.order_by("role", "uid")
    agreements = Agreement.objects.order_by("effective_on", "uid")
    if not confidential:
        contacts, agreements = contacts.public(), agreements.filter(is_confidential=False)
    rows = agencies.select_related("parent__parent__parent", "merged_into").prefetch_related(
        "jurisdictions",
        Prefetch("former_names", FormerName.objects.order_by("name"), to_attr="told_names"),
        Prefetch("contacts", contacts, to_attr="told_contacts"),
        Prefetch("agreements", agreements, to_attr="told_agreements"),
        Prefetch("participations", Participation.objects.order_by("season"), to_attr="told_seasons"),
    )
    for agency in rows.iterator(chunk_size=500):
        yield _facts(agency)


def _facts(agency: Any) -> Facts:
    return {
        "uid": str(agency.uid),
        "within": agency.parent.path if agency.parent else "",
        "parent": str(agency.parent.uid) if agency.parent else None,
        "name": agency.name,
        "former_names": [{"name": former.name, "why": former.why} for former in agency.told_names],
        "legal_name": agency.legal_name,
        "acronym": agency.acronym,
        "kind": agency.kind,
        "level": agency.level,
        "description": agency.description,
        "website": agency.website,
        "postal_address": agency.postal_address,
        "jurisdictions": sorted(area.code for area in agency.jurisdictions.all()),
        "parts": sorted(map(str, agency.parts)),
        "needs_agreement": agency.needs_agreement,
        "is_listed": agency.is_listed,
        "retired_at": moment_text(agency.retired_at) if agency.retired_at else None,
        "merged_into": str(agency.merged_into.uid) if agency.merged_into else "",
        "contacts": [contact_facts(contact) for contact in agency.told_contacts],
        "seasons": [season_facts(row) for row in agency.told_seasons],
        "agreements": list(_agreements(agency.told_agreements)),
    }


def contact_facts(contact: Contact) -> Facts:
    """What a table says of a contact."""
    return {
        "role": contact.role,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "shown_to": "desk" if contact.is_confidential else "everybody",
        "agreed_on": contact.consented_on.isoformat() if contact.consented_on else None,
        "uid": str(contact.uid),
    }


def season_facts(row: Participation) -> Facts:
    """What a table says of one January."""
    return {"year": str(row.season_id), "state": row.state, "parts": sorted(map(str, row.parts)), "note": row.note}


def _agreements(rows: Iterable[Agreement]) -> Iterator[Facts]:
    for row in rows:
        days = {
            name: day.isoformat() if (day := getattr(row, name)) else ""
            for name in ("signed_on", "effective_on", "expires_on", "ended_on")
        }
        yield {
            "kind": row.kind,
            "title": row.title,
            "reference": row.reference,
            **days,
            "allows_co_branding": "yes" if row.allows_co_branding else "no",
            "approved_on": moment_text(row.approved_at) if row.approved_at else "",
            "uid": str(row.uid),
        }
