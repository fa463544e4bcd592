"""The fields of Open Referral's HSDS 3.0, object by object: what is required, of which type, format or list of words.

Written down from the standard, since its schemas need a network or a package; a test compares the table with the
standard's own list where that lies beside the checkout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Type = Literal["string", "number", "array", ""]
Format = Literal["uuid", "uri", "email", "date-time", ""]


@dataclass(frozen=True, slots=True)
class Field:
    """What a value must be; without a type it is an object of the standard, named like the field."""

    type: Type = ""
    format: Format = ""
    enum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """An object of the standard."""

    required: frozenset[str]
    fields: Mapping[str, Field]


def _shape(
    required: str,
    *,
    ids: str,
    text: str = "",
    uri: str = "",
    email: str = "",
    moment: str = "",
    number: str = "",
    lists: str = "",
    objects: str = "",
    **enums: str,
) -> Shape:
    """A shape from the names of its fields, by kind. Every object has an id, attributes and metadata."""
    kinds: list[tuple[str, Field]] = [
        (f"id {ids}", Field("string", "uuid")),
        (text, Field("string")),
        (uri, Field("string", "uri")),
        (email, Field("string", "email")),
        (moment, Field("string", "date-time")),
        (number, Field("number")),
        (f"{lists} attributes metadata", Field("array")),
        (objects, Field()),
    ]
    fields = {name: field for names, field in kinds for name in names.split()}
    fields |= {name: Field("string", enum=tuple(words.split(", "))) for name, words in enums.items()}
    return Shape(frozenset({"id", *required.split()}), MappingProxyType(fields))


_PLACES: Final = "physical, postal, virtual"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "organization": _shape(
            "name description",
            ids="parent_organization_id",
            text="name alternate_name description tax_status tax_id legal_status logo",
            uri="website uri",
            email="email",
            number="year_incorporated",
            lists="funding contacts phones locations programs organization_identifiers",
        ),
        "service": _shape(
            "name status",
            ids="organization_id program_id",
            text="name alternate_name description interpretation_services application_process fees_description "
            "wait_time fees accreditations eligibility_description assured_date licenses alert",
            uri="url",
            email="email assurer_email",
            moment="last_modified",
            number="minimum_age maximum_age",
            lists="phones schedules service_areas service_at_locations languages funding cost_options "
            "required_documents contacts",
            objects="organization program",
            status="active, inactive, defunct, temporarily closed",
        ),
        "location": _shape(
            "location_type",
            ids="organization_id",
            text="name alternate_name description transportation external_identifier external_identifier_type",
            uri="url",
            number="latitude longitude",
            lists="languages addresses contacts accessibility phones schedules",
            location_type=_PLACES,
        ),
        "phone": _shape(
            "number",
            ids="location_id service_id organization_id contact_id service_at_location_id",
            text="number type description",
            number="extension",
            lists="languages",
        ),
        "contact": _shape(
            "",
            ids="organization_id service_id service_at_location_id location_id",
            text="name title department",
            email="email",
            lists="phones",
        ),
        "schedule": _shape(
            "",
            ids="service_id location_id service_at_location_id",
            text="valid_from valid_to dtstart until byday byweekno bymonthday byyearday description opens_at closes_at "
            "attending_type notes",
            uri="schedule_link",
            number="timezone count interval",
            wkst="MO, TU, WE, TH, FR, SA, SU",
            freq="WEEKLY, MONTHLY",
        ),
        "language": _shape("", ids="service_id location_id phone_id", text="name code note"),
        "accessibility": _shape("", ids="location_id", text="description details", uri="url"),
        "service_at_location": _shape(
            "",
            ids="service_id location_id",
            text="description",
            lists="contacts phones schedules",
            objects="location",
        ),
        "address": _shape(
            "address_1 city state_province postal_code country address_type",
            ids="location_id",
            text="attention address_1 address_2 city region state_province postal_code country",
            address_type=_PLACES,
        ),
        "service_area": _shape("", ids="service_id", text="name description extent extent_type uri"),
    }
)

ITEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accessibility": "accessibility",
        "addresses": "address",
        "contacts": "contact",
        "languages": "language",
        "locations": "location",
        "phones": "phone",
        "schedules": "schedule",
        "service_areas": "service_area",
        "service_at_locations": "service_at_location",
    }
)
"""What a list of that name holds. Of other lists the table says nothing: they are left out."""

POINTS_AT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "parent_organization_id": "organization",
        **{f"{name}_id": name for name in SHAPES},
    }
)
"""Whose id a field holds. Programs are none of ours."""

DATES: Final = frozenset({"assured_date", "valid_from", "valid_to", "dtstart", "until"})
CLOCKS: Final = frozenset({"opens_at", "closes_at"})
"""Text by its type; the standard's words ask for ISO 8601 days and times."""
