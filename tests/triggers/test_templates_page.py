"""Maintenance > Templates: writing the words of messages, with the preview against a real order."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from studio.models import Client
from triggers.channels.sms_length import length_of
from triggers.messages import merge_fields
from triggers.models import MessageTemplate, Trigger

LIST = "/maintenance/templates/"
NEW = "/maintenance/templates/new/"
PREVIEW = "/maintenance/templates/preview/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def template(db):
    return MessageTemplate.objects.create(
        name="Proofs are ready", subject="Order {{ order.number }}", text="Dear {{ client.name }}"
    )


@pytest.fixture
def fields():
    return {
        "name": "Proofs are ready",
        "subject": "Order {{ order.number }}",
        "text": "Dear {{ client.name }},\nyour proofs are ready.",
        "html": "<p>Dear {{ client.name }}</p>",
        "letter_layout": "window",
    }


def test_a_template_is_written_and_changed(as_administrator, fields):
    answer = as_administrator.post(NEW, fields)
    assert answer["Location"] == LIST
    template = MessageTemplate.objects.get()
    assert template.text == fields["text"]
    address = template.get_absolute_url()
    seen = as_administrator.get(address).context["seen"]
    as_administrator.post(address, {**fields, "subject": "", "is_inactive": "on", "seen": seen})
    template.refresh_from_db()
    assert template.subject == ""
    assert template.is_inactive


WRONG = {
    "subject": ("Order {{ order.nuber }}", "There is no field order.nuber. Did you mean order.number?"),
    "text": ("Dear\n{% if client.name %}you", "{% if %} on line 2 has no {% endif %}."),
    "html": ("<p onclick='x()'>", "onclick in &lt;p&gt; on line 1 cannot be used in an email."),
    "name": ("", "This field is required."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_told_at_saving_and_keeps_what_was_typed(as_administrator, fields, wrong):
    text, sentence = WRONG[wrong]
    answer = as_administrator.post(NEW, {**fields, wrong: text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    form = answer.context["form"]
    for name, value in {**fields, wrong: text}.items():
        assert form[name].value() == value, name
    assert not MessageTemplate.objects.exists()


def test_every_mistake_of_a_text_is_told(as_administrator, fields):
    page = as_administrator.post(NEW, {**fields, "text": "{{ client.nmae }} {{ now }}"}).content.decode()
    assert "There is no field client.nmae." in page
    assert "There is no field now." in page


def test_two_templates_cannot_have_one_name(as_administrator, template, fields):
    answer = as_administrator.post(NEW, {**fields, "name": "PROOFS are  ready"})
    assert answer.status_code == 422
    assert "Another template has this name." in answer.content.decode()


def test_an_outdated_form_overwrites_nothing_unseen(as_administrator, template, fields):
    seen = as_administrator.get(template.get_absolute_url()).context["seen"]
    MessageTemplate.objects.update(text="Somebody else's words")
    answer = as_administrator.post(template.get_absolute_url(), {**fields, "seen": seen})
    assert answer.status_code == 409
    assert answer.context["form"]["text"].value() == fields["text"]
    template.refresh_from_db()
    assert template.text == "Somebody else's words"


def test_every_field_is_at_hand_by_group(as_administrator):
    page = as_administrator.get(NEW).content.decode()
    for group in merge_fields.GROUPS:
        assert f"<dt>{group.label}</dt>" in page
        for field in group.fields:
            assert f'data-insert="{{{{ {field.name} }}}}"' in page


def test_the_list_says_what_uses_a_template(as_administrator, template, statuses):
    MessageTemplate.objects.create(name="Old words", text="x", is_inactive=True)
    for number in range(2):
        Trigger.objects.create(
            description=f"T{number}", status=statuses["Delivered"], kind="email", recipient="client",
            template=template, position=number,
        )  # fmt: skip
    answer = as_administrator.get(LIST)
    assert [(row.record.name, row.record.used_by) for row in answer.context["table"].page.object_list] == [
        ("Proofs are ready", 2)
    ]
    assert "Old words" in as_administrator.get(f"{LIST}?inactive=on").content.decode()
    for column in ("name", "subject", "used_by", "is_inactive"):
        assert as_administrator.get(f"{LIST}?inactive=on&sort=-{column}").status_code == 200
    assert as_administrator.get(f"{LIST}?export=xlsx").status_code == 200


def test_a_used_template_is_not_deleted_and_says_by_what(as_administrator, template, statuses):
    for number in range(4):
        Trigger.objects.create(
            description=f"Send {number}", status=statuses["Delivered"], kind="email", recipient="client",
            template=template, position=number,
        )  # fmt: skip
    answer = as_administrator.post(reverse("triggers:template_delete", args=[template.pk]))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert (
        "“Proofs are ready” cannot be deleted: it is used by “Send 0”, “Send 1”, “Send 2” and others." in page
    )
    assert "Tick Inactive instead" in page
    assert MessageTemplate.objects.exists()
    Trigger.objects.all().delete()
    assert as_administrator.post(reverse("triggers:template_delete", args=[template.pk]))["Location"] == LIST
    assert not MessageTemplate.objects.exists()


# Preview.


@pytest.fixture
def preview(as_administrator, preferences, fields):
    """Return a function that asks for the preview, as the page does, and returns it as text."""

    def ask(**changed):
        answer = as_administrator.post(PREVIEW, {**fields, **changed}, headers=HTMX)
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        return answer.content.decode()

    return ask


def test_the_newest_order_is_shown_first(preview, make_order):
    make_order(number="A-1")
    newest = make_order(number="A-2")
    page = preview()
    assert "Order A-2" in page
    assert f'<option value="{newest.pk}" selected> A-2: ' in " ".join(page.replace(">", "> ").split())
    assert "A-1" in page
    assert "Dear Anna &lt;3 &amp; Bob &lt;b&gt;," in page
    assert "anna@example.com" in page


def test_another_order_is_picked_from_the_list_or_searched_for(preview, make_order):
    older = make_order(number="A-1")
    make_order(number="A-2")
    assert "Order A-1" in preview(order=older.pk)
    assert "Order A-1" in preview(order_words="a-1")
    assert "Order A-2" in preview(order_words="anna")
    assert "Order A-2" in preview(order_words="no such words")
    assert "Order A-2" in preview(order="999999")
    assert "Order A-2" in preview(order="x", shown_as="nonsense")


def test_an_order_that_is_not_among_the_newest_stays_picked(preview, make_order, monkeypatch):
    monkeypatch.setattr("preproduction.views.template_preview.ORDERS_OFFERED", 1)
    older = make_order(number="A-1")
    make_order(number="A-2")
    assert "Order A-1" in preview(order=older.pk)


def test_without_orders_the_preview_is_made_up(preview):
    page = preview()
    assert "Dear Ana Martins," in page
    assert "made up" in page


def test_a_status_change_tells_every_field_of_the_list(order, preferences):
    told = {**order.status_changes.get().payload()["fields"], **merge_fields.of_studio(preferences)}
    assert told.keys() == merge_fields.NAMES
    assert all(isinstance(value, str) for value in told.values())


def test_the_fields_of_the_studio_are_its_own(preview, make_order):
    make_order()
    assert "Lumen &amp; Sons Photography" in preview(text="{{ studio.name }}")


def test_an_sms_says_how_many_messages_it_is(preview, make_order):
    make_order()
    page = preview(shown_as="sms", text="x" * 161)
    assert "161 characters, 2 messages." in " ".join(page.split())
    page = preview(shown_as="sms", text="Olá ё")
    assert "5 characters, 1 message." in " ".join(page.split())
    assert "70 instead of 160" in page


def test_a_letter_shows_its_address(preview, make_order, session):
    make_order()
    assert "(no postal address)" in preview(shown_as="letter")
    Client.objects.filter(pk=session.client_id).update(address="12 Harbour Street")
    assert "12 Harbour Street" in preview(shown_as="letter")
    assert "12 Harbour Street" not in preview(shown_as="letter", letter_layout="plain")


@pytest.mark.parametrize("wrong", ["subject", "text", "html"])
def test_a_mistake_is_told_instead(preview, make_order, wrong):
    make_order()
    text, sentence = WRONG[wrong]
    page = preview(**{wrong: text})
    assert sentence in page
    assert "your proofs are ready" not in page


def test_what_is_shown_as_sms_minds_no_mistake_elsewhere(preview, make_order):
    make_order()
    assert "your proofs are ready" in preview(shown_as="sms", html="<script>")


def test_line_numbers_are_those_of_the_writer(preview):
    """Browsers send the ends of lines as CR LF."""
    assert "on line 3 is not closed" in preview(text="a\r\nb\r\n{{ client.name")


def test_without_scripts_the_preview_is_a_page(as_administrator, preferences, fields):
    answer = as_administrator.post(PREVIEW, fields)
    assert "<h1>" in answer.content.decode()
    assert "Dear Ana Martins," in answer.content.decode()


def test_the_letter_is_shown_as_it_would_be_printed(as_administrator, preferences, fields, make_order):
    make_order(number="A-1")
    answer = as_administrator.post(f"{PREVIEW}letter/", fields)
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert "Order A-1" in page.extract_text()
    assert "Anna <3 & Bob <b>" in page.extract_text()
    answer = as_administrator.post(f"{PREVIEW}letter/", {**fields, "text": "{{ client.nmae }}"})
    assert answer.status_code == 422
    assert "There is no field client.nmae." in answer.content.decode()


def test_the_html_part_is_shown_in_a_frame_where_nothing_runs(
    as_administrator, preferences, fields, make_order
):
    make_order()
    answer = as_administrator.post(f"{PREVIEW}html/", fields)
    assert answer.content.decode() == "<p>Dear Anna &lt;3 &amp; Bob &lt;b&gt;</p>"
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox></iframe>" in as_administrator.get(NEW).content.decode()


@pytest.mark.parametrize("html", ["<script>alert(1)</script>", "<p>{{ client.nmae }}</p>", ""])
def test_html_that_would_be_refused_is_not_shown_as_html(as_administrator, preferences, fields, html):
    answer = as_administrator.post(f"{PREVIEW}html/", {**fields, "html": html})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("address", [PREVIEW, f"{PREVIEW}html/", f"{PREVIEW}letter/"])
def test_looking_keeps_and_sends_nothing(
    as_administrator, preferences, fields, make_order, address, mailoutbox
):
    make_order()
    as_administrator.post(address, fields)
    assert not MessageTemplate.objects.exists()
    assert not mailoutbox
    while address.startswith("/maintenance/templates/preview/"):  # none of them is a page by itself
        address = as_administrator.get(address)["Location"]
    assert address == reverse("triggers:template_list")


@pytest.mark.parametrize("address", [LIST, NEW])
def test_templates_are_for_administrators(as_manager, as_staff, address):
    assert as_manager.get(address).status_code == 403
    assert as_staff.post(PREVIEW, {}).status_code == 403


def test_the_preview_costs_the_same_however_many_orders(
    as_administrator, preferences, fields, make_order, django_assert_max_num_queries
):
    for rows in (1, 30):
        for _ in range(rows):
            make_order()
        as_administrator.get("/help/")  # what the studio has set up is read once in a process
        with django_assert_max_num_queries(10):
            as_administrator.post(PREVIEW, fields, headers=HTMX)


@pytest.mark.parametrize(
    ("text", "places", "segments"),
    [
        ("", 0, 0),
        ("a", 1, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("ё" * 70, 70, 1),
        ("ё" * 71, 71, 2),
        ("ё" * 135, 135, 3),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
        ("Dear Ana,\nà bientôt", 19, 1),
    ],
)
def test_the_length_of_an_sms(text, places, segments):
    assert length_of(text)[:2] == (places, segments)
