"""Agencies and lines as HSDS 3.0 writes organisations and services. Only what the public may read is asked for at all."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db.models import Prefetch
from django.utils.encoding import iri_to_uri

from outreach.agencies.models import Agency, AgencyQuerySet, Contact
from outreach.channels import hsds
from outreach.channels.models import Channel
from outreach.hsds.checking import is_email, is_uri

Document = dict[str, Any]


def agencies() -> AgencyQuerySet:
    """The agencies of the directory, each with the offices above it and what ``Contact.public`` lets out."""
    contacts = Prefetch("contacts", Contact.objects.public().order_by("uid"), to_attr="told")
    return Agency.objects.public().select_related("parent__parent__parent").prefetch_related(contacts).order_by("uid")


def organizations(found: Iterable[Agency]) -> list[Document]:
    """The documents of agencies that come from ``agencies``."""
    return [organization(agency) for agency in found]


def organization(agency: Agency) -> Document:
    """An agency. Above it stands the nearest office that is in the directory too."""
    above = _above(agency)
    said = f"{agency.get_kind_display()}, {agency.get_level_display().lower()}"
    said = f"{said}; part of {above.name}." if above else f"{said}."
    told: list[Contact] = agency.told  # type: ignore[attr-defined]
    return _filled(
        {
            "id": str(agency.uid),
            "name": agency.name,
            "alternate_name": agency.acronym,
            "description": agency.description.strip() or said,
            "website": address(agency.website),
            "parent_organization_id": str(above.uid) if above else "",
            "contacts": [_contact(contact, agency) for contact in told],
        }
    )


def services(found: Iterable[Channel]) -> list[Document]:
    """The documents of lines that come from ``hsds.told``, each with its organisation where the operator is one."""
    known = _operators()
    return [service(channel, known) for channel in found]


def service(channel: Channel, operators: Mapping[str, uuid.UUID] | None = None) -> Document:
    """A line."""
    known = _operators() if operators is None else operators
    uid = known.get(channel.operator.casefold())
    made = hsds.service(channel)
    return made if uid is None else {"id": made.pop("id"), "organization_id": str(uid), **made}


def everything(on: dt.date) -> tuple[list[Document], list[Document]]:
    """All organisations and all services of a day, in the order of their ids."""
    return organizations(agencies()), services(hsds.told(on))


def address(text: str) -> str:
    """A web address in ASCII, as the standard wants it; empty where it cannot be written so."""
    try:
        parts = urlsplit(text.strip())
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
        written = iri_to_uri(urlunsplit(parts._replace(netloc=host)))
    except ValueError:
        return ""
    return written if written and is_uri(written) else ""


def _operators() -> dict[str, uuid.UUID]:
    """The agencies of the directory by every name that a line may call them by; of a name of two, neither."""
    found = [
        (said.casefold(), agency.uid)
        for agency in Agency.objects.public()
        for said in {agency.name, agency.acronym, str(agency)} - {""}
    ]
    often = Counter(name for name, _ in found)
    return {name: uid for name, uid in found if often[name] == 1}


def _above(agency: Agency) -> Agency | None:
    above = agency.parent
    while above is not None and not above.is_public:
        above = above.parent
    return above


def _contact(contact: Contact, agency: Agency) -> Document:
    phone = {
        "id": str(uuid.uuid5(contact.uid, "phone")),
        "contact_id": str(contact.uid),
        "number": contact.phone,
        "type": "voice",
    }
    return _filled(
        {
            "id": str(contact.uid),
            "organization_id": str(agency.uid),
            "name": contact.name,
            "title": contact.role,
            "email": contact.email if is_email(contact.email) else "",
            "phones": [phone] if contact.phone.strip() else [],
        }
    )


def _filled(document: Document) -> Document:
    """Without what is empty: the standard knows no empty values."""
    return {name: value for name, value in document.items() if value not in ("", []) and str(value).strip()}
