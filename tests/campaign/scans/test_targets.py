"""Links that lead elsewhere: only where the settings allow, and by nobody's hand but the portal's."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from campaign.links import codes, destinations
from campaign.links.destinations import BadDestination, Destination
from campaign.links.models import Link
from campaign.scans import retired, targets

HOSTS = ["materials.example.gov", "events.example.org"]
#: Addresses that some browser reads as another host's, or that are none.
TRICKS = [
    "http://events.example.org/",
    "HTTPS://events.example.org/",
    "https:events.example.org",
    "https:/events.example.org",
    "https:///events.example.org",
    "//events.example.org/",
    "https://evil.example/",
    "https://events.example.org.evil.example/",
    "https://events.example.org@evil.example/",
    "https://evil.example\\@events.example.org/",
    "https://events.example.org\\.evil.example/",
    "https://events.example.org:443/",
    "https://events.example.org:/",
    "https://EVENTS.example.org/",
    "https://events.example.org./",
    "https://events.example.org%2eevil.example/",
    "https://evіl.example/",
    "https://events.example.org/\r\nSet-Cookie: a=b",
    "https://events.example.org/\tx",
    "https://events.example.org/ x",
    "https://[::1]/",
    "https://[",
    "https://",
    "javascript:alert(1)",
    "data:text/html,x",
    "near:XX",
    "near:ms",
    "near:",
    "near:MS/../../evil",
    "on:",
    "on:Amtrak",
    "on:../admin",
    "on:-a",
    "on:" + "a" * 41,
    "on:a//evil.example",
    "https://events.example.org/" + "a" * 300,
    "nonsense",
]


@pytest.fixture(autouse=True)
def allowed(settings: Settings) -> None:
    settings.LINK_HOSTS = HOSTS


def aimed(target: str, kind: str = Link.Kind.EVENT) -> Link:
    """A link with a target, past every check."""
    (link,) = Link.objects.issue([("MS", "es")], kind=kind)
    Link.objects.filter(pk=link.pk).update(target=target)
    targets.refresh()
    return link


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("near:LA", "/es/near/la/"),
        ("near:US", "/es/near/us/"),
        ("on:amtrak", "/es/near/on/amtrak/"),
        ("https://events.example.org/january?x=1#top", "https://events.example.org/january?x=1#top"),
        ("https://materials.example.gov", "https://materials.example.gov"),
    ],
)
def test_code_leads_where_its_link_is_aimed(client: Client, target: str, leads_to: str) -> None:
    link = aimed(target)
    answer = client.get(f"/Q/{link.code}")
    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("target", TRICKS)
def test_code_with_a_target_that_is_none_leads_to_its_area(client: Client, target: str) -> None:
    with pytest.raises(BadDestination, match=r"."):
        destinations.read(target)
    if len(target) <= destinations.LONGEST and "\0" not in target:
        assert client.get(f"/Q/{aimed(target).code}").headers["Location"] == "/es/near/ms/"


@pytest.mark.django_db
def test_code_of_a_poster_never_leads_past_the_numbers(client: Client) -> None:
    link = aimed("https://events.example.org/", kind=Link.Kind.PLACEMENT)
    assert client.get(f"/Q/{link.code}").headers["Location"] == "/es/near/ms/"
    moved = aimed("near:LA", kind=Link.Kind.PLACEMENT)
    assert client.get(f"/Q/{moved.code}").headers["Location"] == "/es/near/la/"


@pytest.mark.django_db
def test_code_whose_host_is_allowed_no_more_leads_to_its_area_at_once(client: Client, settings: Settings) -> None:
    link = aimed("https://events.example.org/")
    settings.LINK_HOSTS = []
    targets._kept.cache_clear()  # a setting changes with the process
    assert client.get(f"/Q/{link.code}").headers["Location"] == "/es/near/ms/"


@pytest.mark.django_db
def test_code_that_is_retired_leads_to_the_nation_wherever_it_was_aimed(client: Client) -> None:
    link = aimed("https://events.example.org/")
    Link.objects.filter(pk=link.pk).update(retired_at=link.created_at)
    retired.refresh()
    assert client.get(f"/Q/{link.code}").headers["Location"] == "/es/near/us/"


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["added", "seal gone", "seal of another", "cut", "noise", "empty"])
def test_file_that_somebody_changed_leads_to_the_area(client: Client, change: str) -> None:
    link = aimed("on:amtrak")
    good = targets.path().read_bytes()
    other = codes.make(area="MS", language="es")
    row = f"{other} https://events.example.org/\n".encode()
    targets.path().write_bytes(
        {
            "added": good + row,
            "seal gone": good.partition(b"\n")[2] + row,
            "seal of another": b"0" * 64 + b"\n" + row,
            "cut": good[:-3],
            "noise": bytes(range(256)) * 9,
            "empty": b"",
        }[change]
    )
    for code in (link.code, other):
        assert client.get(f"/Q/{code}").headers["Location"] == "/es/near/ms/"


@pytest.mark.django_db
def test_file_that_is_damaged_later_leaves_the_last_good_one(client: Client) -> None:
    link = aimed("on:amtrak")
    assert client.get(f"/Q/{link.code}").headers["Location"] == "/es/near/on/amtrak/"
    targets.path().write_bytes(b"noise")
    assert client.get(f"/Q/{link.code}").headers["Location"] == "/es/near/on/amtrak/"
    targets.path().unlink()
    assert client.get(f"/Q/{link.code}").headers["Location"] == "/es/near/on/amtrak/"


@pytest.mark.django_db
def test_file_holds_no_more_than_a_process_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "MOST", 3)
    links = Link.objects.issue([("MS", "en")] * 5, kind=Link.Kind.EVENT)
    Link.objects.filter(pk__in=[link.pk for link in links]).update(target="near:LA")
    targets.refresh()
    assert len(targets.parse(targets.path().read_bytes())) == 3


@given(st.text(max_size=80) | st.text(alphabet="/\\:@.?#%[] \t\nehtpsvilxamgor", max_size=60).map("https:".__add__))
def test_destination_is_a_path_of_ours_or_an_allowed_host(text: str) -> None:
    try:
        found = destinations.read(text)
    except BadDestination:
        return
    assert found.path.startswith("near/") or found.address.startswith(tuple(f"https://{host}" for host in HOSTS))


@given(
    st.sampled_from(HOSTS),
    st.sampled_from(["", "/", ".", "@", ":", "\\", "%", "?", "#", "-", "\u3002", "//"]),
    st.sampled_from(["", "evil.example", "@evil.example", ".evil.example/", ":80@evil.example"]),
)
def test_destination_near_an_allowed_host_is_that_host_or_none(host: str, joint: str, rest: str) -> None:
    try:
        found = destinations.read(f"https://{host}{joint}{rest}")
    except BadDestination:
        return
    assert found == Destination(address=f"https://{host}{joint}{rest}")
    assert joint[:1] in ("/", "?", "#") or not joint + rest
