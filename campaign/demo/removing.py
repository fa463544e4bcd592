"""Removes the demo: its rows, what was made from them since, and their files.

Rows are protected against deletion in daily work, so they go from the leaves down. The trail
keeps what was written about them: it is only ever added to.
"""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from campaign.demo.mark import LABEL, OPERATOR_KEY
from campaign.demo.partners import ACCOUNTS, FOCUS
from campaign.links.destinations import event_target
from campaign.links.models import Link
from campaign.places.models import Operator, Placement, PlacementLink, Spot, Station, Train, TrainStop
from campaign.posting.models import Confirmation
from campaign.posting.station_models import StationContact, StationLink
from campaign.printing.models import Batch, Packet, Paper, Print
from campaign.rules.models import CountyStation, Notice
from campaign.scans.models import DailyCount
from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_models import MergeRecord
from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency, Contact
from outreach.attendance.models import Certificate, CheckIn, DoorLink
from outreach.partners.models import Membership, Proposal
from outreach.registration.models import Registration
from outreach.schools.models import School
from outreach.seminars.models import (
    BookedInstant,
    PlanAssignment,
    PlanVersion,
    PreferredDate,
    Presenter,
    PresenterInvitation,
    Request,
    Seminar,
)
from portal.audit import trail
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.mail import forgetting
from portal.mail.models import Mail
from portal.people.models import User
from portal.seasons.models import FocusArea


class StillPrinting(Exception):
    """A batch with posters of the demo is being made; the text says which."""


def remove() -> int:
    """Removes the demo in one transaction; returns how many rows went. Raises ``StillPrinting``.

    Real work that leans on it stays: a real seminar loses a demo presenter or school, a real
    agency a demo parent, a batch of real and demo stations its demo packets.
    """
    with transaction.atomic():
        removed, files = _paper()
        planned, problems = _plans()
        papers = _papers()
        removed += planned + _schools()
        files |= problems | papers
        orphans = _unlist(files)
        if removed:
            trail.record(actor=None, verb="removed", target=None, label=LABEL)
        transaction.on_commit(lambda: _erase(orphans))
    return removed + len(files)


def _paper() -> tuple[int, set[int]]:
    """Batches, codes, counts, placements, spots, trains and stations; the files that they leave behind."""
    operators = Operator.objects.filter(key=OPERATOR_KEY)
    stations = Station.objects.filter(Q(operator__in=operators) | Q(is_demo=True))
    trains = Train.objects.filter(Q(operator__in=operators) | Q(is_demo=True))
    spots = Spot.objects.filter(Q(station__in=stations) | Q(train__in=trains) | Q(is_demo=True))
    placements = Placement.objects.filter(Q(spot__in=spots) | Q(is_demo=True))
    # Codes that were replaced are known by what was printed alone.
    links = set(Link.objects.filter(placement_link__placement__in=placements).values_list("pk", flat=True))
    links |= set(Print.objects.filter(placement__in=placements).values_list("link", flat=True))
    packets = Packet.objects.filter(Q(station__in=stations) | Q(train__in=trains))
    touched = Batch.objects.filter(Q(packets__in=packets) | Q(is_demo=True)).distinct()
    if printing := touched.in_print().first():
        raise StillPrinting(f"“{printing}” is being printed with stations of the demo. Cancel it or wait, then repeat.")
    keys = list(touched.values_list("pk", flat=True))
    files = {file for kept in packets.values_list("file", "recipe") for file in kept if file}
    counts = [
        DailyCount.objects.filter(link__in=links).delete(),
        Confirmation.objects.filter(placement__in=placements).delete(),
        StationLink.objects.filter(station__in=stations).delete(),
        StationContact.objects.filter(station__in=stations).delete(),
        Print.objects.filter(Q(packet__in=packets) | Q(placement__in=placements)).delete(),
        packets.delete(),
    ]
    empty = Batch.objects.filter(pk__in=keys, packets=None)
    for papers in empty.values_list("manifest", "packing_csv"):
        files |= {paper for paper in papers if paper}
    drops = Paper.objects.filter(batch__in=empty)
    files |= set(drops.values_list("file", flat=True))
    jobs = list(empty.values_list("job", flat=True))
    counts += [
        drops.delete(),
        empty.delete(),
        Job.objects.filter(pk__in=jobs).delete(),
        PlacementLink.objects.filter(placement__in=placements).delete(),
        Link.objects.filter(pk__in=links).delete(),
        placements.delete(),
        Notice.objects.filter(spot__in=spots).delete(),
        CountyStation.objects.filter(station__in=stations).delete(),
        TrainStop.objects.filter(Q(train__in=trains) | Q(station__in=stations)).delete(),
        spots.delete(),
        trains.delete(),
        stations.delete(),
        operators.delete(),
    ]
    return sum(count for count, _ in counts), files


def _plans() -> tuple[int, set[int]]:
    """Rows of plans for requests and presenters of the demo, and plans that hold nothing else; the files they leave."""
    requests = Request.objects.filter(is_demo=True)
    presenters = Presenter.objects.filter(Q(is_demo=True) | Q(agency__is_demo=True))
    rows = PlanAssignment.objects.filter(Q(request__in=requests) | Q(presenter__in=presenters))
    touched = list(PlanVersion.objects.filter(Q(assignments__in=rows) | Q(is_demo=True)).values_list("pk", flat=True))
    counts = [rows.delete()]
    empty = PlanVersion.objects.filter(pk__in=touched, assignments=None)
    problems = {file for file in empty.values_list("problem", flat=True) if file}
    jobs = [job for job in empty.values_list("job", flat=True) if job]
    counts += [PlanVersion.objects.filter(pk__in=list(empty.values_list("pk", flat=True))).delete()]
    counts += [Job.objects.filter(pk__in=jobs).delete()]
    return sum(count for count, _ in counts), problems


def _papers() -> set[int]:
    """Files of agencies: signed agreements, logos and what allowed them."""
    logos = Logo.objects.filter(agency__is_demo=True)
    files = {file for kept in logos.values_list("file", "preview") for file in kept}
    files |= set(LogoPermission.objects.filter(logo__in=logos).values_list("document", flat=True))
    return files | set(Agreement.objects.filter(agency__is_demo=True).values_list("document", flat=True))


def _accounts() -> int:
    """The demo's accounts. One that somebody signed in with is named by the trail: it stays, and is closed."""
    count = 0
    for user in User.objects.filter(username__in=[name for name, *_ in ACCOUNTS]):
        try:
            with transaction.atomic():
                count += user.delete()[0]
        except ProtectedError:
            user.is_active = False
            user.set_unusable_password()
            user.save(update_fields=["is_active", "password"])
    return count


def _schools() -> int:
    """Registrations, seminars, requests, presenters, schools and agencies."""
    agencies = Agency.objects.filter(is_demo=True)
    presenters = Presenter.objects.filter(Q(is_demo=True) | Q(agency__in=agencies))
    schools = School.objects.filter(is_demo=True)
    requests = Request.objects.filter(is_demo=True)
    seminars = Seminar.objects.filter(Q(is_demo=True) | Q(request__in=requests))
    registrations = Registration.objects.filter(Q(is_demo=True) | Q(seminar__in=seminars))
    counts = [
        *_events(seminars, registrations),
        BookedInstant.objects.filter(Q(seminar__in=seminars) | Q(presenter__in=presenters)).delete(),
        seminars.delete(),
        PreferredDate.objects.filter(request__in=requests).delete(),
        requests.delete(),
    ]
    Seminar.objects.filter(presenter__in=presenters).update(presenter=None)
    Seminar.objects.filter(school__in=schools).update(school=None)
    Seminar.objects.filter(host__in=agencies).update(host=None)
    Request.objects.filter(school__in=schools).update(school=None)
    Agency.objects.filter(parent__in=agencies).exclude(is_demo=True).update(parent=None)
    # Each of them keeps the other from going before it.
    Agency.objects.filter(merged_into__in=agencies).update(merged_into=None)
    Agreement.objects.filter(agency__in=agencies).update(renews=None)
    counts += [
        PresenterInvitation.objects.filter(Q(agency__in=agencies) | Q(presenter__in=presenters)).delete(),
        presenters.delete(),
        schools.delete(),
        Proposal.objects.filter(agency__in=agencies).delete(),
        Membership.objects.filter(agency__in=agencies).delete(),
        Contact.objects.filter(agency__in=agencies).delete(),
        LogoPermission.objects.filter(logo__agency__in=agencies).delete(),
        Logo.objects.filter(agency__in=agencies).delete(),
        Agreement.objects.filter(agency__in=agencies).delete(),
        MergeRecord.objects.filter(Q(winner__in=agencies) | Q(loser__in=agencies)).delete(),
        agencies.delete(),
        FocusArea.objects.filter(name__startswith=FOCUS).delete(),
    ]
    return sum(count for count, _ in counts) + _accounts()


def _events(seminars: QuerySet[Seminar], registrations: QuerySet[Registration]) -> list[tuple[int, dict[str, int]]]:
    """Bookings, their mails, what doors recorded, certificates, and the codes of events' posters."""
    check_ins = CheckIn.objects.filter(Q(is_demo=True) | Q(seminar__in=seminars))
    targets = [event_target(uid) for uid in seminars.values_list("uid", flat=True)]
    links = Link.objects.filter(kind=Link.Kind.EVENT, target__in=targets)
    about = [f"{Registration._meta.label_lower}:{key}" for key in registrations.values_list("pk", flat=True)]
    for start in range(0, len(about), forgetting.AT_ONCE):
        forgetting.delete(Mail.objects.filter(about__in=about[start : start + forgetting.AT_ONCE]))
    return [
        # What undoes something goes before what it undoes.
        check_ins.filter(undoes__isnull=False).delete(),
        check_ins.delete(),
        DoorLink.objects.filter(seminar__in=seminars).delete(),
        Certificate.objects.filter(Q(is_demo=True) | Q(seminar__in=seminars)).delete(),
        registrations.delete(),
        DailyCount.objects.filter(link__in=links).delete(),
        links.delete(),
    ]


def _unlist(files: set[int]) -> set[str]:
    """Takes files out of the register; the paths whose bytes no other row shares."""
    rows = StoredFile.objects.filter(pk__in=files)
    digests = set(rows.values_list("sha256", flat=True))
    paths = {file.sha256: file.path for file in rows}
    rows.delete()
    shared = set(StoredFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    return {path for digest, path in paths.items() if digest not in shared}


def _erase(paths: set[str]) -> None:
    for path in paths:
        default_storage.delete(path)
