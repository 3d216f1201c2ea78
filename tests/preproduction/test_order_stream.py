"""What happened to an order, told on its page: Status Notes and History as one stream."""

import re
from datetime import date

import pytest
import time_machine
from django.utils.html import strip_tags

from preproduction import operations
from preproduction.models import CustomField, ImageLine, Order, OrderEvent, Status


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def entries(browser, order) -> list[str]:
    page = browser.get(order.get_absolute_url()).text
    aside = re.search(r'<aside class="order-stream".*?</aside>', page, re.S)[0]
    return [" ".join(strip_tags(entry).split()) for entry in re.findall(r"<li.*?</li>", aside, re.S)]


def reread(order):
    return Order.objects.get(pk=order.pk)


def test_the_newest_stands_first_with_who_when_and_cause(as_staff, order, sam, mia, statuses):
    with time_machine.travel("2026-06-11 09:30", tick=False):
        plan = operations.plan_advance(order)
        operations.advance_status(order, plan, expected=1, by=mia)
    told = entries(as_staff, order)
    assert told[0].startswith("Moved from Images selected to Sent to lab")
    assert "Mia Lindqvist, Thu 11 Jun 2026, 09:30, by hand" in told[0]
    assert "Department Retouching then Shipping" in told[0]
    assert told[1].startswith("Started at Images selected")
    assert told[2].startswith("Created")


def test_names_stay_as_they_were(as_staff, order, mia, statuses):
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=mia)
    Status.objects.filter(description="Sent to lab").update(description="At the lab")
    mia.last_name = "Berg"
    mia.save()
    assert "Sent to lab" in entries(as_staff, order)[0]
    assert "Mia Lindqvist" in entries(as_staff, order)[0]


def test_each_kind_says_what_changed_from_what_to_what(as_staff, order, mia, vendor):
    label = CustomField.objects.create(label="Album", position=1)
    line = ImageLine.objects.create(order=order, files="1-60", quantity_sent=60)
    verbs = [
        lambda order: operations.edit_order(order, by=mia, changed={"vendor": vendor}, seen={"vendor": None}),
        lambda order: operations.return_all_images(order, by=mia, seen=None),
        lambda order: operations.set_custom_values(order, by=mia, values={label: "Blue"}, seen={label: ""}),
        lambda order: operations.change_due_date(
            order, due_date=date(2026, 6, 20), reason="Lab is full", expected=None, by=mia
        ),
        lambda order: operations.hold_order(order, expected=None, by=mia, reason="Client is away"),
        lambda order: operations.resume_order(order, expected=None, by=mia),
        lambda order: operations.note_delay_reason(order, by=mia, reason="No paper", stay=None),
    ]
    for day, verb in enumerate(verbs, start=11):
        with time_machine.travel(f"2026-06-{day} 12:00", tick=False):
            verb(reread(order))
    told = entries(as_staff, order)
    for found, words in zip(
        told,
        (
            "Why it is late Reason none then No paper",
            "Resumed",
            "Put on hold On Hold Since Mon 15 Jun 2026 Client is away",
            "Due date moved Status Due Date Fri 12 Jun 2026 then Sat 20 Jun 2026 Lab is full",
            "Custom Album none then Blue",
            f"Images {line.files}, Quantity Returned 0 then 60",
            "Edited Vendor Northlight Lab",
        ),
        strict=False,
    ):
        assert words.replace("none then ", "") in found.replace("—none then ", ""), found


def test_a_note_is_signed_and_dated_by_itself(as_staff, order):
    address = f"/orders/{order.pk}/notes/"
    answer = as_staff.post(address, {"note-text": "Album is\r\nleather"})
    assert answer.headers["Location"] == order.get_absolute_url()
    note = OrderEvent.objects.get(kind="note")
    assert (note.note, note.by_name) == ("Album is\nleather", "Sam Okafor")
    assert reread(order).version == order.version
    assert entries(as_staff, order)[0].startswith("Note Album is leather Sam Okafor, Wed 10 Jun 2026, 12:00")


def test_a_note_is_written_from_a_list_in_a_dialog_and_leads_back_there(as_staff, order):
    address, dialog = f"/orders/{order.pk}/notes/", {"X-Dialog": "1", "HX-Request": "true"}
    dialog["HX-Current-URL"] = "http://testserver/orders/?late=any"
    page = as_staff.get(address, headers=dialog)
    assert "data-dialog-content" in page.text
    assert 'name="note-text"' in page.text
    refused = as_staff.post(address, {"note-text": " "}, headers=dialog)
    assert (refused.status_code, "data-dialog-content" in refused.text) == (422, True)
    written = as_staff.post(address, {"note-text": "Album is leather"}, headers=dialog)
    assert written.headers["HX-Redirect"] == "/orders/?late=any"


def test_a_note_sent_twice_is_written_once(as_staff, order):
    form = {"note-text": "Once", "request_key": "7c3f8a54-6f1f-4b52-9f0e-2f1d6f0a1b11"}
    for _ in range(2):
        assert as_staff.post(f"/orders/{order.pk}/notes/", form).status_code == 302
    assert OrderEvent.objects.filter(kind="note").count() == 1


def test_a_note_without_words_is_refused_and_what_is_hostile_is_shown_as_text(as_staff, order):
    answer = as_staff.post(f"/orders/{order.pk}/notes/", {"note-text": "  "})
    assert (answer.status_code, "Write the note first." in answer.text) == (422, True)
    as_staff.post(f"/orders/{order.pk}/notes/", {"note-text": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in as_staff.get(order.get_absolute_url()).text


def test_a_long_stream_folds_and_costs_no_query_more(as_staff, order, sam, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(60) as captured:
            page = as_staff.get(order.get_absolute_url())
        return len(captured), page.text

    as_staff.get(order.get_absolute_url())
    before, page = queries()
    assert "Show all" not in page
    for number in range(40):
        operations.write_note(order, by=sam, text=f"Note {number}")
    after, page = queries()
    assert "Show all 42" in page
    assert after == before
