"""Every address × every role: open exactly where roles.py says, never an error.

The resolver is walked, so a page that is added without a word here fails the test: say who may
open it in ``PUBLIC``, ``DOORS`` or ``PAGES``. A page of the admin that even a superuser may not
open (nobody adds an audit entry) must be shut to all.
"""

import datetime as dt
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaign.dashboard import publishing
from campaign.demo import building
from campaign.links.models import Link
from campaign.places.models import Placement, Station
from campaign.posters.models import Design, Sheet
from campaign.posting.station_models import StationContact, StationLink
from campaign.printing.models import Batch
from campaign.rules.models import County, Notice, Rule
from campaign.scans.models import DailyCount
from outreach.agencies import agreements, desk, logo_rights
from outreach.agencies.logos import LogoPermission
from outreach.agencies.models import Agency, Contact
from outreach.attendance import links
from outreach.channels.models import Channel
from outreach.partners import memberships, proposals
from outreach.registration.models import Registration
from outreach.seminars.models import PlanAssignment, PlanVersion, Presenter, Request, Seminar
from outreach.seminars.plans import problem_files
from outreach.seminars.scheduling.model import Campaign, Problem
from portal.audit import redaction, trail
from portal.audit.models import Seal, Verification
from portal.imports.models import TakenImport
from portal.jobs.models import Job
from portal.keeping.models import PersonLink
from portal.mail.models import Mail
from portal.people.models import AccountInvitation, User
from portal.people.roles import DESK, MODELS, VERBS, Role, permissions
from portal.seasons.models import FocusArea, Season
from tests.outreach.partners import pages as partner_pages
from tests.portal.people.account_pages import ACCOUNT
from tests.roles.asking import names

pytestmark = pytest.mark.django_db

OPEN = frozenset({200})
ANYBODY, NO_ROLE, SUPERUSER = "anybody", "staff without a role", "superuser"
PEOPLE = [ANYBODY, NO_ROLE, *Role, SUPERUSER]
QUICK = (ANYBODY, NO_ROLE, Role.PARTNER, Role.COORDINATOR)
EVERYBODY = [person if person in QUICK else pytest.param(person, marks=pytest.mark.slow) for person in PEOPLE]
"""As whom everything is asked: as some with every run, as the others by CI."""


@dataclass(frozen=True, slots=True)
class Page:
    """Who may open a page of the admin (a permission), how it is asked, and what it answers then."""

    permission: str
    args: Callable[[], list[object]] = list
    post: bool = False
    answers: frozenset[int] = OPEN
    sends: str = ""
    """What sending its form needs, where that is more than looking at it."""


def first(model: str) -> models.Model:
    """The first row of a model, as ``app.name``."""
    row: models.Model | None = apps.get_model(model)._default_manager.order_by("pk").first()
    assert row is not None, f"The world of this test has no {model}: add one, so that its pages can be opened."
    return row


def key_of(model: str) -> Callable[[], list[object]]:
    """The key of the first row, for a page's address."""
    return lambda: [first(model).pk]


def design_for(sheet: str) -> int:
    """The key of an approved design that suits a sheet."""
    paper = Sheet.objects.get(slug=sheet).paper
    return next(design.pk for design in Design.objects.approved() if design.header.layout_for(paper))


def request_that_is(state: str) -> int:
    """The key of a request in that state."""
    return Request.objects.filter(state=state).order_by("pk")[0].pk


def seminar_that_is(state: str) -> int:
    """The key of a seminar in that state."""
    return Seminar.objects.filter(state=state).order_by("pk")[0].pk


def event_key() -> list[object]:
    """The key of an event to come with a public page."""
    return [Seminar.objects.listed().upcoming(timezone.now()).filter(state="open").order_by("pk")[0].pk]


def event_in_person() -> list[object]:
    """The key of an event to come that has doors."""
    ahead = Seminar.objects.listed().upcoming(timezone.now()).filter(state="open").exclude(mode="virtual")
    return [ahead.order_by("pk")[0].pk]


def event_that_is_over() -> int:
    """The key of a public event of the past."""
    return Seminar.objects.public().filter(state="done").order_by("pk")[0].pk


def plan_and_row() -> tuple[int, int]:
    """The keys of a plan and of a request in it."""
    row = PlanAssignment.objects.order_by("pk")[0]
    return row.plan_id, row.request_id


def a_plan(season: Season) -> PlanVersion:
    """A draft in which nobody gives the only request."""
    asked = Request.objects.get(pk=request_that_is("accepted"))
    campaign = Campaign(season.starts_on, season.ends_on)
    file = problem_files.store(Problem("a plan", campaign, (), ()), name="problem.json.gz")
    plan = PlanVersion.objects.create(season=season, number=1, state=PlanVersion.State.DRAFT, problem=file)
    PlanAssignment.objects.create(plan=plan, request=asked, reason_code="no_zone", details={"why": "No clock."})
    return plan


def class_of_students() -> tuple[Seminar, Request, Presenter]:
    """An open seminar for students, whose papers its school and its presenter have."""
    classes = Seminar.objects.filter(audience="students", state="open").select_related("request", "presenter")
    found = classes.order_by("pk")[0]
    assert found.request is not None
    assert found.presenter is not None
    return found, found.request, found.presenter


def permission_of_a_logo() -> list[object]:
    """The keys of a logo and of a permission to use it."""
    permission = LogoPermission.objects.order_by("pk")[0]
    return [permission.logo_id, permission.pk]


def import_of_schools() -> list[object]:
    """The key of a register's file that was read."""
    return [TakenImport.objects.get(kind="schools.ccd").pk]


def listed_event() -> uuid.UUID:
    """An event with a public page."""
    return Seminar.objects.listed().filter(state="open").order_by("pk")[0].uid


def booking() -> Registration:
    """A booking at that event."""
    return Registration.objects.filter(seminar__uid=listed_event()).order_by("pk")[0]


def door_token() -> str:
    """Of a new door of that event."""
    seminar = Seminar.objects.get(uid=listed_event())
    return links.make(seminar_id=seminar.pk, label="Main door", by=User.objects.order_by("-is_staff", "pk")[0])[1]


# Outside the admin: open to everybody, account or not. The authority of private pages is their unguessable address.
PUBLIC: dict[str, Callable[[], dict[str, object]]] = {
    "scans-code": lambda: {"text": "0000000000"},
    "healthz": dict,
    "readyz": dict,
    "home": dict,
    "about": dict,
    "safety": dict,
    "help-nation": dict,  # leads to the nation's page
    "help": lambda: {"area": "ms"},
    "duty": lambda: {"area": "ms"},
    "help-operator": lambda: {"slug": "nobody"},  # leads to the nation's page
    "help-nation-in": lambda: {"language": "ar"},
    "help-operator-in": lambda: {"language": "ar", "slug": "nobody"},
    "help-in": lambda: {"language": "ar", "area": "ms"},  # to the English one: its texts are not reviewed
    "duty-in": lambda: {"language": "ar", "area": "ms"},
    "rights": dict,
    "when-you-call": dict,
    "before-a-job": dict,
    "signs": dict,
    "posters": dict,
    "posters-file": lambda: {
        "digest": "0" * 16,
        "slug": "first-light",
        "sheet": "letter",
        "language": "en",
        "form": "pdf",
    },
    "posters-social": dict,
    "posters-social-file": lambda: {"digest": "0" * 16, "language": "en", "shape": "square", "form": "png"},
    "posters-social-zip": lambda: {"digest": "0" * 16, "language": "en"},
    "posters-make": dict,
    "posters-make-design": lambda: {"design": "nothing"},  # the form, with another design
    "posters-preview": dict,  # by POST alone
    "review-texts": lambda: {"token": "unknown"},
    "review-proof": lambda: {"token": "unknown"},
    "station-packet": lambda: {"token": "unknown"},
    "station-packet-file": lambda: {"token": "unknown", "name": "1-none.pdf"},
    "channel-check": lambda: {"token": "unknown"},
    "account-invitation": lambda: {"token": "unknown"},
    "account-invitation-taken": dict,
    "events": dict,
    "event": lambda: {"uid": listed_event()},
    "event-calendar": lambda: {"uid": listed_event()},
    "event-picture": lambda: {"uid": listed_event(), "digest": "0" * 16},
    "event-logo": lambda: {"digest": "0" * 16},
    "event-feed": dict,
    "event-poster": lambda: {"uid": listed_event(), "paper": "letter"},
    "event-feed-of-state": lambda: {"state": "ms"},
    "hsds": dict,
    "hsds-organizations": dict,
    "hsds-organization": lambda: {"uid": Agency.objects.public()[0].uid},
    "hsds-services": dict,
    "hsds-service": lambda: {"uid": Channel.objects.get(slug="us-hotline-call").uid},
    "seminar-request": dict,
    "seminar-schools": dict,
    "seminar-draft": lambda: {"uid": uuid.UUID(int=0)},
    "seminar-request-sent": dict,
    "request-page": lambda: {"uid": Request.objects.order_by("pk")[0].uid},
    "request-conditions": lambda: {"uid": class_of_students()[1].uid},
    "request-paper": lambda: {"uid": class_of_students()[1].uid, "part": "letter", "language": "en"},
    "presenter-brief": lambda: {
        "key": class_of_students()[2].key,
        "seminar": class_of_students()[0].uid,
        "language": "es",
    },
    "presenter-claim": lambda: {"token": "unknown"},
    "presenter-agency": lambda: {"token": "unknown"},
    "presenter-calendar": lambda: {"key": Presenter.objects.order_by("pk")[0].calendar_key},
    "presenter-page": lambda: {"key": Presenter.objects.order_by("pk")[0].key},
    "presenter-days": lambda: {"key": Presenter.objects.order_by("pk")[0].key},
    "presenter-details": lambda: {"key": Presenter.objects.order_by("pk")[0].key},
    "registration": lambda: {"uid": listed_event()},
    "registration-done": lambda: {"uid": listed_event()},
    "registration-waiting": lambda: {"uid": listed_event()},
    "booking": lambda: {"uid": booking().uid},
    "booking-certificate": lambda: {"uid": booking().uid},
    "certificate-check": dict,
    "keeping": dict,
    "your-data": dict,
    "your-data-sent": dict,
    "your-data-page": lambda: {"token": "unknown"},
    "booking-ticket": lambda: {"uid": booking().uid},
    "booking-feedback": lambda: {"uid": booking().uid},
    "feedback-thanks": lambda: {"uid": listed_event()},
    "door": lambda: {"token": door_token()},
    "door-short": lambda: {"token": "unknown"},  # leads to the page
    "door-plain": lambda: {"token": door_token()},
    "door-hands": lambda: {"token": door_token()},
    "door-sync": lambda: {"token": "unknown"},  # by POST alone
    "door-read": lambda: {"token": "unknown"},  # by POST alone
    "door-worker": dict,
}
PUBLIC_ANSWERS = {
    "door-short": {302},
    "door-sync": {405},
    "door-read": {405},
    "presenter-claim": {404},
    "your-data-page": {404},
    "presenter-agency": {404},
    "help-nation": {302},
    "help-operator": {302},
    "help-nation-in": {302},
    "help-operator-in": {302},
    "help-in": {302},
    "duty-in": {302},
    "scans-code": {302},
    "posters-file": {404},
    "posters-social-file": {404},
    "posters-social-zip": {404},
    "review-texts": {404},
    "review-proof": {404},
    "station-packet": {404},
    "station-packet-file": {404},
    "channel-check": {404},
    "account-invitation": {404},
    "seminar-draft": {410},
    "event-picture": {302},
    "event-logo": {404},
    "event-poster": {200, 404},  # its codes may be on their way
    "posters-preview": {405},
}

# Of agencies: who may open them follows from a membership, and tests/outreach/partners/test_door.py asks for each.
PARTNERS = {"partner-home", *partner_pages.PAGES}

# The admin's own doors: who may pass is no matter of a model.
DOORS = {
    "admin:index": Page("portal.open_today"),
    "admin:search": Page("portal.open_today"),
    "admin:password_change": Page("portal.open_today", answers=frozenset({302})),
    "admin:password_change_done": Page("portal.open_today"),
    "admin:jsi18n": Page("portal.open_today"),
    # Leads whoever is in to the desk, whoever has none to their own pages or nowhere, and all others to where one signs in.
    "admin:login": Page("portal.open_today", answers=frozenset({302})),
    "admin:logout": Page("", post=True, answers=frozenset({200, 302})),
}
# Asked of each model where it applies, or leading elsewhere.
ELSEWHERE = {"admin:autocomplete", "admin:view_on_site", "admin:app_list", "admin:None"}

# Pages of the admin beyond list, add, change, delete and history.
PAGES = {
    "outreach_channel_queue": Page("outreach.view_channel"),
    "outreach_channel_check_numbers": Page("outreach.view_channel", answers=frozenset({302})),
    "outreach_channel_sheet": Page("outreach.verify_channel"),
    "outreach_channel_invite": Page("outreach.verify_channel", key_of("outreach.channel")),
    "outreach_channel_check": Page(
        "outreach.verify_channel", key_of("outreach.channel"), post=True, answers=frozenset({302})
    ),
    "outreach_channel_take_back": Page(
        "outreach.change_channel", key_of("outreach.channel"), post=True, answers=frozenset({302})
    ),
    "outreach_channel_uninvite": Page("outreach.verify_channel", lambda: [0], post=True, answers=frozenset({404})),
    "outreach_channel_withdraw": Page("outreach.verify_channel", lambda: [0], post=True, answers=frozenset({404})),
    "outreach_request_queue": Page("outreach.triage_request"),
    "outreach_request_go_to_queue": Page("outreach.triage_request", answers=frozenset({302})),
    "outreach_request_accept_shown": Page("outreach.triage_request", post=True, answers=frozenset({302})),
    "outreach_request_triage": Page(
        "outreach.triage_request", lambda: [request_that_is("new")], post=True, answers=frozenset({302})
    ),
    "outreach_request_school": Page("outreach.triage_request", lambda: [request_that_is("new")]),
    "outreach_request_ask_back": Page("outreach.triage_request", lambda: [request_that_is("new")]),
    "outreach_request_decline": Page("outreach.triage_request", lambda: [request_that_is("new")]),
    "outreach_request_plan": Page("outreach.triage_request", lambda: [request_that_is("accepted")]),
    "outreach_presenter_ask_agency": Page("outreach.add_presenter"),
    "outreach_presenter_send_invitation": Page("outreach.change_presenter", key_of("outreach.presenter")),
    "outreach_presenter_make_new_links": Page("outreach.change_presenter", key_of("outreach.presenter")),
    "outreach_presenter_fall_ill": Page("outreach.change_presenter", key_of("outreach.presenter")),
    "outreach_planversion_begin": Page("outreach.plan_seminars", post=True, answers=frozenset({302})),
    "outreach_planversion_recruitment": Page("outreach.view_planversion"),
    "outreach_planversion_progress": Page("outreach.view_planversion", key_of("outreach.planversion")),
    "outreach_planversion_do": Page(
        "outreach.plan_seminars", lambda: [plan_and_row()[0], "nothing"], post=True, answers=frozenset({404})
    ),
    "outreach_planversion_row": Page("outreach.view_planversion", lambda: [*plan_and_row()]),
    "outreach_planversion_alter": Page(
        "outreach.plan_seminars", lambda: [*plan_and_row(), "nothing"], post=True, answers=frozenset({404})
    ),
    "outreach_planversion_move": Page(
        "outreach.plan_seminars", key_of("outreach.planversion"), post=True, answers=frozenset({302})
    ),
    "outreach_planversion_compare": Page("outreach.view_planversion", lambda: [plan_and_row()[0]] * 2),
    "outreach_planversion_approve": Page("outreach.publish_seminar", key_of("outreach.planversion")),
    "outreach_membership_invite": Page("outreach.add_membership"),
    "outreach_proposal_release": Page("outreach.release_proposal", key_of("outreach.proposal")),
    "outreach_proposal_refuse": Page("outreach.release_proposal", key_of("outreach.proposal")),
    "portal_accountinvitation_invite": Page("portal.invite_people"),
    "portal_accountinvitation_withdraw": Page("portal.invite_people", key_of("portal.accountinvitation")),
    "portal_user_end_sessions": Page("portal.end_sessions", key_of("portal.user")),
    "portal_user_unlock": Page("portal.rescue_accounts", key_of("portal.user")),
    "portal_user_reset_second_factor": Page("portal.rescue_accounts", key_of("portal.user")),
    "portal_entry_redact": Page("portal.redact_entry", key_of("portal.entry")),
    "portal_redaction_approve": Page("portal.redact_entry", key_of("portal.redaction")),
    "portal_redaction_refuse": Page("portal.redact_entry", key_of("portal.redaction")),
    "portal_takenimport_undo": Page("portal.undo_import", key_of("portal.takenimport")),
    "portal_takenimport_preview": Page("outreach.import_schools", import_of_schools),
    "portal_takenimport_progress": Page("outreach.import_schools", import_of_schools),
    "portal_takenimport_again": Page("outreach.import_schools", import_of_schools, post=True, answers=frozenset({302})),
    "portal_takenimport_take": Page("outreach.import_schools", import_of_schools, post=True, answers=frozenset({302})),
    "portal_takenimport_drop": Page("outreach.import_schools", import_of_schools, post=True, answers=frozenset({302})),
    "portal_takenimport_refused": Page("outreach.import_schools", import_of_schools),
    "portal_takenimport_reasons": Page("outreach.import_schools", import_of_schools),
    "outreach_school_register": Page("outreach.import_schools"),
    "outreach_seminar_before_opening": Page("outreach.publish_seminar", lambda: [class_of_students()[0].pk]),
    "outreach_seminar_broken": Page("outreach.publish_seminar"),
    "outreach_seminar_door": Page("outreach.run_event", event_in_person),
    "outreach_seminar_report": Page("outreach.run_event", lambda: [event_that_is_over()]),
    "outreach_seminar_certificates": Page("outreach.run_event", lambda: [event_that_is_over()]),
    "portal_personlink_person": Page("portal.export_person"),
    "portal_personlink_one_person": Page("portal.export_person"),
    "portal_personlink_register": Page("portal.view_keeping"),
    "portal_personlink_whole_register": Page("portal.view_keeping"),
    "outreach_seminar_paper": Page("outreach.publish_seminar", lambda: [class_of_students()[0].pk, "letter", "en"]),
    "outreach_seminar_move": Page("outreach.run_event", event_key),
    "outreach_seminar_clone": Page("outreach.run_event", event_key),
    "outreach_seminar_mails": Page("portal.view_mail", event_key),
    "portal_mail_again": Page("portal.resend_mail", key_of("portal.mail")),
    "outreach_seminar_call_off": Page("outreach.publish_seminar", lambda: [seminar_that_is("open")]),
    "outreach_agency_duplicates": Page("outreach.merge_agencies"),
    "outreach_agency_look_alike": Page("outreach.merge_agencies", answers=frozenset({302})),
    "outreach_agency_apart": Page("outreach.merge_agencies", post=True, answers=frozenset({302})),
    "outreach_agency_merge": Page("outreach.merge_agencies", key_of("outreach.agency")),
    "outreach_agency_undo_merge": Page("outreach.merge_agencies", lambda: [0], post=True, answers=frozenset({404})),
    "outreach_agency_timeline": Page("outreach.view_agency", key_of("outreach.agency")),
    "outreach_agency_task_done": Page("outreach.change_task", lambda: [0], post=True, answers=frozenset({404})),
    "outreach_agreement_document": Page("outreach.view_agreement", key_of("outreach.agreement")),
    "outreach_agreement_approve": Page("outreach.approve_agreement", key_of("outreach.agreement")),
    "outreach_agreement_end": Page("outreach.change_agreement", key_of("outreach.agreement")),
    "outreach_logo_preview": Page("outreach.view_logo", key_of("outreach.logo")),
    "outreach_logo_document": Page("outreach.view_logopermission", permission_of_a_logo),
    "outreach_logo_revoke": Page("outreach.change_logopermission", permission_of_a_logo),
    "outreach_logo_approve": Page("outreach.approve_logo_permission", permission_of_a_logo),
    "campaign_design_new": Page("campaign.draw_design"),
    "campaign_design_add_design": Page("campaign.draw_design", answers=frozenset({302})),
    "campaign_design_edit": Page("campaign.draw_design", key_of("campaign.design"), answers=frozenset({302})),
    "campaign_design_compare": Page("campaign.view_design"),
    "campaign_design_look_at_two": Page("campaign.view_design", answers=frozenset({302})),
    "campaign_design_standing": Page("campaign.view_design", key_of("campaign.design")),
    "campaign_design_do": Page(
        "campaign.view_design", lambda: [first("campaign.design").pk, "nothing"], post=True, answers=frozenset({404})
    ),
    "campaign_design_picture": Page("campaign.view_design", lambda: [first("campaign.design").pk, "letter", "en"]),
    "campaign_design_proof": Page("campaign.view_design", lambda: [design_for("letter"), "letter", "en"]),
    # To the page, which tells why there is nothing to take: no number of a fresh world is verified.
    "campaign_socialpicture_download": Page("campaign.view_socialpicture", answers=frozenset({302})),
    "campaign_textset_new": Page("campaign.write_texts"),
    "campaign_textset_write_texts": Page("campaign.write_texts", answers=frozenset({302})),
    "campaign_textset_sign_off": Page("campaign.review_texts"),
    "campaign_textset_sign_texts": Page("campaign.review_texts", answers=frozenset({302})),
    "campaign_textset_edit": Page("campaign.write_texts", key_of("campaign.textset"), answers=frozenset({302})),
    "campaign_textset_do": Page(
        "campaign.view_textset", lambda: [first("campaign.textset").pk, "nothing"], post=True, answers=frozenset({404})
    ),
    "campaign_textset_invite": Page("campaign.review_texts", key_of("campaign.textset")),
    "campaign_textset_withdraw": Page(
        "campaign.review_texts", lambda: [first("campaign.textset").pk, 0], post=True, answers=frozenset({404})
    ),
    "campaign_textset_picture": Page("campaign.view_textset", key_of("campaign.textset")),
    "campaign_scans_export": Page("campaign.view_publishedweek"),
    "campaign_scans_silent": Page("campaign.view_publishedweek"),
    "campaign_scans_days": Page("campaign.analyse_scans"),
    "campaign_link_aim": Page("campaign.aim_links", key_of("campaign.link")),
    "campaign_batch_new": Page("campaign.print_posters"),
    "campaign_batch_order": Page("campaign.print_posters", answers=frozenset({302})),
    "campaign_batch_progress": Page("campaign.view_batch", key_of("campaign.batch")),
    "campaign_batch_ask": Page(
        "campaign.print_posters", lambda: [first("campaign.batch").pk, "nothing"], post=True, answers=frozenset({404})
    ),
    "campaign_batch_retry": Page(
        "campaign.print_posters", lambda: [first("campaign.batch").pk, 0], post=True, answers=frozenset({404})
    ),
    "campaign_batch_codes": Page("campaign.change_placement"),
    "campaign_batch_recall": Page(
        "campaign.recall_number", key_of("outreach.channel"), sends="campaign.recall_number&outreach.change_channel"
    ),
    "campaign_batch_recall_make": Page(
        "campaign.recall_number", key_of("outreach.channel"), post=True, answers=frozenset({302})
    ),
    "campaign_batch_recall_papers": Page("campaign.recall_number", key_of("outreach.channel")),
    "campaign_batch_recall_file": Page(
        "campaign.recall_number", lambda: [first("outreach.channel").pk, "none.pdf"], answers=frozenset({404})
    ),
    "campaign_stationcontact_send": Page("campaign.send_station_link", key_of("campaign.stationcontact")),
    "campaign_stationlink_withdraw": Page("campaign.send_station_link", key_of("campaign.stationlink")),
    "campaign_batch_release": Page(
        "campaign.view_batch", key_of("campaign.batch"), sends="campaign.view_batch&campaign.release_batch"
    ),
    "campaign_batch_withdraw": Page(
        "campaign.hold_batch", key_of("campaign.batch"), post=True, answers=frozenset({302})
    ),
    "campaign_batch_download": Page(
        "campaign.download_batch", lambda: [first("campaign.batch").pk, "none.pdf"], answers=frozenset({404})
    ),
}

# Where a page asks for less than both adding and changing: bookings are brought in by whoever may change them.
TAKES_CHANGES = {"outreach.registration"}

# Actions of lists: the permission behind each.
ACTIONS = {
    "Certificate.revoke": "outreach.run_event",
    "print_posters": "campaign.print_posters",
    "new_code": "campaign.change_placement",
    "number_changed": "campaign.recall_number",
    "confirm_as_posted": "campaign.confirm_posted",
    "StationContact.mail_links": "campaign.send_station_link",
    "StationContact.retire": "campaign.change_stationcontact",
    "plan_stations": "campaign.plan_placements",
    "plan_trains": "campaign.plan_placements",
    "found": "campaign.change_spot",
    "missed": "campaign.change_spot",
    "leave_out": "campaign.change_placement",
    "let_in": "campaign.change_placement",
    "Seminar.open_all_ready": "outreach.publish_seminar",
    "Agency.retire": "outreach.change_agency",
    "Agency.bring_back": "outreach.change_agency",
    "Agency.invite": "outreach.add_participation",
    "Agency.take_out": "outreach.view_agency",
    "Membership.end": "outreach.change_membership",
    "Logo.retire": "outreach.change_logo",
    "Logo.bring_back": "outreach.change_logo",
    "Sheet.retire": "campaign.change_sheet",
    "Sheet.bring_back": "campaign.change_sheet",
    "taken_down": "campaign.change_notice",
    "Rule.retire": "campaign.change_rule",
    "Rule.bring_back": "campaign.change_rule",
    "Rule.verified_today": "campaign.verify_rule",
    "Channel.retire": "outreach.change_channel",
    "Channel.bring_back": "outreach.change_channel",
    "checked_today": "outreach.verify_channel",
    "accept_all": "outreach.triage_request",
    "cancel_bookings": "outreach.change_registration",
    "let_others_go_first": "outreach.change_registration",
}


def model_pages() -> dict[str, Page]:
    """The pages that Django and import-export give to each registered model."""
    pages: dict[str, Page] = {}
    for model in admin.site._registry:
        app, name = model._meta.app_label, model._meta.model_name
        label, key = f"{app}.{name}", key_of(f"{app}.{name}")
        view, add, change, delete = (f"{app}.{verb}_{name}" for verb in ("view", "add", "change", "delete"))
        takes = change if label in TAKES_CHANGES else f"{add}&{change}"
        pages |= {
            f"admin:{app}_{name}_changelist": Page(view),
            f"admin:{app}_{name}_add": Page(add),
            f"admin:{app}_{name}_change": Page(view, key),
            f"admin:{app}_{name}_history": Page(view, key),
            f"admin:{app}_{name}_delete": Page(delete, key),
            f"admin:{app}_{name}_export": Page(view),
            f"admin:{app}_{name}_import": Page(takes),
            f"admin:{app}_{name}_process_import": Page(takes, post=True, answers=frozenset({200, 302})),
        }
        assert label in MODELS or label in {"portal.user"}, f"roles.py says nothing of {label}."
    pages["admin:auth_user_password_change"] = Page("portal.change_user", key_of("portal.user"))
    return {name: page for name, page in pages.items() if name in names()}


def admin_pages() -> dict[str, Page]:
    """Every page of the admin and who may open it."""
    return {
        **DOORS,
        **model_pages(),
        **{f"admin:{name}": page for name, page in PAGES.items() if f"admin:{name}" in names()},
    }


def grants(person: str, page: Page) -> bool:
    """What roles.py says of a person and a page; anybody may open the sign-in page."""
    if not page.permission:
        return True
    if person == SUPERUSER:
        return True
    if person not in DESK:
        return False
    return permissions(Role(person)) >= set(page.permission.split("&"))


def picture() -> bytes:
    """A small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "#1f6f78").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def world(season: Season) -> Season:
    """A row of everything: the demo, and what it leaves out."""
    building._rows(season)
    a_plan(season)
    User.objects.create_user("someone")
    TakenImport.objects.create(model="outreach.channel", file_name="numbers.csv")
    TakenImport.objects.create(model="outreach.school", kind="schools.ccd", file_name="ccd.csv", state="read")
    area = first("portal.area")
    FocusArea.objects.create(season=season, area=area, name="Gulf coast", level="federal")  # type: ignore[misc]
    agency = Agency.objects.order_by("pk")[0]
    Contact.objects.create(agency=agency, role="Press", email="press@example.org")
    recorder = User.objects.create_user("recorder")
    agreements.record(
        agency=agency, document=picture(), by=recorder, kind="mou", title="Posters", effective_on=season.starts_on
    )
    desk.invite(agencies=[agency], season=season, by=recorder)
    memberships.grant(user=recorder, agency=agency, may="edit", by=None)
    proposals.propose(agency=agency, what="texts", fields={"description": "New", "website": ""}, by=recorder)
    logo = logo_rights.upload(agency=agency, name="Seal", alt_text="Seal", content=picture(), by=None)
    logo_rights.record_permission(
        logo=logo,
        scopes=["posters"],
        document=picture(),
        granted_by="Public affairs",
        granted_on=season.starts_on,
        expires_on=season.ends_on,
        by=None,
    )
    AccountInvitation.objects.create(
        email="ben@example.org",
        roles=[Role.DESIGNER],
        token_sha256="0" * 64,
        invited_by=recorder,
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    PersonLink.objects.create(email="ana@example.org", token_sha256="0" * 64, expires_at=timezone.now())
    Mail.objects.create(to="ana@example.org", template="booking_confirmed", subject="Your booking", language="en")
    design = Design.objects.approved()[0]
    job = Job.objects.create(kind="printing.batch")
    Batch.objects.create(
        season=season,
        design=design,
        sheet=Sheet.objects.get(slug="letter"),
        job=job,
        title="Mississippi",
        printed_address="https://example.org",
        is_sample=True,
    )
    contact = StationContact.objects.create(
        station=Station.objects.order_by("pk")[0], role="Station services", email="station@example.org"
    )
    StationLink.objects.create(
        contact=contact,
        station=contact.station,
        season=season,
        token_sha256="0" * 64,
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    (link,) = Link.objects.issue([("MS", "en")])
    DailyCount.objects.create(link=link, day=season.starts_on, count=3)
    publishing.publish(now=timezone.now() + dt.timedelta(days=400))
    Notice.objects.create(rule=Rule.objects.all()[0], spot=Placement.objects.all()[0].spot, seen_on=season.starts_on)
    County.objects.create(state_id="MS", name="Hinds", source="Federal Register", confidence="H")
    Placement.objects.order_by("pk")[0].confirmations.create(on=season.starts_on)
    tried = trail.record(actor=None, verb="tried", target=season)
    redaction.ask(entry_id=tried.pk, reason="A name", by=User.objects.create_user("asks"))
    Verification.objects.create(links=1, broken=0)
    Seal.objects.create(day=season.starts_on, last_entry_id=1, entries=1, digest="0" * 64)
    return season


@pytest.fixture
def browser_of(user_with: Callable[..., User]) -> Callable[[str], Client]:
    """A browser in which that person is signed in. Errors become answers, to be told with their address."""

    def make(person: str) -> Client:
        client = Client(raise_request_exception=False)
        if person == SUPERUSER:
            client.force_login(User.objects.filter(username="root").first() or User.objects.create_superuser("root"))
        elif person != ANYBODY:
            client.force_login(user_with(*([] if person == NO_ROLE else [Role(person)])))
        return client

    return make


def asked(client: Client, name: str, page: Page) -> int:
    """What a page answers: the status."""
    address = reverse(name, args=page.args())
    return (client.post if page.post else client.get)(address).status_code


_shut: set[str] = set()


def shut_to_all(browser_of: Callable[[str], Client]) -> set[str]:
    """The pages that refuse even a superuser, who holds every permission; asked once."""
    if not _shut:
        root = browser_of(SUPERUSER)
        _shut.update(
            name for name, page in admin_pages().items() if name not in DOORS and asked(root, name, page) == 403
        )
    return _shut


def test_every_page_is_classified() -> None:
    known = {*PUBLIC, *PARTNERS, *ACCOUNT, *admin_pages(), *ELSEWHERE}
    unknown = sorted(names() - known)
    assert not unknown, f"Say in tests/test_roles_by_url.py who may open: {', '.join(unknown)}"
    gone = sorted({*PUBLIC, *DOORS, *(f"admin:{name}" for name in PAGES)} - names())
    assert not gone, f"There is no such page any more: {', '.join(gone)}"


def test_every_permission_names_a_model_of_ours() -> None:
    assert {label for label in MODELS if apps.get_model(label) is None} == set()
    assert all(verb.split(".")[0] in {"portal", "outreach", "campaign"} for verb in VERBS)


@pytest.mark.parametrize("person", EVERYBODY)
def test_admin_pages_open_as_roles_say(world: Season, browser_of: Callable[[str], Client], person: str) -> None:
    client = browser_of(person)
    wrong = []
    for name, page in sorted(admin_pages().items()):
        if name == "admin:logout":
            continue
        status = asked(client, name, page)
        shut = not grants(person, page) or name in shut_to_all(browser_of)
        expected = {403, 302} if shut else page.answers
        if status not in expected:
            wrong.append(f"{name}: {status} for {person}, expected {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", [ANYBODY, Role.PARTNER, Role.COORDINATOR, SUPERUSER])
def test_public_pages_open_for_everybody(world: Season, browser_of: Callable[[str], Client], person: str) -> None:
    client = browser_of(person)
    wrong = []
    for name, arguments in PUBLIC.items():
        status = client.get(reverse(name, kwargs=arguments())).status_code
        if status not in PUBLIC_ANSWERS.get(name, OPEN):
            wrong.append(f"{name}: {status} for {person}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", [ANYBODY, NO_ROLE, Role.PRESENTER, Role.PARTNER, Role.STATION_CONTACT])
def test_shut_pages_lead_to_sign_in_and_show_nothing(browser_of: Callable[[str], Client], person: str) -> None:
    client = browser_of(person)
    for model in admin.site._registry:
        answer = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, reverse("admin:login"))


def test_signing_out_works_by_post_alone(browser_of: Callable[[str], Client]) -> None:
    client = browser_of(Role.COORDINATOR)
    assert client.get(reverse("admin:logout")).status_code == 405
    assert client.get(reverse("admin:index")).status_code == 200
    client.post(reverse("admin:logout"))
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("person", sorted(DESK))
def test_actions_are_offered_as_roles_say(user_with: Callable[..., User], rf: RequestFactory, person: str) -> None:
    user = user_with(Role(person))
    wrong = []
    for model, page in admin.site._registry.items():
        request: HttpRequest = rf.get("/")
        request.user = user
        offered = page.get_actions(request)
        # Every action that the page knows, whoever asks.
        request.user = User(username="root", is_superuser=True, is_active=True)
        for name in page.get_actions(request):
            if name in {"delete_selected", "export_admin_action"}:
                continue
            permission = ACTIONS.get(f"{model.__name__}.{name}") or ACTIONS.get(name)
            assert permission, f"Say in ACTIONS which permission stands behind {name} of {model.__name__}."
            if (name in offered) != (permission in permissions(Role(person))):
                wrong.append(f"{model.__name__}: {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", sorted(DESK))
def test_autocomplete_answers_only_to_those_who_may_see_the_rows(
    browser_of: Callable[[str], Client], person: str
) -> None:
    client = browser_of(person)
    for app, model, field, target in (
        ("outreach", "agency", "parent", "outreach.view_agency"),
        ("portal", "focusarea", "area", "portal.view_area"),
    ):
        asked = {"app_label": app, "model_name": model, "field_name": field, "term": "a"}
        answer = client.get(reverse("admin:autocomplete"), asked)
        assert (answer.status_code == 200) == (target in permissions(Role(person))), (person, field)


def test_nobody_is_everybody() -> None:
    assert not AnonymousUser().has_perm("portal.open_today")
    assert set(PEOPLE) == {ANYBODY, NO_ROLE, SUPERUSER, *Role}
