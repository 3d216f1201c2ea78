"""Status Notes are append-only: no ORM call, no SQL and no other program changes or removes a row."""

import sqlite3
from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, ProtectedError, RestrictedError
from django.urls import NoReverseMatch, reverse

from preproduction import operations
from preproduction.models import Order, Status, StatusChange
from studio import append_only
from studio.checks import history_is_guarded
from studio.models import Department, User
from tests.programs import manage
from tests.routes import all_routes

TABLE = "preproduction_statuschange"
only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a statement of SQLite")
only_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a statement of PostgreSQL")


@pytest.fixture
def change(order, statuses, sam):
    """Return the second row of the notes of an order that has moved once."""
    plan = operations.plan_advance(order, to=statuses["Sent to lab"])
    change = operations.advance_status(order, plan, expected=1, by=sam, note="Two rolls.")
    # The order's own key would protect it, too; here it is the guard that is tried.
    Order.objects.update(stay=None)
    return change


def rows():
    return list(StatusChange.objects.order_by("pk").values_list())


def save(change):
    change.note = "Rewritten"
    change.save()


def save_one_column(change):
    change.note = "Rewritten"
    change.save(update_fields=["note"])


def save_as_another(change):
    """As a careless copy: a row with the key of one that is there."""
    StatusChange(**{field.attname: getattr(change, field.attname) for field in change._meta.fields}).save()


def update(change):
    StatusChange.objects.filter(pk=change.pk).update(note="Rewritten")


def update_all(change):
    StatusChange.objects.update(sequence=F("sequence") + 100)


def bulk_update(change):
    change.note = "Rewritten"
    StatusChange.objects.bulk_update([change], ["note"])


def update_or_create(change):
    StatusChange.objects.update_or_create(pk=change.pk, defaults={"note": "Rewritten"})


def upsert(change):
    change.note = "Rewritten"
    StatusChange.objects.bulk_create(
        [change], update_conflicts=True, unique_fields=["id"], update_fields=["note"]
    )


def delete(change):
    change.delete()


def delete_query(change):
    StatusChange.objects.filter(pk=change.pk).delete()


def delete_all(change):
    # The second first: the first is protected by it.
    StatusChange.objects.filter(sequence=2).delete()


def delete_without_asking(change):
    StatusChange.objects.filter(pk=change.pk)._raw_delete(using="default")


def through_the_order(change):
    change.order.status_changes.update(note="Rewritten")


BY_ORM = [
    save,
    save_one_column,
    save_as_another,
    update,
    update_all,
    bulk_update,
    update_or_create,
    upsert,
    delete,
    delete_query,
    delete_all,
    delete_without_asking,
    through_the_order,
]

BY_SQL = [
    f"UPDATE {TABLE} SET note = 'Rewritten'",
    f"UPDATE {TABLE} SET id = id + 1000",
    f"UPDATE {TABLE} SET note = note",
    f"DELETE FROM {TABLE}",
    f"DELETE FROM {TABLE} WHERE sequence = 2",
]
COPY = f"INTO {TABLE} SELECT * FROM {TABLE} WHERE sequence = 2"
BY_SQLITE = [
    *BY_SQL,
    f"UPDATE OR IGNORE {TABLE} SET note = 'Rewritten'",
    f"UPDATE OR REPLACE {TABLE} SET sequence = 1",
    f"REPLACE {COPY}",
    f"INSERT OR REPLACE {COPY}",
    f"INSERT {COPY} ON CONFLICT DO UPDATE SET note = 'Rewritten'",
]
BY_POSTGRESQL = [
    *BY_SQL,
    f"TRUNCATE {TABLE} CASCADE",
    "TRUNCATE preproduction_order CASCADE",
    f"INSERT {COPY} ON CONFLICT (id) DO UPDATE SET note = 'Rewritten'",
    f"MERGE INTO {TABLE} t USING {TABLE} s ON t.id = s.id WHEN MATCHED THEN DELETE",
]


def refused(attempt):
    """Whether the database refuses `attempt`, and with our sentence."""
    try:
        with transaction.atomic():
            attempt()
    except DatabaseError as error:
        return "Status Notes is append-only" in str(error) or "UNIQUE constraint" in str(error)
    return False


def run_sql(statement):
    connection.check_constraints()  # PostgreSQL lets no table be emptied while checks of it are put off
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("attempt", BY_ORM, ids=lambda attempt: attempt.__name__)
def test_the_orm_changes_and_removes_nothing(attempt, change, order):
    # Nothing but the row itself points at the second change, so nothing but the guard protects it.
    before = rows()
    assert refused(lambda: attempt(change))
    assert rows() == before


@only_sqlite
@pytest.mark.parametrize("statement", BY_SQLITE)
def test_sqlite_refuses_the_statement(statement, change):
    before = rows()
    assert refused(lambda: run_sql(statement))
    assert rows() == before


@only_postgresql
@pytest.mark.parametrize("statement", BY_POSTGRESQL)
def test_postgresql_refuses_the_statement(statement, change):
    before = rows()
    assert refused(lambda: run_sql(statement))
    assert rows() == before


@pytest.mark.parametrize("statement", BY_SQL)
def test_control_without_the_guard_the_same_statements_succeed(statement, change):
    before = rows()
    append_only.remove_guards(connection)
    assert not refused(lambda: run_sql(statement))
    assert rows() != before or "note = note" in statement
    transaction.set_rollback(True)


@pytest.mark.parametrize("attempt", BY_ORM, ids=lambda attempt: attempt.__name__)
def test_control_without_the_guard_the_orm_succeeds(attempt, change):
    before = rows()
    append_only.remove_guards(connection)
    assert not refused(lambda: attempt(change))
    assert rows() != before or attempt is save_as_another
    transaction.set_rollback(True)


@pytest.mark.parametrize("model", [Order, Status, User, Department])
def test_deleting_what_a_row_tells_of_does_not_take_the_row_along(model, change):
    before = rows()
    with pytest.raises((ProtectedError, RestrictedError)):
        model.objects.all().delete()
    assert rows() == before


@only_sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", BY_SQLITE)
def test_another_program_with_no_settings_of_ours_is_refused(statement, change):
    """sqlite3's own defaults: no recursive triggers, no foreign keys."""
    before = rows()
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        with pytest.raises(sqlite3.IntegrityError):
            other.execute(statement)
        other.rollback()
    assert rows() == before


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_control_without_the_guard_another_program_succeeds(change):
    append_only.remove_guards(connection)
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute(f"DELETE FROM {TABLE} WHERE sequence = 2")
        other.commit()
    assert len(rows()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_remakes_the_table_is_followed_by_the_guard(change):
    """On SQLite Django drops a table's triggers when it alters a column; every migrate puts them back."""
    old = StatusChange._meta.get_field("note")
    new = models.CharField("Note", max_length=4000, blank=True)
    new.set_attributes_from_name("note")
    new.model = StatusChange
    with connection.schema_editor() as editor:
        editor.alter_field(StatusChange, old, new)
    was_lost = history_is_guarded(None, databases=["default"])
    assert [error.id for error in was_lost] == (["studio.E010"] if connection.vendor == "sqlite" else [])
    try:
        call_command("migrate", verbosity=0)
        assert history_is_guarded(None, databases=["default"]) == []
        assert refused(lambda: update(change))
        assert refused(lambda: delete(change))
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(StatusChange, new, old)


@pytest.mark.django_db(transaction=True)
def test_the_check_fires_while_a_trigger_is_missing(change):
    assert history_is_guarded(None, databases=["default"]) == []
    append_only.remove_guards(connection)
    (error,) = history_is_guarded(None, databases=["default"])
    assert error.id == "studio.E010"
    assert "manage.py migrate" in error.hint
    append_only.install_guards(connection)
    assert history_is_guarded(None, databases=["default"]) == []


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_migrate_is_not_stopped_by_what_it_mends(change, tmp_path):
    copy = tmp_path / "studio.sqlite3"
    run_sql(f"VACUUM INTO '{copy}'")
    with closing(sqlite3.connect(copy)) as other:
        other.execute("DROP TRIGGER preproduction_statuschange_no_delete")
    address = f"sqlite:///{copy}"
    check = ("check", "--database", "default")
    found = manage(*check, database=address)
    assert (found.returncode, "studio.E010" in found.stderr) == (1, True)
    assert manage("migrate", "-v0", database=address).returncode == 0
    assert manage(*check, database=address).returncode == 0


@only_postgresql
def test_the_check_fires_while_a_trigger_is_switched_off(change):
    run_sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER preproduction_statuschange_no_change")
    assert [error.id for error in history_is_guarded(None, databases=["default"])] == ["studio.E010"]


def test_there_is_no_admin_site_to_change_a_row_in():
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert not [route for route in all_routes() if "admin" in route.view.__module__.split(".")]


def test_no_page_takes_the_key_of_a_row():
    """The pages show Status Notes with their order; none edits or deletes one."""
    assert not [route for route in all_routes() if "note" in route.name and "<int:pk>/<int:" in route.pattern]
