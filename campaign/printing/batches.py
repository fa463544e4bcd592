"""Batches: made in one transaction, delivered packet by packet, completed with their papers.

A batch that was killed goes on where it stood: a packet counts as delivered in one transaction, after its
stored bytes were read back, and its bytes depend on nothing but the batch. Whoever sets a packet a second time
changes nothing.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import product

from django.db import transaction

from campaign.links.models import Link
from campaign.places.linking import area_of, links_for, mark_printed
from campaign.places.models import Placement, Spot, Station, Train
from campaign.posters.assembly import Assembly
from campaign.printing import carried, drops, imposition, packets, packing
from campaign.printing.models import Batch, Packet, Print
from campaign.printing.packets import Misprint, Proof
from campaign.printing.preflight import preflight
from campaign.printing.scope import Refused, Scope
from campaign.printing.styles import PLAIN, Style
from portal.audit import trail
from portal.files.models import StoredFile
from portal.imports.statistics import tell_planner
from portal.jobs.models import Job
from portal.jobs.queue import ask, enqueue
from portal.people.models import User

KIND = "printing.batch"
QUEUE = "printing"
"""Whose workers print: mail and the numbers of the help page never wait behind a batch."""
_ROWS = 500


def create(
    scope: Scope,
    *,
    languages: Sequence[str],
    style: Style = PLAIN,
    uid: uuid.UUID | None = None,
    by: User | None = None,
    announce: bool = True,
) -> Batch:
    """Makes a batch with all its packets, pages and codes, and queues its job, if preflight finds nothing in the way.

    A reprint keeps its codes.

    ``announce=False``: the caller runs the job itself. Raises ``Refused``, and ``IntegrityError`` where a batch has
    that ``uid`` already.
    """
    outlook = preflight(scope, languages=languages, style=style)
    assembly, placements, languages = outlook.assembly, outlook.placements, outlook.languages
    if outlook.problems or assembly is None:
        raise Refused(*outlook.problems)
    uid = uid or uuid.uuid4()
    pages = outlook.posters
    with transaction.atomic():
        job = enqueue(
            kind=KIND,
            params={"batch": str(uid)},
            total=pages,
            unit="pages",
            queue=QUEUE,
            by=by,
            announce=announce,
        )
        batch = Batch.objects.create(
            uid=uid,
            season=scope.season,
            design=assembly.design,
            sheet=assembly.sheet,
            has_bleed=style.has_bleed,
            has_marks=style.has_marks,
            imposed_on=outlook.press,
            logo=style.logo,
            job=job,
            title=outlook.title,
            languages=list(languages),
            printed_address=assembly.address.value,
            is_sample=assembly.address.is_sample,
            pages=pages,
            report=outlook.report.as_list(),
            created_by=by,
        )
        batch.texts.set(assembly.texts)
        _plan_pages(batch, placements, links_for(scope.season, placements, languages))
        carried.keep(batch, assembly)
        tell_planner(Station, Train, Spot, Placement, Link, Packet, Print)
        trail.record(actor=by, verb="ordered", target=batch, after=trail.snapshot(batch))
    return batch


def deliver(proof: Proof, assembly: Assembly) -> bool:
    """Stores a packet, reads every code back from what was stored, and only then calls it delivered.

    False where somebody else delivered it meanwhile, which is the same bytes: it counts once; and where the batch was
    cancelled, whose codes may be replaced by now. Raises ``Misprint``.
    """
    packet = proof.packet
    _stays_where_it_was(proof)
    put = StoredFile.objects.put
    file = put(proof.content, name=packet.name, content_type="application/pdf")
    recipe = put(proof.recipe, name=f"{packet.name}.recipe.json.gz", content_type="application/gzip")
    for row, decoded in zip(proof.prints, packets.read_back(file, proof.prints, assembly), strict=True):
        row.decoded = decoded
    imposed = imposition.deliverable(packet, proof.content, proof.prints, assembly)
    with transaction.atomic():
        waits = Packet.objects.waiting().filter(pk=packet.pk).exclude(batch__job__state=Job.State.CANCELLED)
        if not waits.update(file=file, recipe=recipe, imposed=imposed, lease=None, lease_until=None, error=""):
            return False
        packet.file, packet.recipe, packet.imposed = file, recipe, imposed
        Print.objects.bulk_update(proof.prints, ["decoded"], batch_size=100)
    return True


def resume(batch: Batch, *, packet: Packet | None = None, by: User | None = None) -> None:
    """Goes on with a batch and tries its failed packets again: all of them, or only ``packet``."""
    with transaction.atomic():
        job = ask(batch.job, Job.State.QUEUED, by=by)
        if job.state not in {Job.State.QUEUED, Job.State.RUNNING}:
            return
        failed = batch.packets.failed()
        again = failed.filter(pk=packet.pk) if packet else failed
        if names := list(again.values_list("name", flat=True)):
            again.update(error="")
            trail.record(actor=by, verb="asked again for", target=batch, after={"packets": names})


def complete(batch: Batch, *, told: Callable[[str], None] | None = None) -> None:
    """Adds all papers once every packet is delivered; its placements count as printed. Once only.

    ``told`` hears the name of each paper of the drop as it is stored. Raises ``Refused``.
    """
    for paper in drops.make(batch):
        if told:
            told(paper.name)
    papers = packing.papers(batch)
    with transaction.atomic():
        # Making the papers can outlast the lease, and then two runs come here.
        if Batch.objects.select_for_update().get(pk=batch.pk).manifest_id is not None:
            return
        before = trail.snapshot(batch)
        batch.manifest, batch.packing_csv = papers.manifest, papers.table
        batch.save(update_fields=["manifest", "packing_csv"])
        mark_printed(Placement.objects.filter(prints__packet__batch=batch))
        trail.record(actor=batch.created_by, verb="printed", target=batch, before=before, after=trail.snapshot(batch))


def _stays_where_it_was(proof: Proof) -> None:
    """A page carries the lines of the area where its spot lies. Raises ``Misprint`` where that changed meanwhile."""
    packet = proof.packet
    now = {area_of(row.placement) for row in proof.prints}
    if packet.area_id and now != {packet.area_id}:
        raise Misprint(
            f"{packet.name} lies in another area ({', '.join(sorted(now))}) than when it was ordered "
            f"({packet.area_id}). Order it anew."
        )


def _plan_pages(batch: Batch, placements: Sequence[Placement], links: Mapping[tuple[int, str], Link]) -> None:
    cuts = packets.cut(placements, languages=len(batch.languages))
    rows = Packet.objects.bulk_create(
        [
            Packet(
                batch=batch,
                position=position,
                name=each.name,
                station=each.station,
                train=each.train,
                area_id=area_of(each.placements[0]),
                pages=len(each.placements) * len(batch.languages),
            )
            for position, each in enumerate(cuts, start=1)
        ],
        batch_size=_ROWS,
    )
    Print.objects.bulk_create(
        [
            Print(packet=row, page=page, placement=placement, link=links[placement.pk, language], language=language)
            for row, each in zip(rows, cuts, strict=True)
            for page, (placement, language) in enumerate(product(each.placements, batch.languages), start=1)
        ],
        batch_size=_ROWS,
    )
