"""Where a code shall lead."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from campaign.links import aiming
from campaign.links.models import Link
from portal.people.models import User


class AimForm(forms.Form):
    """A help page, or for codes that hang at no placement an address of an allowed host; and why."""

    page = forms.ChoiceField(label="Help page", required=False, widget=UnfoldAdminSelectWidget)
    address = forms.URLField(
        label="Or an address elsewhere",
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text="https:// and an allowed host. Whoever scans it leaves this site.",
    )
    reason = forms.CharField(label="Why", max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))

    def __init__(self, *args: Any, link: Link, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link
        page = self.fields["page"]
        assert isinstance(page, forms.ChoiceField)
        page.choices = [("", aiming.describe("", area=link.area)), *aiming.help_pages().items()]
        if link.target.startswith("event:"):
            page.choices = [(link.target, aiming.describe(link.target, area=link.area)), *page.choices]
        is_outside = link.target.startswith("https:")
        self.initial = {"page": "" if is_outside else link.target, "address": link.target if is_outside else ""}
        if link.kind == Link.Kind.PLACEMENT:
            del self.fields["address"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("page") and cleaned.get("address"):
            raise forms.ValidationError("Choose one of both: a help page, or an address elsewhere.")
        return cleaned

    def save(self, *, by: User | None) -> Link:
        """Aims the link. Raises ``aiming.NotPossible``."""
        target = self.cleaned_data.get("address") or self.cleaned_data["page"]
        return aiming.aim(link=self.link, target=target, reason=self.cleaned_data["reason"], by=by)
