"""What pages keep in the process of what the studio has set up, and that no worker shows it as it was."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from preproduction.models import CustomField, LateReason, Status
from studio import set_up
from studio.models import ClosedDay, CompanyPreferences, Department, SessionType, User, Vendor, WorkedDay
from studio.set_up import tokens
from tests.reliability.processes import in_processes, needs_fork
from triggers.models import MessagePreferences, Trigger

# Each: a way in which a row is written somewhere else, and a part that holds it.
WRITES = {
    "saved": (lambda: CompanyPreferences.objects.filter(pk=1).update(name="Lumen"), "preferences"),
    "closed": (
        lambda: ClosedDay.objects.create(first_day="2026-12-24", last_day="2026-12-26", name="Holidays"),
        "calendar",
    ),
    "worked": (lambda: WorkedDay.objects.bulk_create([WorkedDay(day=date(2026, 12, 5))]), "calendar"),
    "named": (lambda: Department.objects.create(name="Front Desk"), "departments"),
    "left": (lambda: User.objects.filter(username="sam").update(is_active=False), "users"),
    "moved": (lambda: User.objects.get(username="sam").departments.clear(), "departments of"),
    "shortened": (lambda: Status.objects.update(default_duration=1), "statuses"),
    "removed": (lambda: Vendor.objects.all().delete(), "vendors"),
    "added": (lambda: SessionType.objects.create(name="School"), "session types"),
    "explained": (lambda: LateReason.objects.create(name="Paper", position=1), "late reasons"),
    "asked": (lambda: CustomField.objects.create(label="Album", position=1), "custom fields"),
    "fires": (
        lambda: Trigger.objects.create(
            description="Pack it",
            status=Status.objects.get(is_initial=True),
            kind="task",
            recipient="department",
        ),
        "triggers",
    ),
    "paused": (lambda: MessagePreferences.objects.create(pk=1, is_paused=True), "message preferences"),
}


def plain(part):
    """Return a part as text: two readings of the same rows are the same."""
    if isinstance(part, list) and part and hasattr(part[0], "_meta"):
        return str([plain(row) for row in part])
    if hasattr(part, "_meta"):
        hidden = part.get_deferred_fields() | {"_state"}
        return str(
            {name: value for name, value in vars(part).items() if name not in hidden and name[0] != "_"}
        )
    return str(part)


def kept():
    return {name: plain(part) for name, part in set_up.now().items()}


@needs_fork
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_one_process_saves_another_shows_at_once(preferences, statuses, vendor, sam):
    before = kept()
    for how, (write, name) in WRITES.items():
        in_processes(1, lambda _, write=write: bool(write()))
        after = kept()
        assert after[name] != before[name], how
        before = after


@needs_fork
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_control_without_its_triggers_the_other_process_shows_what_was(preferences):
    before = kept()
    tokens.take_away("default", plan=True)
    try:
        in_processes(1, lambda _: bool(WRITES["saved"][0]()))
        assert kept() == before
    finally:
        tokens.put_in_place("default")
    assert "Lumen" in kept()["preferences"]


def test_every_part_has_a_write_above(db):
    assert {name for _, name in WRITES.values()} == set_up.now().keys()


def test_nothing_is_kept_of_what_was_rolled_back(preferences):
    before = kept()
    with transaction.atomic():
        WRITES["saved"][0]()
        assert "Lumen" in kept()["preferences"]
        transaction.set_rollback(True)
    assert kept() == before


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_who_write_one_table_do_not_wait_for_each_other(preferences, statuses):
    first, second = Status.objects.order_by("pk")[:2]
    colleague = connection.copy()
    colleague.set_autocommit(False)
    try:
        with colleague.cursor() as cursor:
            cursor.execute("UPDATE preproduction_status SET default_duration = 55 WHERE id = %s", [second.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        Status.objects.filter(pk=first.pk).update(default_duration=44)
        assert "'default_duration': 55" not in kept()["statuses"]
        colleague.commit()
        after = kept()["statuses"]
        assert "'default_duration': 44" in after
        assert "'default_duration': 55" in after
        Status.objects.filter(pk=first.pk).update(default_duration=66)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM studio_set_up WHERE name = 'preproduction_status'")
            assert cursor.fetchone() == (1,)
            cursor.execute("RESET lock_timeout")
    finally:
        colleague.close()


def test_where_nothing_has_changed_one_query_says_so(preferences, sam, django_assert_num_queries):
    kept()
    User.objects.filter(pk=sam.pk).update(last_login=None, pinned_pages=["triggers:letter_list"])
    with django_assert_num_queries(1):
        kept()


def test_a_check_names_the_triggers_that_are_gone_and_migrating_puts_them_back(db):
    assert tokens.missing(connection) == []
    tokens.take_away("default", plan=True)
    assert "studio_set_up_studio_vendor" in " ".join(tokens.missing(connection))
    call_command("migrate", verbosity=0)
    assert tokens.missing(connection) == []
