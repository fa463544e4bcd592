"""Whoever proved no second factor is nobody, whatever way they came; and each code opens once."""

import re
import time
from pathlib import Path

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django.fixtures import Settings

from portal.audit.models import Entry
from portal.people import codes, second_factor, vault
from portal.people.models import LiveSession, User
from portal.seasons.models import Season
from tests import entering
from tests.outreach.registration.house import House
from tests.test_roles_by_url import DOORS, admin_pages, asked, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db
PASSPHRASE = "a quiet lamp over deep water"


@pytest.fixture
def eva() -> User:
    """A superuser who has no second factor yet."""
    return User.objects.create_superuser("eva", "eva@example.org", PASSPHRASE)


def half(user: User, how: str = "password") -> Client:
    """A browser in which an account is signed in by one factor alone."""
    client = Client(raise_request_exception=False)
    client.force_login(user)  # and forget again what the fixture of all tests notes
    Authenticator.objects.filter(user=user).delete()
    session = client.session
    for key in [key for key in dict(session.items()) if key.startswith("account_authentication")]:
        del session[key]
    request = HttpRequest()
    request.session = session
    record_authentication(request, user, how)
    session.save()
    return client


def test_one_factor_opens_no_page_of_the_admin(world: Season, eva: User) -> None:
    client = half(eva)
    opened = []
    for name, page in sorted(admin_pages().items()):
        if name == "admin:logout":
            continue
        address = reverse(name, args=page.args())
        for method in (client.get, client.post):
            answer = method(address)
            if name not in DOORS and answer.status_code not in {302, 403, 404}:
                opened.append(f"{name}: {answer.status_code}")
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith(("/admin/login/", "/account/")), name
    assert not opened, "\n".join(opened)
    assert asked(client, "admin:index", DOORS["admin:index"]) == 302
    assert client.get(reverse("second-factor")).status_code == 200  # it was half signed in all along


@pytest.mark.parametrize("how", ["password", "socialaccount", "password_reset", "invitation", "code"])
@pytest.mark.parametrize("is_enrolled", [False, True])
def test_no_way_of_signing_in_is_enough_by_itself(eva: User, how: str, is_enrolled: bool) -> None:
    client = half(eva, how)
    if is_enrolled:
        entering.enrol(eva)
    assert client.get("/admin/").status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 302
    assert client.get(reverse("account-sessions")).status_code == 302


def test_session_that_proved_a_factor_is_nobody_once_the_account_has_none(eva: User) -> None:
    client = Client()
    client.force_login(eva)
    assert client.get("/admin/").status_code == 200
    Authenticator.objects.filter(user=eva).delete()
    assert client.get("/admin/").status_code == 302


def test_recovery_codes_alone_are_no_second_factor(eva: User) -> None:
    client = Client()
    client.force_login(eva)
    Authenticator.objects.filter(user=eva).delete()
    RecoveryCodes.activate(eva)
    assert client.get("/admin/").status_code == 302


def test_first_sign_in_leads_by_enrolling_to_where_one_wanted_to_go(
    client: Client, eva: User, django_capture_on_commit_callbacks: object
) -> None:
    then = "/admin/outreach/agency/"
    choose = entering.by_password(client, "eva", PASSPHRASE, then)
    assert "Choose your second factor" in client.get(choose).text
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["secret"].replace(" ", "")
    assert client.get(reverse("mfa_activate_totp")).context["secret"].replace(" ", "") == secret
    assert secret not in str(dict(client.session.items()))
    said = codes.at(secret, int(time.time()) // entering.HALF_MINUTE)
    assert client.get("/admin/").status_code == 302
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    kept = client.post(reverse("mfa_activate_totp"), {"code": said})
    assert kept.headers["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(kept.headers["Location"])
    assert then in shown.text
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", shown.text)) == 10
    assert client.get(then).status_code == 200
    # The code that enrolled it signs nobody in.
    other = Client()
    entering.by_password(other, "eva", PASSPHRASE)
    assert entering.by_code(other, said) == ""
    assert vault.unseal(Authenticator.objects.get(type="totp").data["secret"]) == secret


def test_session_from_before_enrolling_adds_no_factor_of_its_own(eva: User) -> None:
    client = half(eva)
    entering.enrol(eva)
    for name in ("mfa_add_webauthn", "mfa_activate_totp", "second-factor"):
        for method in (client.get, client.post):
            assert method(reverse(name)).status_code == 403
    assert Authenticator.objects.filter(user=eva).count() == 1


def test_code_opens_once(eva: User) -> None:
    entering.enrol(eva)
    said = entering.code()
    first, second = Client(), Client()
    for client in (first, second):
        entering.by_password(client, "eva", PASSPHRASE)
    assert entering.by_code(first, said)
    assert entering.by_code(second, said) == ""
    assert entering.by_code(second, entering.code(-1)) == ""  # older than the one that was used
    assert entering.by_code(second, entering.code(1))


@pytest.mark.parametrize("ahead", [-3, -2, 2, 3])
def test_code_of_another_time_opens_nothing(eva: User, ahead: int) -> None:
    entering.enrol(eva)
    assert codes.take(eva, entering.code(ahead)) is None


def test_recovery_code_opens_once_and_is_typed_as_it_is_shown(client: Client, eva: User) -> None:
    entering.enrol(eva)
    code = RecoveryCodes.activate(eva).get_unused_codes()[3]
    entering.by_password(client, "eva", PASSPHRASE)
    assert entering.by_code(client, f"{code[:4]} {code[4:]}")
    again = Client()
    entering.by_password(again, "eva", PASSPHRASE)
    assert entering.by_code(again, code) == ""
    assert Entry.objects.filter(verb="failed to sign in").get().after == {"at": "the second step"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_of_two_requests_with_one_code_one_gets_in(tmp_path: Path, kind: str) -> None:
    house = House(tmp_path)
    house.migrate()
    said = house.tell(
        "from tests import entering\n"
        "from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes\n"
        "from portal.people.models import User\n"
        "eva = User.objects.create_superuser('eva')\n"
        "entering.enrol(eva)\n"
        "codes = RecoveryCodes.activate(eva).get_unused_codes()\n"
        f"print(json.dumps(entering.code() if {kind == 'app'} else codes[0]))"
    )
    take = (
        "import sys, threading\n"
        "from django.db import connection\n"
        "from portal.people import codes\n"
        "from portal.people.models import User\n"
        "eva, won, gate = User.objects.get(), [], threading.Barrier(4)\n"
        "def go():\n"
        "    gate.wait()\n"
        f"    won.append(codes.take(eva, '{said}') is not None)\n"
        "    connection.close()\n"
        "threads = [threading.Thread(target=go) for _ in range(4)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "print(json.dumps(sum(won)))"
    )
    processes = [house.start(take) for _ in range(3)]
    assert sum(int(process.communicate(timeout=120)[0].splitlines()[-1]) for process in processes) == 1


def test_key_can_be_replaced_and_a_lost_one_is_told(client: Client, eva: User, settings: Settings) -> None:
    settings.MFA_KEYS = ["the first"]
    entering.enrol(eva)
    settings.MFA_KEYS = ["the second", "the first"]
    assert codes.take(eva, entering.code())
    settings.MFA_KEYS = ["the third"]
    entering.by_password(client, "eva", PASSPHRASE)
    answer = client.post(reverse("mfa_authenticate"), {"code": entering.code(1)})
    assert "is not here any more" in answer.text


def test_command_takes_lost_factors_off_and_tells(eva: User) -> None:
    client = Client()
    client.force_login(eva)
    call_command("reset_second_factor", "eva")
    assert not Authenticator.objects.exists()
    assert not LiveSession.objects.exists()
    assert client.get("/admin/").status_code == 302
    entry = Entry.objects.get(verb=second_factor.RESET)
    assert (entry.actor, entry.object_id, entry.before) == (None, str(eva.pk), {"second factors": ["totp"]})
    assert "taken off" in Email.objects.get().message
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")


def test_taking_recovery_codes_as_a_file_is_told(client: Client, eva: User) -> None:
    client.force_login(eva)
    RecoveryCodes.activate(eva)
    answer = client.get(reverse("mfa_download_recovery_codes"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Entry.objects.get(verb="downloaded recovery codes").actor == eva
