"""What a school writes into the form."""

import uuid
from typing import Any

from portal.seasons.models import Season


def wish(season: Season, **more: Any) -> dict[str, Any]:
    """A sound request for a Tuesday in the middle of the season, as a page sends it."""
    return {
        "school_name": "Pearl River High School",
        "city": "Jackson",
        "area": "MS",
        "grades": "9-12",
        "headcount": "60",
        "topic": "awareness",
        "mode": "in_person",
        "language": "en",
        "minutes": "60",
        "presenter_kinds": ["educator"],
        "needs": ["ASL", "CART"],
        "date_1": f"{season.year}-01-12",
        "earliest_1": "09:00",
        "latest_end_1": "12:00",
        "contact_name": "Dana Cole",
        "contact_email": "dana@school.example.org",
        "safeguarding_contact": "The counselor, room 12",
        "parents_told_on": f"{season.year}-01-05",
        "nonce": str(uuid.uuid4()),
        **more,
    }
