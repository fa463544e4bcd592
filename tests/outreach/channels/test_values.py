"""Values: what can be dialled, texted or opened, one key however it is written, and words for whoever mistyped it."""

from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from outreach.channels import values
from outreach.channels.models import Channel
from outreach.channels.values import Clean, clean, href, key_of

KINDS = [kind.value for kind in Channel.Kind]


@pytest.mark.parametrize(
    ("kind", "typed", "printed", "key", "link"),
    [
        ("voice", "1-888-373-7888", "1-888-373-7888", "tel:+18883737888", "tel:+18883737888"),
        ("voice", "(888) 373.7888", "1-888-373-7888", "tel:+18883737888", "tel:+18883737888"),
        ("voice", "+1 888 373 7888", "1-888-373-7888", "tel:+18883737888", "tel:+18883737888"),
        ("voice", "6019871671", "601-987-1671", "tel:+16019871671", "tel:+16019871671"),
        ("voice", "1-877-4-HSI-TIP", "1-877-4-HSI-TIP", "tel:+18774474847", "tel:+18774474847"),
        ("voice", "601-987-1671 x5", "601-987-1671 ext. 5", "tel:+16019871671;ext=5", "tel:+16019871671,5"),
        ("voice", "601-987-1671, Ext. 12", "601-987-1671 ext. 12", "tel:+16019871671;ext=12", "tel:+16019871671,12"),
        ("voice", "+44 20 7946 0958", "+44 20 7946 0958", "tel:+442079460958", "tel:+442079460958"),
        ("voice", "911", "911", "tel:911", "tel:911"),
        ("sms", "233733", "233733", "sms:233733", "sms:233733"),
        ("sms", "BEFREE", "233733", "sms:233733", "sms:233733"),
        ("sms", "988", "988", "sms:988", "sms:988"),
        ("sms", "601-987-1671", "601-987-1671", "sms:+16019871671", "sms:+16019871671"),
        ("relay", "711", "711", "relay:711", "tel:711"),
        ("chat", "https://Example.org/Chat/", "example.org/Chat", "web:example.org/chat", "https://example.org/Chat"),
        ("web_form", "www.example.org", "www.example.org", "web:example.org", "https://www.example.org"),
        ("email", "mailto:Help@example.org", "Help@example.org", "mail:help@example.org", "mailto:Help@example.org"),
    ],
)
def test_value_is_printed_keyed_and_opened(kind: str, typed: str, printed: str, key: str, link: str) -> None:
    assert clean(kind, typed) == Clean(printed=printed, key=key, href=link)
    assert clean(kind, printed) == clean(kind, typed)
    assert (key_of(kind, printed), href(kind, printed)) == (key, link)


@pytest.mark.parametrize(
    ("kind", "typed", "told"),
    [
        ("voice", "", "Type it as it is printed"),
        ("voice", "call me", "too short"),
        ("voice", "1-888-373-788", "digit by digit"),
        ("voice", "1-888-373-78888", "digit by digit"),
        ("voice", "123-456-7890", "digit by digit"),
        ("voice", "555-0142", "digit by digit"),
        ("voice", "233733", "takes texts only"),
        ("voice", "711", "Choose that as its kind"),
        ("voice", "1-900-555-0199", "costs whoever calls it"),
        ("voice", "601-987-1671<script>", "nobody can dial"),
        ("voice", "٩١١", "nobody can dial"),
        ("voice", "911 ext. 5", "Leave out 5"),
        ("sms", "601-987-1671 x5", "Leave out 5"),
        ("sms", "1234", "5 or 6 digits"),
        ("sms", "012345", "5 or 6 digits"),
        ("relay", "12", "too short"),
        ("chat", "javascript:alert(1)", "no address of a website"),
        ("chat", "example", "no address of a website"),
        ("chat", "example.org:8000/a", "no address of a website"),
        ("chat", "user@example.org", "no address of a website"),
        ("web_form", "éxample.org", "no address of a website"),
        ("web_form", "ftp://example.org", "no address of a website"),
        ("email", "help@example", "no e-mail address"),
        ("email", "hélp@example.org", "no e-mail address"),
    ],
)
def test_value_that_reaches_nobody_is_refused_with_a_way_out(kind: str, typed: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        clean(kind, typed)


@given(kind=st.sampled_from(KINDS), value=st.text(max_size=40))
def test_any_text_has_a_key_and_a_link_and_is_clean_or_refused(kind: str, value: str) -> None:
    key = key_of(kind, value)
    assert key.partition(":")[0] in ("tel", "sms", "relay", "web", "mail")
    assert href(kind, value).startswith(("tel:", "sms:", "https://", "mailto:"))
    try:
        found = clean(kind, value)
    except ValidationError:
        return
    assert clean(kind, found.printed) == found
    assert found.key == key_of(kind, found.printed)


WRITTEN = st.one_of(
    st.text(max_size=30), st.from_regex(r"(\+?1[- ]?)?\(?[2-9]\d{2}\)?[- .]\d{3}[- .]\d{4}( ?(x|ext\. ?)\d{1,4})?")
)


@given(kind=st.sampled_from(KINDS), value=WRITTEN)
def test_migration_gives_the_keys_that_channels_give(kind: str, value: str) -> None:
    frozen = import_module("outreach.migrations.0008_channels_know_their_key")
    assert frozen.key_of(kind, value) == values.key_of(kind, value)


@pytest.mark.django_db
def test_every_channel_of_the_release_is_clean_and_has_its_key() -> None:
    for channel in Channel.objects.all():
        found = clean(channel.kind, channel.value)
        assert (found.printed, found.key) == (channel.value, channel.value_key)
        channel.full_clean()


@pytest.mark.django_db
def test_key_follows_the_value_also_where_that_alone_is_written() -> None:
    channel = Channel.objects.get(slug="us-hotline-call")
    channel.value = "1-800-555-0199"
    channel.save(update_fields=["value"])
    channel.refresh_from_db()
    assert channel.value_key == "tel:+18005550199"
    channel.value = "(800) 555-0155"
    channel.full_clean()
    assert (channel.value, channel.value_key) == ("1-800-555-0155", "tel:+18005550155")
