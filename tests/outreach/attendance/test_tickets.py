"""Tickets on paper: each with its own code and words, tagged, and small."""

import io
import time

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from outreach.attendance import ticket_paper
from outreach.registration.models import Registration
from outreach.registration.tickets import spoken
from outreach.seminars.models import Seminar
from portal.typesetting import TypesettingError, decode_pdf, decode_picture, page_texts
from tests.outreach.attendance.doors import a_class, guest, tonight
from tests.outreach.attendance.pictures import photo

pytestmark = pytest.mark.django_db
KILOBYTE = 1024


class TestPaper:
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_ticket_says_what_when_where_who(self, language: str) -> None:
        booked = guest(tonight(title="Know the signs"), "Ana Ruiz-Ñandú", 3)
        pdf = ticket_paper.paper(booked, language=language)

        assert decode_pdf(pdf) == [[booked.ticket]]
        [text] = page_texts(pdf)
        for said in ("Know the signs", booked.seminar.start_time, "Jackson", "Ana Ruiz-Ñandú", spoken(booked.ticket)):
            assert said in text
        assert booked.email not in text
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert document.Root.MarkInfo.Marked
            assert str(document.Root.Lang).startswith(language)
            assert b"pdfuaid:part" in document.Root.Metadata.read_bytes()

    def test_one_ticket_is_small(self) -> None:
        assert len(ticket_paper.paper(guest(tonight()), language="en")) < 16 * KILOBYTE

    @pytest.mark.parametrize(
        "name",
        ["Nguyễn Thị Hồng Nhung", "Олена Шевченко", "Wolfeschlegelsteinhausenbergerdorff " * 3, "A", "</svg>#read"],
    )
    def test_any_name_fits_and_none_is_code(self, name: str) -> None:
        booked = guest(tonight(), name[:120].strip())
        [text] = page_texts(ticket_paper.paper(booked, language="en"))
        assert name.split()[0] in text.replace("\r\n", "")

    def test_long_event_and_class_fit_on_the_page(self) -> None:
        event = tonight(title="What everyone can notice " * 4 + "and do", venue="Hall of the old library " * 6)
        booked = a_class(event, 42)
        pdf = ticket_paper.paper(booked, language="es")
        assert decode_pdf(pdf) == [[booked.ticket]]
        assert "Room 14" in page_texts(pdf)[0]

    def test_all_tickets_are_one_file(self) -> None:
        event = tonight(capacity=300)
        for number in range(210):
            guest(event, f"Guest {number:03}")
        began = time.perf_counter()
        pdf = ticket_paper.papers(event, ticket_paper.to_print(event), language="en")
        took = time.perf_counter() - began

        booked = list(Registration.objects.order_by("name"))
        assert decode_pdf(pdf) == [[each.ticket] for each in booked]
        assert all(each.name in text for each, text in zip(booked, page_texts(pdf), strict=True))
        assert len(pdf) / len(booked) < 2 * KILOBYTE
        assert took < 10

    def test_none_to_print_is_said(self) -> None:
        with pytest.raises(ValueError, match="nobody has booked"):
            ticket_paper.papers(tonight(), [], language="en")


class TestPages:
    def test_ticket_is_fetched_by_the_private_link_alone(self, client: Client) -> None:
        booked = guest(tonight())
        answer = client.get(reverse("booking-ticket", args=[booked.uid]))
        assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
            200,
            "application/pdf",
            "no-store",
        )
        assert decode_pdf(answer.content) == [[booked.ticket]]

    @pytest.mark.parametrize("state", ["cancelled", "lapsed"])
    def test_no_ticket_for_a_booking_that_does_not_hold(self, client: Client, state: str) -> None:
        booked = guest(tonight(), state=state)
        assert client.get(reverse("booking-ticket", args=[booked.uid])).status_code == 404

    def test_no_ticket_for_an_event_that_is_called_off(self, client: Client) -> None:
        booked = guest(tonight())
        Seminar.objects.update(state="cancelled")
        assert client.get(reverse("booking-ticket", args=[booked.uid])).status_code == 404


class TestPictures:
    @pytest.mark.parametrize("size", [(300, 400), (1500, 2000), (4000, 6000)])
    def test_code_is_read_at_any_size(self, size: tuple[int, int]) -> None:
        small = photo("7KQ2M9XPD4HTC", size=(1500, 2000)) if size[0] < 1500 else photo("7KQ2M9XPD4HTC", size=size)
        assert decode_picture(small) == ["7KQ2M9XPD4HTC"]

    @pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff\xe0broken", photo("A1")[:5000]])
    def test_what_is_no_picture_is_refused(self, content: bytes) -> None:
        with pytest.raises(TypesettingError, match="no picture"):
            decode_picture(content)

    def test_picture_of_a_thousand_megapixels_is_refused(self) -> None:
        bomb = bytearray(photo("A1", size=(1200, 1600), form="PNG"))
        bomb[16:24] = (40_000).to_bytes(4, "big") * 2
        with pytest.raises(TypesettingError):
            decode_picture(bytes(bomb))
