"""What stands beneath an agency's record: contacts, seasons, tasks, notes, agreements."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import display

from outreach.agencies.agreement_models import Agreement
from outreach.agencies.desk_forms import ContactForm, ParticipationForm
from outreach.agencies.desk_models import Note, Participation, Task
from outreach.agencies.logo_admin import LookedAtInline
from outreach.agencies.models import Agency, Contact


class ContactInline(StackedInline):
    """Whom to ask there. Persons are confidential; never part of an export."""

    model = Contact
    form = ContactForm
    extra = 0
    tab = True
    fields = [("role", "name"), ("email", "phone"), ("shown", "consented_on")]


class ParticipationInline(StackedInline):
    """In which Januaries it takes part."""

    model = Participation
    form = ParticipationForm
    extra = 0
    tab = True
    can_delete = False
    verbose_name_plural = "seasons"
    fields = [("season", "state"), "parts", "note"]


class TaskInline(TabularInline):
    """What is to be done with it."""

    model = Task
    extra = 0
    tab = True
    can_delete = False
    hide_title = True
    fields = ["what", "due_on", "assigned_to"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        """Those that are done stand in the timeline."""
        tasks: QuerySet[Task] = super().get_queryset(request)
        return tasks.filter(done_at=None)


class NoteInline(StackedInline):
    """One note more; those written stand in the timeline."""

    model = Note
    extra = 1
    max_num = 1
    tab = True
    can_delete = False
    verbose_name_plural = "new note"
    fields = ["body"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Note]:
        notes: QuerySet[Note] = super().get_queryset(request)
        return notes.none()

    def has_view_permission(self, request: HttpRequest, obj: Agency | None = None) -> bool:
        return bool(self.has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Agency | None = None) -> bool:
        return False


class AgreementInline(LookedAtInline):
    """Its agreements, each with a page of its own."""

    model = Agreement
    fk_name = "agency"
    tab = True
    fields = ["called", "kind", "stands", "effective_on", "expires_on"]
    readonly_fields = fields

    @display(description="Agreement")
    def called(self, agreement: Agreement) -> SafeString:
        address = reverse("admin:outreach_agreement_change", args=[agreement.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, agreement.title)

    @display(description="Stands")
    def stands(self, agreement: Agreement) -> str:
        return agreement.standing(timezone.localdate())[1]
