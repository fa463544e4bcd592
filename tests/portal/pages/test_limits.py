"""How often one client and all together may ask, and that nothing of them is kept."""

import gc
import pickle
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from portal.pages.limits import KEY_SECONDS, Limit, client_network

PROXIED = ("HTTP_X_FORWARDED_PROTO", "https")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def asking(address: str = "192.0.2.1", forwarded: str = "") -> HttpRequest:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return request


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> Limit:
    return Limit(name="preview", per_minute=30, burst=3, ceiling_per_minute=6000, clock=clock)


def allowed(limit: Limit, request: HttpRequest, times: int) -> int:
    return sum(limit.allows(request) == 0.0 for _ in range(times))


def test_client_may_burst_then_waits_for_the_rate(limit: Limit, clock: Clock) -> None:
    assert allowed(limit, asking(), 10) == 3
    assert limit.allows(asking()) == pytest.approx(2.0)
    clock.now += 1.5
    assert limit.allows(asking()) == pytest.approx(0.5)
    clock.now += 0.5
    assert allowed(limit, asking(), 10) == 1
    clock.now += 3600 - 10
    assert allowed(limit, asking(), 10) == 3


@given(waits=st.lists(st.floats(min_value=0, max_value=5), max_size=60))
def test_any_rhythm_gets_no_more_than_burst_and_rate(waits: list[float]) -> None:
    clock = Clock()
    limit = Limit(name="rhythm", per_minute=30, burst=3, ceiling_per_minute=6000, clock=clock)
    let_in = 0
    for wait in waits:
        clock.now += wait
        told = limit.allows(asking())
        let_in += told == 0.0
        assert 0.0 <= told <= 2.0 + 1e-6
        if told:
            clock.now += told
            assert limit.allows(asking()) == 0.0
            let_in += 1
    assert let_in <= 3 + (clock.now - 1000) / 2 + 1e-3


def test_clients_do_not_wait_for_each_other(limit: Limit) -> None:
    assert allowed(limit, asking("192.0.2.1"), 5) == 3
    assert allowed(limit, asking("192.0.2.2"), 5) == 3


def test_ceiling_holds_for_all_addresses_and_costs_the_refused_nothing(clock: Clock) -> None:
    limit = Limit(name="ceiling", per_minute=30, burst=2, ceiling_per_minute=60, clock=clock)
    requests = [asking(f"192.0.2.{host}") for host in range(200)]
    assert sum(limit.allows(request) == 0.0 for request in requests) == 6
    assert limit.allows(requests[100]) == pytest.approx(1.0)
    assert len(limit) == 6
    clock.now += 2.0
    assert allowed(limit, requests[100], 5) == 2


def test_memory_is_bounded_and_forgets_whoever_asked_longest_ago(clock: Clock) -> None:
    limit = Limit(name="small", per_minute=1, burst=1, ceiling_per_minute=1_000_000, size=10, clock=clock)
    for host in range(250):
        assert limit.allows(asking(f"192.0.2.{host}")) == 0.0
        assert len(limit) <= 10
    assert limit.allows(asking("192.0.2.249")) > 0
    assert limit.allows(asking("192.0.2.0")) == 0.0


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "not an address", True),
        ("", "192.0.2.1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_network_is_the_ipv4_address_or_the_ipv6_64(one: str, other: str, is_same: bool) -> None:
    assert (client_network(asking(one)) == client_network(asking(other))) is is_same


@pytest.mark.parametrize(
    ("forwarded", "told"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("10.0.0.1, 203.0.113.9,198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7:4711", "198.51.100.7"),
        ("203.0.113.9, [2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "192.0.2.1"),
        ("203.0.113.9, unknown", ""),
    ],
)
def test_network_behind_a_proxy_is_what_the_proxy_wrote(settings: Settings, forwarded: str, told: str) -> None:
    settings.SECURE_PROXY_SSL_HEADER = PROXIED
    assert client_network(asking("192.0.2.1", forwarded)) == client_network(asking(told))


def test_network_without_a_proxy_believes_no_header(settings: Settings, limit: Limit) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    assert sum(limit.allows(asking("192.0.2.1", f"198.51.100.{host}")) == 0.0 for host in range(20)) == 3


def test_header_that_a_client_writes_itself_opens_no_new_bucket(settings: Settings, limit: Limit) -> None:
    settings.SECURE_PROXY_SSL_HEADER = PROXIED
    forged = [asking("", f"203.0.113.{host}, 198.51.100.7") for host in range(20)]
    assert sum(limit.allows(request) == 0.0 for request in forged) == 3


def test_unix_socket_shares_one_bucket(limit: Limit) -> None:
    assert allowed(limit, asking(""), 5) == 3


def test_key_is_replaced_every_hour_and_everything_with_it(limit: Limit, clock: Clock) -> None:
    limit.allows(asking())
    before = set(limit._full_at)
    clock.now += KEY_SECONDS - 1
    limit.allows(asking())
    assert set(limit._full_at) == before
    clock.now += 1
    limit.allows(asking("192.0.2.9"))
    limit.allows(asking())
    assert len(limit) == 2
    assert not before & set(limit._full_at)


def test_two_processes_know_a_client_by_different_hashes() -> None:
    one, other = (Limit(name="same", per_minute=9, burst=9, ceiling_per_minute=99) for _ in range(2))
    one.allows(asking())
    other.allows(asking())
    assert not set(one._full_at) & set(other._full_at)


@pytest.mark.parametrize("address", ["192.0.2.177", "2001:db8:abcd:1234:5678:9abc:def0:1234"])
def test_nothing_of_the_address_stays(limit: Limit, address: str) -> None:
    for _ in range(5):
        limit.allows(asking(address))
    state = {name: value for name, value in vars(limit).items() if name not in {"_lock", "_clock"}}
    kept = repr(limit).encode() + repr(state).encode() + pickle.dumps(state)
    packed = ip_address(address).packed
    for trace in (address.encode(), packed, packed[:8], packed.hex().encode(), str(int(ip_address(address))).encode()):
        assert trace not in kept
    reached: list[object] = [limit.__dict__]
    for _ in range(4):
        reached = [thing for thing in gc.get_referents(*reached) if isinstance(thing, dict | bytes | str | tuple)]
        assert not any(thing in (address, packed, packed[:8]) for thing in reached)


def test_threads_together_get_no_more_than_the_burst(clock: Clock) -> None:
    limit = Limit(name="threads", per_minute=60, burst=50, ceiling_per_minute=600, clock=clock)
    with ThreadPoolExecutor(8) as threads:
        let_in = sum(threads.map(lambda _: limit.allows(asking()) == 0.0, range(400)))
    assert let_in == 50


def test_threads_of_many_clients_keep_to_the_ceiling_and_the_size(clock: Clock) -> None:
    limit = Limit(name="threads", per_minute=60, burst=5, ceiling_per_minute=1000, size=20, clock=clock)
    with ThreadPoolExecutor(8) as threads:
        let_in = sum(threads.map(lambda n: limit.allows(asking(f"192.0.2.{n % 250}")) == 0.0, range(1000)))
    assert let_in == 100
    assert len(limit) == 20


@pytest.mark.parametrize(
    ("per_minute", "burst", "ceiling", "size"), [(0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)]
)
def test_limit_that_lets_nobody_in_is_refused(per_minute: int, burst: int, ceiling: int, size: int) -> None:
    with pytest.raises(ValueError, match="below 1"):
        Limit(name="none", per_minute=per_minute, burst=burst, ceiling_per_minute=ceiling, size=size)
