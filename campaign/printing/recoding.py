"""A poster gets a new code: the old one was copied, defaced or hung elsewhere, and must not be printed again."""

from collections.abc import Collection

from django.db import transaction

from campaign.links.models import Link
from campaign.places.linking import give_new_codes
from campaign.places.models import PlacementLink
from campaign.printing.models import Packet
from campaign.printing.scope import Refused
from portal.jobs.models import Job
from portal.people.models import User
from portal.seasons.models import Season


def replace_codes(*, of: Collection[PlacementLink], reason: str, by: User | None) -> list[Link]:
    """Retires the codes of these posters and gives each a new one; returns the new ones.

    Raises ``Refused`` while a batch that is not over would still print one of the old codes.
    """
    with transaction.atomic():
        # Whoever orders a batch takes the same lock: it has either the new codes or is seen here.
        list(Season.objects.select_for_update().filter(pk__in={row.placement.season_id for row in of}).order_by("pk"))
        waiting = (
            Packet.objects.waiting()
            .filter(prints__link__in=[row.link_id for row in of], batch__job__in=Job.objects.unfinished())
            .select_related("batch")
            .order_by("batch", "position")
        )
        if packet := waiting.first():
            raise Refused(
                f"Batch {packet.batch_id} ({packet.batch}) still has to print one of these codes, in {packet.name}. "
                "Wait until it is done, or cancel it."
            )
        return give_new_codes(of=of, reason=reason, by=by)
