"""The pages of signing in, and the mails about accounts, speak the language of whoever reads them."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as django_settings
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import int_to_base36
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from post_office.models import Email
from pytest_django.fixtures import Settings

from portal.pages.limits import Limit
from portal.people import account_forms, account_pages, adapters, invitations, lockout, second_factor
from portal.people.models import AccountInvitation, User
from portal.people.roles import Role
from tests import entering
from tests.portal.people.account_pages import ACCOUNT

Page = Any
"""An answer as the test client gives it."""
pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"
OFFICE: Final = {
    "issuer": "https://id.example.gov",
    "client_id": "waypost",
    "client_secret": "s",
    "name": "Example Office",
    "origins": [],
}
SAID_IN_BOTH: Final = re.compile(
    r"Waypost|English|Español|ben|eva|Ana|No|(\w|\s)*Example Office|[0-9a-f]{4} [0-9a-f]{4}|([A-Z2-7]{4} ?){8}|1|2|Firefox|[\W\d]*"
)
"""Names, codes, numbers."""
ATTRIBUTES: Final = ("alt", "aria-label", "title", "placeholder")


class Words(HTMLParser):
    """What somebody reads or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code = tag in {"script", "style"}
        for name, value in attrs:
            if value and (name in ATTRIBUTES or (name.startswith("data-") and " " in value)):
                self._hear(value)

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self._hear(data)

    def _hear(self, text: str) -> None:
        told = " ".join(text.split())
        if not SAID_IN_BOTH.fullmatch(told):
            self.said.add(told)


def words(page: Page) -> set[str]:
    """The texts of a page, names and numbers apart."""
    parser = Words()
    parser.feed(page.text)
    return parser.said


@pytest.fixture
def ben() -> User:
    """A superuser with everything that can be enrolled."""
    user = User.objects.create_superuser("ben", "ben@example.org", PASSPHRASE)
    RecoveryCodes.activate(user)
    entering.enrol(user)
    now = timezone.now()
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=passkey(), last_used_at=now)
    return user


def passkey() -> dict[str, object]:
    """What is kept of one, by a key that nobody holds."""
    key = ES256.from_cryptography_key(  # type: ignore[no-untyped-call]  # the library says no types here
        ec.generate_private_key(ec.SECP256R1()).public_key()
    )
    held = AttestedCredentialData.create(Aaguid(bytes(16)), b"one passkey", key)
    flags = AuthenticatorData.FLAG.USER_PRESENT | AuthenticatorData.FLAG.ATTESTED
    shown = AuthenticatorData.create(b"\0" * 32, flags, 0, held)
    asked = CollectedClientData.create(type="webauthn.create", challenge=b"any", origin="https://example.org")
    answer = {
        "clientDataJSON": websafe_encode(asked),
        "attestationObject": websafe_encode(AttestationObject.create("none", shown, {})),
    }
    return {
        "name": "Ana",
        "credential": {
            "id": websafe_encode(b"one passkey"),
            "rawId": websafe_encode(b"one passkey"),
            "type": "public-key",
            "response": answer,
            "clientExtensionResults": {},
        },
    }


@pytest.fixture
def eva() -> User:
    """One without anything."""
    return User.objects.create_superuser("eva", "eva@example.org", PASSPHRASE)


def speaking(language: str) -> Client:
    """A browser that prefers a language."""
    return Client(headers={"Accept-Language": f"{language}-US,{language};q=0.9"})


def invited(by: User, email: str = "ana@example.org") -> str:
    """The link of an invitation."""
    invitations.invite(email=email, roles=[Role.DESIGNER], by=by)
    found = re.search(rf"{re.escape(django_settings.PUBLIC_ADDRESS)}(/\S+)", Email.objects.latest("pk").message)
    assert found
    return found[1]


def listed_pages(language: str, ben: User) -> Iterator[tuple[str, Page]]:
    """Those that the list of pages knows, as nobody, half an account and a whole one sees them."""
    nobody, half, whole = (speaking(language) for _ in range(3))
    entering.by_password(half, "eva", PASSPHRASE)
    whole.force_login(ben)
    other = speaking(language)
    other.force_login(ben)  # a session to end
    for name, page in ACCOUNT.items():
        for who, client, status in (
            ("nobody", nobody, page.nobody),
            ("half", half, page.half),
            ("whole", whole, page.whole),
        ):
            if status == 200:
                yield f"{name} as {who}", client.get(reverse(name, kwargs=page.args))
    passkey = Authenticator.objects.get(user=ben, type=Authenticator.Type.WEBAUTHN)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield name, whole.get(reverse(name, kwargs={"pk": passkey.pk}))
    for name in ("office-sign-in", "socialaccount_connections"):
        yield name, whole.get(reverse(name))
    yield "office-answer", nobody.get(reverse("office-answer"), {"error": "nothing"})
    yield "second step", _after_the_password(language, "ben")
    yield "anew", _before_the_first_factor(language, ben)
    yield "a new password", nobody.get(_key_of(ben), follow=True)


def _after_the_password(language: str, name: str) -> Page:
    client = speaking(language)
    entering.by_password(client, name, PASSPHRASE)
    page: Page = client.get(reverse("mfa_authenticate"))
    return page


def _before_the_first_factor(language: str, ben: User) -> Page:
    """The page for a session from before a factor was enrolled."""
    client = speaking(language)
    client.force_login(ben)
    session = client.session
    for key in [key for key in dict(session.items()) if key.startswith("account_authentication")]:
        del session[key]
    session.save()
    page: Page = client.get(reverse("second-factor"))
    return page


def _key_of(user: User) -> str:
    key = {"uidb36": int_to_base36(user.pk), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)


def wrong_answers(language: str, ben: User) -> Iterator[tuple[str, Page]]:
    """What forms say that were not filled as they ask."""
    nobody, half, whole = (speaking(language) for _ in range(3))
    entering.by_password(half, "eva", PASSPHRASE)
    whole.force_login(ben)
    lockout.forgive(lockout.Way.PASSWORD, "ben")
    lockout.forgive(lockout.Way.SECOND_STEP, str(ben.pk))
    for label, client, name, sent in (
        ("nothing typed", nobody, "account_login", {}),
        ("a wrong password", nobody, "account_login", {"login": "ben", "password": "x"}),
        ("no address", nobody, "account_reset_password", {"email": "nobody"}),
        (
            "short",
            whole,
            "account_change_password",
            {"oldpassword": PASSPHRASE, "password1": "12345", "password2": "1"},
        ),
        (
            "alike",
            whole,
            "account_change_password",
            {"oldpassword": "x", "password1": "ben@example.org", "password2": ""},
        ),
        (
            "common",
            whole,
            "account_change_password",
            {"oldpassword": "", "password1": "passwordpassword", "password2": ""},
        ),
        ("no code", half, "mfa_activate_totp", {"code": ""}),
        ("a wrong code", half, "mfa_activate_totp", {"code": "000000"}),
        ("no password", whole, "account_reauthenticate", {"password": "x"}),
        ("not this code", whole, "mfa_reauthenticate", {"code": "000000"}),
    ):
        yield label, client.post(reverse(name), sent)
    client = speaking(language)
    entering.by_password(client, "ben", PASSPHRASE)
    for _ in range(lockout.MOST):
        page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    yield "a wrong second step", page
    yield "too many", client.post(reverse("mfa_authenticate"), {"code": "000000"})


def invitation_pages(language: str, ben: User) -> Iterator[tuple[str, Page]]:
    """The link of an invitation at all its ages."""
    AccountInvitation.objects.all().delete()
    nobody, holder = speaking(language), speaking(language)
    holder.force_login(User.objects.get(username="eva"))
    new, known = invited(ben), invited(ben, "eva@example.org")
    yield "new", nobody.get(new)
    yield "nothing typed", nobody.post(new, {})
    sent = {"first_name": "A", "last_name": "B", "username": "ben", "password": "x" * 12, "again": "y"}
    yield "typed wrong", nobody.post(new, sent)
    yield "known", nobody.get(known)
    yield "holder", holder.get(known)
    someone = speaking(language)
    someone.force_login(ben)
    yield "not the holder", someone.post(known)
    yield "unknown", nobody.get(reverse("account-invitation", kwargs={"token": "x"}))
    yield "taken", nobody.get(reverse("account-invitation-taken"))
    row = AccountInvitation.objects.filter(email="ana@example.org")
    row.update(expires_at=timezone.now())
    yield "expired", nobody.get(new)
    row.update(withdrawn_at=timezone.now())
    yield "over", nobody.get(new)
    row.update(withdrawn_at=None, used_at=timezone.now())
    yield "used", nobody.get(new)


@pytest.mark.parametrize("walk", [listed_pages, wrong_answers, invitation_pages], ids=lambda walk: walk.__name__)
def test_pages_say_nothing_in_english_to_whoever_reads_spanish(
    ben: User, eva: User, settings: Settings, walk: Callable[[str, User], Iterator[tuple[str, Page]]]
) -> None:
    settings.OIDC = OFFICE
    english, spanish = dict(walk("en", ben)), dict(walk("es", ben))
    assert len(english) > 8
    for label, page in spanish.items():
        assert 'lang="es"' in page.text or page.headers["Content-Type"] == "text/plain", label
        assert page.headers["Content-Language"] == "es", label
        assert not words(page) & words(english[label]), label


def test_pages_after_a_step_say_nothing_in_english(
    ben: User,
    eva: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spanish = speaking("es")
    entering.by_password(spanish, "ben", PASSPHRASE)
    entering.by_code(spanish, entering.code())
    codes = RecoveryCodes(Authenticator.objects.get(user=ben, type="recovery_codes"))
    for code in codes.get_unused_codes():
        codes.validate_code(code)
    assert "Ya usaste todos los códigos" in spanish.get(reverse("mfa_view_recovery_codes")).text
    spanish.post(reverse("mfa_generate_recovery_codes"))
    assert "Con cada uno entras una vez" in spanish.get(reverse("mfa_download_recovery_codes")).text
    ended = spanish.post(reverse("account-sessions"), follow=True)
    assert "Ahora solo tienes la sesión abierta aquí" in ended.text
    still = Limit(name="t", per_minute=1, burst=1, ceiling_per_minute=1, clock=lambda: 0.0)
    monkeypatch.setattr(account_pages, "LIMIT", still)
    for word in adapters.WORDS.values():
        with translation.override("es"):
            told = str(word)
        with translation.override("en"):
            assert told != str(word)
    slow = [spanish.post(reverse("account_reset_password"), {"email": "a@example.org"}) for _ in range(3)][-1]
    assert (slow.status_code, "Un momento, por favor" in slow.text) == (429, True)


def test_last_recovery_code_says_that_it_was_the_last(client: Client, ben: User) -> None:
    codes = RecoveryCodes(Authenticator.objects.get(user=ben, type="recovery_codes"))
    *others, next_to_last, last = codes.get_unused_codes()
    for code in others:
        codes.validate_code(code)
    told = []
    for code in (next_to_last, last):
        entering.by_password(client, "ben", PASSPHRASE)
        entering.by_code(client, code)
        told.append(" ".join(client.get(reverse("mfa_index")).text.split()))
        client.post(reverse("account_logout"))
    assert "You signed in with a recovery code; 1 is left." in told[0]
    assert "That was your last recovery code. Make new ones now" in told[1]
    assert "None left. Without any, a lost phone or key locks you out." in told[1]


def test_language_that_was_chosen_stays_and_no_other_page_gets_it(client: Client, ben: User) -> None:
    sign_in = reverse("account_login")
    assert "Olvidé mi contraseña" not in client.get(sign_in).text
    page = client.get(sign_in, {"next": "/admin/", "language": "es"})
    assert "Olvidé mi contraseña" in page.text
    cookie = page.cookies["language"]
    assert (cookie.value, cookie["path"], cookie["httponly"], cookie["max-age"]) == ("es", "/account/", True, "")
    assert 'href="/account/sign-in/?next=%2Fadmin%2F&amp;language=en"' in page.text, "the way back keeps what was asked"
    assert "Segundo paso" in client.post(sign_in, {"login": "ben", "password": PASSPHRASE}, follow=True).text
    assert "language" not in client.get("/en/").cookies


@pytest.mark.parametrize("strange", ["xx", "es/../", "", "<b>", "\x7f"])
def test_language_that_nobody_speaks_is_none(client: Client, strange: str) -> None:
    page = client.get(reverse("account_login"), {"language": strange})
    assert 'lang="en"' in page.text
    assert "language" not in page.cookies


def test_page_to_be_led_back_to_says_the_language(client: Client) -> None:
    page = client.get(reverse("account_login"), {"next": "/es/partner/"})
    assert 'lang="es"' in page.text
    assert 'lang="es"' in client.get(reverse("account_reset_password")).text
    assert 'lang="en"' in client.get(reverse("account_login"), {"next": "/en/partner/"}).text
    elsewhere = Client().get(reverse("account_login"), {"next": "//es/partner/"})
    assert 'lang="en"' in elsewhere.text


def test_signing_in_notes_the_language_for_mails(ben: User) -> None:
    spanish = speaking("es")
    entering.by_password(spanish, "ben", PASSPHRASE)
    assert User.objects.get(pk=ben.pk).language == "en"
    entering.by_code(spanish, entering.code())
    assert User.objects.get(pk=ben.pk).language == "es"


def test_every_mail_about_an_account_has_its_spanish(ben: User, client: Client) -> None:
    ben.speak("es")
    for news in adapters.NEWS.values():
        adapters.tell(ben, news, to=ben.email)
    account_forms.tell_of(ben, "account_guessed", page="account_change_password")
    account_forms.tell_of(ben, "account_locked", page="account_reset_password")
    client.post(reverse("account_reset_password"), {"email": ben.email})
    second_factor.reset(user=ben, by=None)
    mails = list(Email.objects.all())
    assert len(mails) == len(adapters.NEWS) + 4
    for mail in mails:
        assert mail.message.startswith("Hola, ben:"), mail.subject
        assert "language=es" in mail.message
        assert not re.search(r"\b(the|your|was|were)\b", mail.subject + mail.message), mail.message
    link = re.search(r"(/account/password/new/\S+)", "\n".join(mail.message for mail in mails))
    assert link
    assert "Tu contraseña nueva" in client.get(link[1], follow=True).text


def test_invitation_speaks_what_staff_chose_and_so_does_the_account(client: Client, ben: User) -> None:
    client.force_login(ben)
    sent = {"email": "ana@example.org", "language": "es", "roles": ["designer"]}
    assert client.post(reverse("admin:portal_accountinvitation_invite"), sent).status_code == 302
    mail = Email.objects.get()
    assert mail.subject == "Te invitan a Waypost"
    assert "Tu función: Diseño" in mail.message
    found = re.search(r"(/account/invited/\S+)", mail.message)
    assert found
    guest = Client()
    assert "Tienes una invitación" in guest.get(found[1]).text
    answers = {"first_name": "Ana", "last_name": "Ruiz", "username": "ana"}
    assert guest.post(found[1], {**answers, "password": PASSPHRASE, "again": PASSPHRASE}).status_code == 303
    assert User.objects.get(username="ana").language == "es"
    assert Email.objects.latest("pk").subject == "Ana Ruiz accepted your invitation", "the inviter reads English"
