"""Letters: what a trigger writes, how it is set, and how it is printed without losing any."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from studio.models import Client
from triggers import outbox
from triggers.channels.base import Message, PermanentError
from triggers.channels.letter import LetterChannel
from triggers.messages import letters
from triggers.models import Delivery, Letter, MessageTemplate, Trigger

LIST = "/letters/"
Layout = MessageTemplate.LetterLayout
ADDRESS = "12 Harbour Street\nPortland, ME 04101"


@pytest.fixture
def lettered(session):
    Client.objects.filter(pk=session.client_id).update(name="Anna Berg", address=ADDRESS)


@pytest.fixture
def make_letter(make_delivery):
    """Return a function that writes one letter, as if a trigger had."""

    def make(**values):
        values = {
            "to_name": "Anna Berg",
            "address": ADDRESS,
            "text": "Hello",
            "layout": Layout.WINDOW,
            **values,
        }
        delivery = make_delivery(Delivery.State.SENT, trigger_kind="letter")
        return Letter.objects.create(delivery=delivery, order_id=delivery.order_id, **values)

    return make


def pages_of(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def places_of(content, page=0):
    """Return [(text, x, distance from the upper edge)] of what stands on a page, in points."""
    sheet, found = PdfReader(io.BytesIO(content)).pages[page], []

    def note(text, matrix, text_matrix, font, size):
        if text.strip():
            found.append((text.strip(), text_matrix[4], float(sheet.mediabox.height) - text_matrix[5]))

    sheet.extract_text(visitor_text=note)
    return found


def place_of(content, text):
    return next((x, y) for found, x, y in places_of(content) if found.startswith(text))


# Writing.


def test_the_worker_writes_the_letter_that_a_trigger_wants(make_delivery, lettered):
    delivery = make_delivery(trigger_kind="letter", trigger_send_at=Trigger.SendAt.ANY_TIME)
    outbox.deliver_due()
    delivery.refresh_from_db()
    letter = Letter.objects.get()
    assert (delivery.state, letter.delivery) == (Delivery.State.SENT, delivery)
    assert (letter.to_name, letter.address) == ("Anna Berg", ADDRESS)
    assert letter.subject == f"Order {delivery.order.number}"
    assert letter.text.startswith("Dear Anna")
    outbox.deliver_due()
    assert Letter.objects.count() == 1


def test_without_a_postal_address_it_fails_and_says_so(make_delivery, session):
    delivery = make_delivery(trigger_kind="letter", trigger_send_at=Trigger.SendAt.ANY_TIME)
    outbox.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.FAILED
    assert "has no postal address" in delivery.reason
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"postal_address": " \n"}, "Anna has no postal address."),
        ({"text": "\n "}, "The letter would be empty."),
    ],
)
def test_what_cannot_be_a_letter_is_refused_for_good(make_delivery, wrong, sentence):
    delivery = make_delivery(trigger_kind="letter")
    given = {"to_name": "Anna", "postal_address": ADDRESS, "text": "Hello", **wrong}
    with pytest.raises(PermanentError, match=sentence):
        LetterChannel().send(Message(delivery=delivery, message_id=delivery.message_id, **given))


# Setting.


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_address_stands_in_the_window(paper, preferences, make_letter):
    """Of a #10 envelope with the letter folded in three, or of DIN 5008 B; and nothing else stands there."""
    preferences.paper = paper
    address = "12 Harbour Street\nApartment 4\nBuilding C\nPortland, ME 04101\nUSA"
    content = letters.write_letters([make_letter(address=address, subject="Your proofs")], preferences)
    # left, right, upper and lower edge of what shows; the smallest part, wherever the letter slips to.
    left, right, top, bottom = {"letter": (63, 315, 147, 228), "a4": (57, 298, 128, 255)}[paper]
    for line in ("Anna Berg", *address.split("\n")):
        x, y = place_of(content, line)
        assert left <= x < right
        assert top < y <= bottom, line
    for text in ("Your proofs", "Hello"):
        assert place_of(content, text)[1] > bottom
    assert place_of(content, preferences.name)[1] < top


def test_an_address_of_many_lines_is_set_smaller_and_stays_in_the_window(preferences, make_letter):
    lines = [f"Line {number} of the address" for number in range(9)]
    content = letters.write_letters([make_letter(address="\n".join(lines))], preferences)
    (page,) = pages_of(content)
    assert all(line in " ".join(page.split()) for line in lines)
    placed = [y for text, _, y in places_of(content) if "of the address" in text]
    assert len(placed) >= 5
    assert all(147 < y <= 229 for y in placed)


def test_the_plain_layout_has_no_address(preferences, make_letter):
    content = letters.write_letters([make_letter(layout=Layout.PLAIN)], preferences)
    assert "Harbour" not in pages_of(content)[0]
    assert place_of(content, "Hello")[1] < 200


def test_the_letterhead_says_who_writes(preferences, make_letter, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    preferences.address, preferences.phone = "3 Mill Lane\nPortland", "555 0100"
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(picture, "PNG")
    preferences.logo.save("logo.png", io.BytesIO(picture.getvalue()))
    content = letters.write_letters([make_letter()], preferences)
    (page,) = pages_of(content)
    for text in (preferences.name, "3 Mill Lane", "555 0100"):
        assert text in page
    assert len(PdfReader(io.BytesIO(content)).pages[0].images) == 1


def test_the_date_is_that_of_writing(preferences, make_letter):
    letter = make_letter(created_at=timezone.now() - timedelta(days=400))
    day = letter.created_at
    assert f"{day.day} {day:%B} {day.year}" in pages_of(letters.write_letters([letter], preferences))[0]


def test_a_long_text_goes_on_overleaf_whole(preferences, make_letter):
    words = [f"word{number}" for number in range(2500)]
    pages = pages_of(letters.write_letters([make_letter(text=" ".join(words))], preferences))
    assert len(pages) > 2
    assert [word for word in " ".join(pages).split() if word.startswith("word")] == words
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Anna Berg" in page


def test_every_letter_of_a_file_counts_its_own_pages(preferences, make_letter):
    long = make_letter(to_name="Bo Long", text="word " * 1500)
    pages = pages_of(
        letters.write_letters([make_letter(), long, make_letter(to_name="Cy Last")], preferences)
    )
    counts = [page.split("Page ")[1].strip()[:6] for page in pages]
    assert counts == ["1 of 1", *(f"{n} of {len(pages) - 2}" for n in range(1, len(pages) - 1)), "1 of 1"]
    assert "Bo Long" not in pages[0]
    assert "Cy Last" in pages[-1]


NAMES = {
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Алексей Щёголев",
    "Chinese": "王小明",
    "Arabic": "محمد الأحمد",
    "Hebrew": "שלום כהן",
    "Vietnamese": "Nguyễn Thị Hồng",
}


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_any_script_can_be_read(script, preferences, make_letter):
    name = NAMES[script]
    letter = make_letter(to_name=name, subject=name, text=f"{name},\n\nyour proofs are here.")
    (page,) = pages_of(letters.write_letters([letter], preferences))
    assert page.count(name) >= 3


HOSTILE = {
    "markup": '<img src="/etc/passwd"/><b>x & <para>',
    "a word of 3,000 letters": "x" * 3000,
    "controls": "a\x07b\x1b[31m",
    "accents without end": "a" + "\u0301" * 2000,
    "spaces": " " * 3000 + "x",
    "lines": "x" + "\n" * 300,
    "nothing": "",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_text_is_too_strange_to_be_set(kind, preferences, make_letter):
    text = HOSTILE[kind]
    letter = make_letter(to_name=text[:200], address=text[:500], subject=text[:400], text=text)
    content = letters.write_letters([letter], preferences)
    assert pages_of(content)
    assert not any(page.images for page in PdfReader(io.BytesIO(content)).pages)


def test_the_same_letter_gives_the_same_file(preferences, make_letter):
    letter = make_letter()
    assert letters.write_letters([letter], preferences) == letters.write_letters([letter], preferences)


# Printing.


def ticked(*rows):
    return {"selected": [row.pk for row in rows]}


def test_printing_changes_nothing_until_somebody_says_that_it_is_printed(as_staff, sam, make_letter):
    first, second, third = make_letter(), make_letter(to_name="Bo"), make_letter(to_name="Cy")
    answer = as_staff.post(reverse("triggers:letters_print"), ticked(first, second))
    assert answer["Content-Type"] == "application/pdf"
    assert len(pages_of(answer.content)) == 2
    assert Letter.objects.to_print().count() == 3

    answer = as_staff.post(reverse("triggers:letters_printed"), ticked(first, second), follow=True)
    assert "2 letters marked as printed." in answer.content.decode()
    first.refresh_from_db()
    assert first.printed_by == sam
    assert first.printed_at
    assert list(Letter.objects.to_print()) == [third]


def test_what_a_colleague_has_printed_stays_theirs(as_staff, as_manager, mia, make_letter):
    letter = make_letter()
    as_manager.post(reverse("triggers:letters_printed"), ticked(letter))
    answer = as_staff.post(reverse("triggers:letters_printed"), ticked(letter), follow=True)
    letter.refresh_from_db()
    assert letter.printed_by == mia
    assert "0 letters marked as printed. 1 had been marked already." in answer.content.decode()


def test_a_letter_can_be_put_back(as_staff, make_letter):
    letter = make_letter()
    as_staff.post(reverse("triggers:letters_printed"), ticked(letter))
    as_staff.post(reverse("triggers:letters_to_print"), ticked(letter))
    letter.refresh_from_db()
    assert (letter.printed_at, letter.printed_by) == (None, None)


@pytest.mark.parametrize("name", ["letters_print", "letters_printed", "letters_to_print"])
@pytest.mark.parametrize("keys", [[], ["x", "-1", "9" * 30], ["999999"]])
def test_nothing_ticked_is_said_and_not_guessed(as_staff, make_letter, name, keys):
    make_letter()
    answer = as_staff.post(reverse(f"triggers:{name}"), {"selected": keys}, follow=True)
    assert "first." in answer.content.decode()
    assert Letter.objects.to_print().count() == 1


def test_no_more_are_ticked_than_one_file_takes(as_staff, make_letter):
    letter = make_letter()
    keys = [letter.pk, *range(letter.pk + 1, letter.pk + 201)]
    answer = as_staff.post(reverse("triggers:letters_printed"), {"selected": keys}, follow=True)
    assert "Tick 200 letters at most." in answer.content.decode()
    assert Letter.objects.to_print().count() == 1


@pytest.mark.parametrize("column", ["to_name", "subject", "order", "created_at", "printed_at", "printed_by"])
def test_the_list_sorts_by_every_column(as_staff, make_letter, column):
    letters = [make_letter(), make_letter(to_name="Bo")]
    as_staff.post(reverse("triggers:letters_printed"), ticked(*letters))
    for direction in ("", "-"):
        answer = as_staff.get(f"{LIST}?show=printed&sort={direction}{column}")
        assert len(answer.context["table"].page) == 2


def test_the_page_shows_what_waits_and_what_is_done(as_staff, make_letter):
    waiting, done = make_letter(subject="Waiting one"), make_letter(subject="Done one")
    as_staff.post(reverse("triggers:letters_printed"), ticked(done))
    page = as_staff.get(LIST).content.decode()
    assert "Waiting one" in page
    assert "Done one" not in page
    assert waiting.order.number in page
    page = as_staff.get(f"{LIST}?show=printed").content.decode()
    assert "Done one" in page
    assert "Sam Okafor" in page
    assert "Waiting one" not in page
    assert "Waiting one" not in as_staff.get(f"{LIST}?q=nobody").content.decode()
    assert as_staff.get(f"{LIST}?show=nonsense&sort=nothing&page=x").status_code == 200


def test_one_letter_has_an_address_of_its_own(as_staff, make_letter):
    letter = make_letter()
    answer = as_staff.get(f"/letters/{letter.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert "inline" in answer["Content-Disposition"]
    assert as_staff.get("/letters/999999/pdf/").status_code == 404


def test_the_list_costs_the_same_however_long_it_is(as_staff, make_letter, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as few:
        as_staff.get(LIST)
    for _ in range(12):
        make_letter()
    with django_assert_max_num_queries(len(few.captured_queries) + 1):
        as_staff.get(LIST)
