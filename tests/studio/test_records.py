"""Making, editing and deleting departments, session types, vendors and clients."""

import pytest
from django.urls import reverse

from studio.models import Client, Department, SessionType, Vendor
from studio.uses import uses_of

FORMS = {
    "department": (Department, "studio:department_list"),
    "session_type": (SessionType, "studio:session_type_list"),
    "vendor": (Vendor, "studio:vendor_list"),
}


def save(browser, name, record=None, /, **fields):
    """Post the form of `record`, or of a new one, as the page would send it."""
    address = reverse(f"studio:{name}_edit", args=[record.pk]) if record else reverse(f"studio:{name}_create")
    seen = browser.get(address).context["seen"]
    return browser.post(address, {"seen": seen, **fields})


@pytest.mark.parametrize("name", FORMS)
def test_a_record_is_made_renamed_and_made_inactive(as_administrator, name):
    model, list_name = FORMS[name]
    assert save(as_administrator, name, name="  Fine   Prints ").url == reverse(list_name)
    record = model.objects.get()
    assert record.name == "Fine Prints"
    response = save(as_administrator, name, record, name="Art Prints", is_inactive="on")
    assert response.status_code == 302
    record.refresh_from_db()
    assert (record.name, record.is_inactive) == ("Art Prints", True)
    assert "Art Prints saved." in as_administrator.get(reverse(list_name)).text


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("typed", ["árvíztűrő", "ÁRVÍZTŰRŐ", " Árvíztűrő  "])
def test_two_names_that_differ_in_case_only_are_one(as_administrator, name, typed):
    model, _ = FORMS[name]
    model.objects.create(name="Árvíztűrő")
    response = save(as_administrator, name, name=typed)
    assert response.status_code == 422
    assert f"Another {model._meta.verbose_name} has this name." in response.text
    assert model.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "x" * 121}, {"name": "a\x00b"}, {"name": "a\u202eb"}, {"name": "Lab", "email": "no"}, {}],
)  # fmt: skip
def test_a_wrong_form_comes_back_with_what_was_typed(as_administrator, fields):
    response = save(as_administrator, "vendor", contact_name="Iris “the” Kim", **fields)
    assert response.status_code == 422
    assert "Iris “the” Kim" in response.text
    assert not Vendor.objects.exists()


@pytest.mark.parametrize("name", FORMS)
def test_what_nothing_uses_may_be_deleted(as_administrator, name):
    model, list_name = FORMS[name]
    record = model.objects.create(name="Mistake")
    response = as_administrator.post(reverse(f"studio:{name}_delete", args=[record.pk]))
    assert response.url == reverse(list_name)
    assert not model.objects.exists()


def test_what_is_used_is_not_deleted_and_the_uses_are_counted(as_administrator, order, retouching, vendor):
    type(order).objects.filter(pk=order.pk).update(vendor=vendor)
    for record, counted in (
        (order.session.session_type, "1 session"),
        (vendor, "1 preproduction order"),
        (retouching, "1 user, 1 preproduction order and 2 statuses"),
    ):
        name = record._meta.verbose_name.replace(" ", "_")
        response = as_administrator.post(reverse(f"studio:{name}_delete", args=[record.pk]))
        assert response.status_code == 409
        assert response.context["refusal"].startswith(f"“{record}” cannot be deleted: it is used by ")
        for part in counted.replace(" and ", ", ").split(", "):
            assert part in response.context["refusal"]
        assert "Tick Inactive instead" in response.text
        # Save on that page saves; it does not try to delete once more.
        assert (
            f'<form method="post" action="{reverse(f"studio:{name}_edit", args=[record.pk])}"'
            in response.text
        )
        record.refresh_from_db()


def test_uses_of_one_table_through_two_columns_are_counted_once(order, sam):
    type(order).objects.filter(pk=order.pk).update(assigned_user=sam, completed_by=sam, entered_by=sam)
    assert "1 preproduction order" in map(str, uses_of(sam))


def test_somebody_elses_change_is_not_overwritten_unseen(as_staff, session):
    client = session.client
    address = reverse("studio:client_edit", args=[client.pk])
    seen = as_staff.get(address).context["seen"]
    Client.objects.filter(pk=client.pk).update(phone="555 7777")
    fields = {"name": "Anna & Bob", "phone": "555 0142", "seen": seen}
    response = as_staff.post(address, fields)
    assert response.status_code == 409
    assert "Meanwhile somebody changed Phone (now “555 7777”)." in response.text
    assert 'value="Anna &amp; Bob"' in response.text
    assert Client.objects.get().phone == "555 7777"
    # Saving what comes back is a decision.
    assert as_staff.post(address, {**fields, "seen": response.context["seen"]}).status_code == 302
    assert Client.objects.get().phone == "555 0142"


def test_a_new_client_leads_to_their_page_or_to_their_first_session(as_staff):
    response = save(as_staff, "client", name="Яна Петрова")
    assert response.url == Client.objects.get().get_absolute_url()
    response = save(as_staff, "client", name="Second", and_session="on")
    assert response.url == f"/sessions/new/?client={Client.objects.get(name='Second').pk}"


def test_a_client_with_sessions_is_not_deleted(as_staff, session):
    response = as_staff.post(reverse("studio:client_delete", args=[session.client_id]))
    assert response.status_code == 409
    assert "it is used by 1 session." in response.context["refusal"]


def test_deleting_needs_a_post(as_administrator, vendor):
    assert as_administrator.get(reverse("studio:vendor_delete", args=[vendor.pk])).status_code == 303
    assert Vendor.objects.exists()
