"""The door: one place to sign in at, nothing behind it without a second factor, and nothing told to those outside."""

import logging
import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from post_office.models import Email
from pytest_django.fixtures import Settings

from portal.audit.models import Entry
from portal.pages.limits import Limit
from portal.people import account_pages
from portal.people.models import User
from portal.people.roles import Role
from tests import entering
from tests.portal.people.account_pages import ACCOUNT, AccountPage

pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"
NEW = "another lamp over deeper water"
HOME = "/admin/"


@pytest.fixture
def ben() -> User:
    """A superuser with a second factor."""
    user = User.objects.create_superuser("ben", "ben@example.org", PASSPHRASE)
    RecoveryCodes.activate(user)
    entering.enrol(user)
    return user


@pytest.fixture
def eva() -> User:
    """One without."""
    return User.objects.create_superuser("eva", "eva@example.org", PASSPHRASE)


def is_in(client: Client) -> bool:
    """Whether the desk opens."""
    return client.get(HOME).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_has_no_door_of_its_own(client: Client, ben: User, method: str) -> None:
    sent = {"username": "ben", "password": PASSPHRASE, "next": "/admin/outreach/agency/"}
    answer = getattr(client, method)(reverse("admin:login"), sent)
    assert answer.headers["Location"] == f"{reverse('account_login')}?next=%2Fadmin%2Foutreach%2Fagency%2F"
    assert not is_in(client)


def test_password_and_code_lead_to_where_one_wanted_to_go(client: Client, ben: User) -> None:
    then = "/admin/outreach/agency/?q=state"
    assert entering.by_password(client, "ben", PASSPHRASE, then) == reverse("mfa_authenticate")
    assert not is_in(client)
    assert entering.by_code(client, entering.code()) == then
    assert is_in(client)
    assert Entry.objects.get(verb="signed in").after == {"by": ["password", "totp"]}


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "\t//evil.example"]
)
def test_signing_in_leads_to_no_other_site(client: Client, ben: User, eva: User, then: str) -> None:
    entering.by_password(client, "ben", PASSPHRASE, then)
    assert entering.by_code(client, entering.code()) == reverse("admin:index")
    other = Client()
    assert (
        other.post(reverse("account_login"), {"login": "eva", "password": PASSPHRASE, "next": then})
        .headers["Location"]
        .startswith(reverse("second-factor"))
    )
    other.get(reverse("second-factor"), {"next": then})
    entering.enrol(eva)
    entering.prove(other, eva)
    assert other.get(reverse("second-factor")).headers["Location"] == reverse("admin:index")


def test_unknown_name_wrong_password_and_closed_account_are_told_the_same(ben: User, eva: User) -> None:
    User.objects.filter(pk=eva.pk).update(is_active=False)

    def told(name: str, password: str) -> str:
        answer = Client().post(reverse("account_login"), {"login": name, "password": password})
        return re.sub(r'(name="csrfmiddlewaretoken" value|value)="[^"]*"', "", answer.text)

    pages = {told("ben", "wrong"), told("nobody", PASSPHRASE), told("eva", PASSPHRASE), told("eva", "wrong")}
    assert len(pages) == 1
    assert "do not fit together" in pages.pop()


def test_closed_account_is_out_at_the_next_request(client: Client, ben: User) -> None:
    client.force_login(ben)
    assert is_in(client)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert not is_in(client)


@pytest.mark.parametrize("name", sorted(ACCOUNT))
def test_pages_answer_nobody_half_and_whole_accounts_as_listed(ben: User, eva: User, name: str) -> None:
    page: AccountPage = ACCOUNT[name]
    nobody, half, whole = Client(), Client(), Client()
    entering.by_password(half, "eva", PASSPHRASE)
    whole.force_login(ben)
    address = reverse(name, kwargs=page.args)
    answers = [client.get(address) for client in (nobody, half, whole)]
    assert [answer.status_code for answer in answers] == [page.nobody, page.half, page.whole]
    for answer in answers:
        if answer.status_code == 404:
            continue
        assert answer.headers["Cache-Control"] == "no-store"
        assert "unsafe-" not in answer.headers["Content-Security-Policy"]
        assert "<script>" not in answer.text
        assert "onclick" not in answer.text


def test_what_is_not_there_is_not_there(client: Client) -> None:
    for path in ("signup", "login", "email", "confirm-email", "3rdparty", "trust", "inactive", "social", ""):
        assert client.get(f"/account/{path}/".replace("//", "/")).status_code == 404


def test_forgotten_password_is_set_by_a_link_that_skips_no_step(client: Client, ben: User) -> None:
    client.post(reverse("account_reset_password"), {"email": "BEN@example.org"}, headers={"host": "evil.example"})
    mail = Email.objects.get()
    link = re.search(rf"{re.escape(settings.PUBLIC_ADDRESS)}(\S+)", mail.message)
    assert mail.to == ["ben@example.org"]
    assert "evil.example" not in mail.message
    assert link
    page = client.get(link[1], follow=True)
    assert link[1] not in page.request["PATH_INFO"]  # the key stands in no address from then on
    path = page.request["PATH_INFO"]
    done = client.post(path, {"password1": NEW, "password2": NEW})
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert not is_in(client)
    assert entering.by_password(client, "ben", NEW) == reverse("mfa_authenticate")
    assert not is_in(client)
    assert Entry.objects.get(verb="password changed").after == {"by": "a link"}
    assert "does nothing more" in Client().get(link[1], follow=True).text


def test_forgotten_password_answers_the_same_whether_the_address_is_known(client: Client, ben: User) -> None:
    def asked(address: str) -> tuple[list[str], str]:
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(reverse("account_reset_password"), {"email": address})
        kinds = [query["sql"].split("(")[0] for query in queries if "SAVEPOINT" not in query["sql"]]
        return kinds, answer.headers["Location"]

    known, unknown = asked("ben@example.org"), asked("nobody@example.org")
    assert known[1] == unknown[1]
    # The same rows are written; those for nobody are taken back.
    assert [what for what in known[0] if "INSERT" in what] == [what for what in unknown[0] if "INSERT" in what]
    assert {tuple(mail.to) for mail in Email.objects.all()} == {("ben@example.org",)}


def test_mails_for_one_address_are_few(client: Client, ben: User) -> None:
    for _ in range(8):
        client.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    assert Email.objects.count() == 3


def test_changing_the_password_needs_the_old_one_and_tells_the_holder(client: Client, ben: User) -> None:
    client.force_login(ben)
    page = reverse("account_change_password")
    client.post(page, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    ben.refresh_from_db()
    assert ben.check_password(PASSPHRASE)
    client.post(page, {"oldpassword": PASSPHRASE, "password1": NEW, "password2": NEW})
    ben.refresh_from_db()
    assert ben.check_password(NEW)
    assert is_in(client)
    assert "Its password was changed" in Email.objects.get().message
    assert Entry.objects.get(verb="password changed").actor == ben


def test_logs_hold_no_names_and_no_codes(client: Client, ben: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    entering.by_password(client, "ben", "hunter2hunter2")
    entering.by_password(client, "ben", PASSPHRASE)
    entering.by_code(client, "000000")
    entering.by_code(client, entering.code())
    client.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    for secret in ("ben", "hunter2", PASSPHRASE, entering.SECRET, entering.code(), "example.org"):
        assert secret not in said


def test_public_pages_ask_for_no_session_even_of_a_signed_in_browser(client: Client, ben: User) -> None:
    client.force_login(ben)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/en/near/us/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert not [query for query in queries if "session" in query["sql"] or "mfa_" in query["sql"]]


def test_library_shows_none_of_its_tables_in_the_admin(client: Client, ben: User) -> None:
    from django.contrib import admin

    assert not {model._meta.app_label for model in admin.site._registry} & {"account", "mfa", "socialaccount"}


def test_account_without_a_desk_lands_on_its_own_page(client: Client, user_with: Callable[..., User]) -> None:
    user = user_with(Role.PRESENTER, is_staff=False)
    entering.enrol(user)
    entering.by_password(client, user.username, "a long enough passphrase", then="")
    assert entering.by_code(client, entering.code()) == reverse("mfa_index")


def test_account_without_a_desk_is_led_home_from_the_admin(client: Client, user_with: Callable[..., User]) -> None:
    client.force_login(user_with(Role.PARTNER, is_staff=False))
    for page in ("/admin/", "/admin/portal/user/"):
        answer = client.get(page, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("mfa_index")


def test_desk_without_a_part_is_told_so(client: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_superuser=False)
    client.force_login(ben)
    entering.prove(client, ben)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "no part in the campaign is given to your account" in answer.text
    spanish = client.get("/admin/", follow=True, headers={"Accept-Language": "es-MX"})
    assert "tu cuenta no tiene ninguna función en la campaña" in spanish.text
    ways = re.findall(r'<a class="button" href="([^"]+)"', answer.text)
    assert [client.get(way, follow=True).status_code for way in ways] == [200]


def test_desk_without_a_part_lands_on_its_own_page(client: Client, user_with: Callable[..., User]) -> None:
    user = user_with()
    entering.enrol(user)
    entering.by_password(client, user.username, "a long enough passphrase", then="")
    assert entering.by_code(client, entering.code()) == reverse("mfa_index")
    assert "Back to work" not in client.get(reverse("mfa_index")).text


def test_desk_whose_part_does_not_open_a_page_is_led_back_to_its_own(
    client: Client, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.ANALYST))
    answer = client.get(reverse("admin:portal_user_changelist"))
    assert answer.status_code == 403
    assert "your part in the campaign does not open it" in answer.text
    (way,) = re.findall(r'<a class="button" href="([^"]+)"', answer.text)
    assert client.get(way, follow=True).redirect_chain[-1][0] == HOME


def test_desk_says_nothing_in_the_browsers_language(ben: User) -> None:
    spanish = Client(headers={"Accept-Language": "es-MX,es;q=0.9"})
    spanish.force_login(ben)
    spanish.get(reverse("mfa_index"), {"language": "es"})
    page = spanish.post(reverse("admin:portal_season_add"), {})
    assert page.status_code == 200
    assert 'lang="en"' in page.text
    assert page.headers["Content-Language"] == "en"
    assert re.search("required|valid email|too short", page.text)
    assert not re.search("obligatorio|correo|contraseña|válid|Guardar", page.text)


def test_secrets_of_apps_lie_sealed(ben: User, settings: Settings) -> None:
    RecoveryCodes.activate(ben)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert entering.SECRET not in kept
    for code in RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes():
        assert code not in kept


def test_asking_without_end_is_slowed_down_before_it_writes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    still = Limit(name="t", per_minute=60, burst=60, ceiling_per_minute=1_200, clock=lambda: 0.0)
    monkeypatch.setattr(account_pages, "LIMIT", still)
    page = reverse("mfa_login_webauthn")
    answers = [client.get(page, headers={"accept": "application/json"}) for _ in range(62)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get(reverse("account_login")).status_code == 200
    assert Session.objects.count() == 1


def test_options_for_a_passkey_name_nobody(client: Client, ben: User) -> None:
    said = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    asked = said["request_options"]["publicKey"]
    assert not asked.get("allowCredentials")
    assert asked["userVerification"] == "required"
