"""The page behind the link of an invitation. Opening it changes nothing: its button does."""

from functools import partial
from http import HTTPStatus

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.pages.names import NameField
from portal.people import invitations, link_pages
from portal.people.account_pages import private
from portal.people.granting import NotPossible
from portal.people.links import LinkClosed, LinkState
from portal.people.models import AccountInvitation, User

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
_closed = partial(link_pages.show_closed, template="portal/people/invitation_closed.html")


class NewPersonForm(forms.Form):
    """Who comes, by what name, and with what password."""

    error_css_class = "is-wrong"

    first_name = NameField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[User.username_validator],
        help_text=_("You sign in with it. Others see it beside what you change."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: object, invitation: AccountInvitation, **kwargs: object) -> None:
        self.invitation = invitation
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].initial = invitation.email.partition("@")[0]

    def clean_username(self) -> str:
        """A name that nobody has, whatever its case."""
        username = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This user name is taken. Choose another one."))
        return str(username)

    def clean(self) -> None:
        """Judges the password beside the rest: it must not be like a name."""
        given = self.cleaned_data
        password = given.get("password", "")
        if password and given.get("again") and given["again"] != password:
            self.add_error("again", _("The two passwords differ."))
        if password:
            like = {name: given.get(name, "") for name in ("username", "first_name", "last_name")}
            try:
                validate_password(password, User(email=self.invitation.email, **like))
            except ValidationError as error:
                self.add_error("password", error)

    def person(self) -> invitations.NewPerson:
        """What was typed, once it is valid."""
        given = self.cleaned_data
        return invitations.NewPerson(given["username"], given["first_name"], given["last_name"], given["password"])


@csrf_exempt  # the unguessable address is the authority; an account that is signed in must have the address besides
@require_http_methods(["GET", "HEAD", "POST"])
@private
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The form of a new account, or a button for the account that has the invited address."""
    opened = invitations.open_link(token)
    if opened.invitation is None or opened.state is not LinkState.OPEN:
        return _closed(request, opened.state)
    try:
        answer = _for_one(request, token, opened.invitation)
    except LinkClosed as closed:
        return _closed(request, closed.state)
    # Pressed twice at once: what stands in the way by now is the account that the first press made.
    if answer.status_code == WRONG and (state := invitations.open_link(token).state) is not LinkState.OPEN:
        return _closed(request, state)
    return answer


@require_safe
@private
def taken(request: HttpRequest) -> HttpResponse:
    """The account is there: one signs in at the one place where everybody does."""
    return render(request, "portal/people/invitation_taken.html")


def _for_one(request: HttpRequest, token: str, invitation: AccountInvitation) -> HttpResponse:
    if invitations.has_account(invitation):
        return _for_holder(request, token, invitation)
    return _for_new(request, token, invitation)


def _for_new(request: HttpRequest, token: str, invitation: AccountInvitation) -> HttpResponse:
    form = NewPersonForm(request.POST if request.method == "POST" else None, invitation=invitation)
    error = ""
    if form.is_bound and form.is_valid():
        try:
            invitations.accept(token=token, person=form.person())
        except NotPossible as refused:
            error = str(refused)
        else:
            return HttpResponseRedirect(reverse("account-invitation-taken"), status=HTTPStatus.SEE_OTHER)
    return _page(request, invitation, form=form, error=error, is_wrong=form.is_bound)


def _for_holder(request: HttpRequest, token: str, invitation: AccountInvitation) -> HttpResponse:
    user, error = request.user, ""
    is_holder = isinstance(user, User) and user.email.lower() == invitation.email.lower()
    if request.method == "POST" and isinstance(user, User):
        try:
            invitations.accept_as(token=token, user=user)
        except NotPossible as refused:
            error = str(refused)
        else:
            return HttpResponseRedirect(reverse("account_login"), status=HTTPStatus.SEE_OTHER)
    return _page(request, invitation, is_holder=is_holder, error=error, is_wrong=request.method == "POST")


def _page(request: HttpRequest, invitation: AccountInvitation, *, is_wrong: bool, **more: object) -> HttpResponse:
    context = {"invitation": invitation, "what_for": invitations.what_for(invitation), **more}
    return render(request, "portal/people/invited.html", context, status=WRONG if is_wrong else HTTPStatus.OK)
