"""Custom fields: labels set by the studio, values typed on the order."""

import pytest

from preproduction.models import CustomField, CustomFieldList, CustomValue
from tests.sending import as_sent

pytestmark = pytest.mark.usefixtures("preferences")
LIST = "/maintenance/custom-fields/"


@pytest.fixture
def fields(db):
    return [
        CustomField.objects.create(label=label, position=position)
        for position, label in enumerate(["Frame colour", "Album code", "Negatives"], start=1)
    ]


def labels():
    return list(CustomField.objects.values_list("label", flat=True))


def move(browser, field, where):
    version = CustomFieldList.current_version()
    return browser.post(f"{LIST}{field.pk}/{where}/", {"version": version})


def save(browser, order, **typed):
    form = browser.get(order.get_absolute_url()).context["custom"]
    return browser.post(f"/orders/{order.pk}/custom/", as_sent(form, **typed))


def values(order):
    return {value.field.label: value.value for value in order.custom_values.select_related("field")}


def test_the_administrator_adds_fields_in_turn(as_administrator, as_staff, order):
    for label in ("Frame colour", "Album code"):
        assert as_administrator.post(LIST, {"label": label}).status_code == 302
    assert labels() == ["Frame colour", "Album code"]
    shown = as_staff.get(order.get_absolute_url()).text
    assert shown.index("Frame colour") < shown.index("Album code")


@pytest.mark.parametrize("label", ["", "frame COLOUR", "x" * 61, "a\u202eb"])
def test_a_label_that_cannot_be_is_refused(as_administrator, fields, label):
    assert as_administrator.post(LIST, {"label": label}).status_code == 422
    assert CustomField.objects.count() == 3


def test_fields_move_up_and_down(as_administrator, fields):
    move(as_administrator, fields[2], "up")
    assert labels() == ["Frame colour", "Negatives", "Album code"]
    move(as_administrator, fields[0], "down")
    assert labels() == ["Negatives", "Frame colour", "Album code"]
    assert "Negatives is first already." in move(as_administrator, fields[2], "up").text
    assert "Album code is last already." in move(as_administrator, fields[1], "down").text
    assert labels() == ["Negatives", "Frame colour", "Album code"]


def test_a_label_is_edited(as_administrator, fields):
    page = as_administrator.get(f"{LIST}{fields[0].pk}/").context
    sent = as_sent(page["form"], label="Frame") | {"seen": page["seen"]}
    assert as_administrator.post(f"{LIST}{fields[0].pk}/", sent).status_code == 302
    assert labels()[0] == "Frame"
    late = as_administrator.post(f"{LIST}{fields[0].pk}/", sent | {"label": "Colour"})
    assert late.status_code == 409
    assert "Meanwhile Ada Moreau changed Label (now “Frame”)." in late.text
    assert labels()[0] == "Frame"


def test_values_are_typed_on_the_order(as_staff, order, fields):
    answer = save(as_staff, order, **{f"field-{fields[0].pk}": "Walnut", f"field-{fields[1].pk}": "=1+1"})
    assert answer.headers["Location"] == f"{order.get_absolute_url()}#custom"
    assert values(order) == {"Frame colour": "Walnut", "Album code": "=1+1"}
    save(as_staff, order, **{f"field-{fields[0].pk}": ""})
    assert values(order)["Frame colour"] == ""


def test_two_people_at_different_fields_both_succeed(as_staff, order, fields):
    old = as_staff.get(order.get_absolute_url()).context["custom"]
    CustomValue.objects.create(order=order, field=fields[1], value="A7")
    as_staff.post(f"/orders/{order.pk}/custom/", as_sent(old, **{f"field-{fields[0].pk}": "Walnut"}))
    assert values(order) == {"Frame colour": "Walnut", "Album code": "A7"}


@pytest.mark.parametrize(("stored", "told"), [("Oak", "now “Oak”"), ("", "now empty")])
def test_the_second_of_two_at_one_field_is_told(as_staff, order, fields, stored, told):
    name = f"field-{fields[0].pk}"
    save(as_staff, order, **{name: "Pine"})
    old = as_staff.get(order.get_absolute_url()).context["custom"]
    save(as_staff, order, **{name: stored})
    typed = as_sent(old, **{name: "Walnut", f"field-{fields[1].pk}": "A7"})
    late = as_staff.post(f"/orders/{order.pk}/custom/", typed)
    assert late.status_code == 409
    assert f"Meanwhile Sam Okafor changed Frame colour ({told})." in late.text
    assert values(order) == {"Frame colour": stored}
    # What was typed is kept, and saving it again is a decision.
    as_staff.post(f"/orders/{order.pk}/custom/", as_sent(late.context["custom"]))
    assert values(order) == {"Frame colour": "Walnut", "Album code": "A7"}


def test_a_value_too_long_is_refused_and_stays_typed(as_staff, order, fields):
    answer = save(as_staff, order, **{f"field-{fields[0].pk}": "x" * 501})
    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert values(order) == {}


def test_an_inactive_field_is_shown_only_where_it_has_something(as_staff, order, make_order, fields):
    CustomValue.objects.create(order=order, field=fields[0], value="Walnut")
    CustomField.objects.filter(pk=fields[0].pk).update(is_inactive=True)
    assert "Frame colour (inactive)" in as_staff.get(order.get_absolute_url()).text
    assert "Frame colour" not in as_staff.get(make_order().get_absolute_url()).text


def test_a_field_in_use_is_not_deleted(as_administrator, order, fields):
    CustomValue.objects.create(order=order, field=fields[0], value="Walnut")
    CustomValue.objects.create(order=order, field=fields[1], value="")
    refused = as_administrator.post(f"{LIST}{fields[0].pk}/delete/")
    assert refused.status_code == 409
    assert "1 order has something in “Frame colour”, so it stays." in refused.text
    assert as_administrator.post(f"{LIST}{fields[1].pk}/delete/").status_code == 302
    assert labels() == ["Frame colour", "Negatives"]


def test_without_fields_the_tab_says_what_to_do(as_staff, as_administrator, order):
    assert "An administrator can add fields" in as_staff.get(order.get_absolute_url()).text
    assert "Set Up Custom Fields" in as_administrator.get(order.get_absolute_url()).text


def test_only_administrators_set_labels(as_staff, as_manager, fields):
    for browser in (as_staff, as_manager):
        assert browser.get(LIST).status_code == 403
        assert browser.post(LIST, {"label": "Mine"}).status_code == 403
        assert browser.post(f"{LIST}{fields[0].pk}/delete/").status_code == 403
