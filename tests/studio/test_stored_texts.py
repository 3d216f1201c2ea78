"""Stored forms of texts: in step with what people typed, whoever wrote it, and how."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, models, transaction

from preproduction import operations
from preproduction.models import Order, Status
from studio import stored_texts, texts
from studio.models import Client, SessionType, TextRules, User, Vendor
from studio.stored_texts import KeepsTexts, TextQuerySet, stale_rows
from tests.studio.text_pairs import pairs

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if stored_texts.stored_texts(model)]


def stale():
    return [row for model in MODELS for row in stale_rows(model)]


def test_no_row_is_stale_whatever_wrote_it():
    call_command("demo", orders=30, verbosity=0)
    client = Client.objects.create(name="Søren", phone="(732) 555-0199")
    client.name = "Jørgen"
    client.save(update_fields=["name"])
    other = Client.objects.only("pk", "contact_name").get(pk=client.pk)
    other.contact_name = "Ægir"
    other.save()
    Client.objects.filter(pk=client.pk).update(phone="089 1234567", notes="x")
    Client.objects.bulk_create([Client(name="Æ"), Client(name="Ø")])
    rows = list(Client.objects.filter(name__in="ÆØ"))
    for row in rows:
        row.name += "ß"
    Client.objects.bulk_update(rows, ["name"])
    Client.objects.update_or_create(name="Æß", defaults={"email": "ae@x.example"})
    Order.objects.filter(is_complete=False).update(vendor_order_number="ÄÖ-7")
    SessionType.objects.update(name=models.functions.Concat("name", models.Value(" É")))

    assert stale() == []
    assert set(Client.objects.filter(name_sorted__endswith="ss").values_list("found_by", flat=True)) == {
        "aess\nae@x.example",
        "oss\noess",
    }
    erased = next(
        each
        for each in Client.objects.filter(sessions__isnull=False)
        if not each.sessions.filter(orders__is_complete=False)
    )
    operations.erase_client(erased, by=User.objects.administrators()[0])
    assert stale() == []
    erased.refresh_from_db()
    assert erased.found_by == f"erased client {erased.pk}"
    # The control: what goes past all of this is seen to be stale.
    models.QuerySet(Client).filter(pk=client.pk).update(name="Past it")
    assert [row.pk for row in stale()] == [client.pk]


def test_every_model_with_stored_forms_keeps_them():
    """A model, or a manager of one, that has not the ways of KeepsTexts would leave forms behind."""
    for model in MODELS:
        assert issubclass(model, KeepsTexts), model
        for manager in model._meta.managers:
            assert issubclass(manager._queryset_class, TextQuerySet), (model, manager)


def test_other_rules_make_all_forms_anew():
    call_command("migrate", verbosity=0)  # a test before this one may have emptied the table of rules
    Client.objects.create(name="Søren")
    Client._base_manager.update(found_by="old", name_sorted="old")
    call_command("migrate", verbosity=0)
    assert Client.objects.get().found_by == "old"  # they were made by the rules of today
    TextRules.objects.update(rules="0 of an older Python")
    call_command("migrate", verbosity=0)
    assert (Client.objects.get().found_by, stale()) == ("soren\nsoeren", [])


def test_the_database_tells_names_apart_as_people_do():
    wrong = []
    for stored, typed, _, same, _ in pairs():
        try:
            with transaction.atomic():
                Vendor.objects.create(name=stored)
                Vendor.objects.create(name=typed)
                raised = False
                transaction.set_rollback(True)
        except IntegrityError:
            raised = True
        if raised != same:
            wrong.append((stored, typed))
    assert wrong == []


def test_the_database_sorts_as_people_do():
    table = pairs()
    names = sorted({name for stored, typed, *_ in table for name in (stored, typed)})
    Client.objects.bulk_create(Client(name=name) for name in names)
    place = {name: n for n, name in enumerate(Client.objects.values_list("name", flat=True))}
    wrong = [
        (stored, typed)
        for stored, typed, _, _, order in table
        if order != "=" and (place[stored] < place[typed]) != (order == "<")
    ]
    assert wrong == []


def test_a_second_name_of_the_same_is_refused_where_it_was_typed(as_administrator):
    for path, field, first, second, sentence in (
        ("/maintenance/departments/new/", "name", "STRASSE", "straße", "Another department has this name."),
        ("/maintenance/vendors/new/", "name", "Foto’s", "FOTO'S", "Another vendor has this name."),
    ):
        assert as_administrator.post(path, {field: first}).status_code == 302
        answer = as_administrator.post(path, {field: second})
        assert answer.context["form"].errors == {field: [sentence]}
        assert as_administrator.post(path, {field: "Ano"}).status_code == 302
        assert as_administrator.post(path, {field: "Año"}).status_code == 302


def test_a_name_of_nothing_is_refused(as_administrator):
    answer = as_administrator.post("/maintenance/departments/new/", {"name": "\u200b"})
    assert answer.status_code == 422
    assert as_administrator.post("/maintenance/departments/new/", {"name": "--"}).status_code == 422


def test_signing_in_takes_any_case_of_the_alphabet():
    user = User.objects.create_user("ırmak")
    assert User.objects.get_by_natural_key("IRMAK ") == user


def test_a_status_cannot_be_named_twice(statuses):
    with pytest.raises(IntegrityError), transaction.atomic():
        Status.objects.create(description="DELIVERED", position=99)
    assert texts.unique_key("Delivered") == Status.objects.get(description="Delivered").description_key
