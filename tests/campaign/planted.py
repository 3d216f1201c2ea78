"""Thirty bugs of one line, each planted in a copy of the tree and looked for by a named test of `run.py test`.

    python3 run.py campaign planted

A bug is found by its own text, whatever the file is called today.  One that its test does not notice, and one whose text
is gone, fails the part; so does a test that fails without any bug.
"""

import json
import queue
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = ("preproduction", "triggers", "studio", "templates", "static")
KINDS = {".py", ".html", ".js", ".css"}


class Bug(NamedTuple):
    what: str
    right: str
    wrong: str
    test: str


BUGS = (
    Bug(
        "The due date itself is overdue",
        "CLOCK_RUNS & Q(status_due_date__lt=day)",
        "CLOCK_RUNS & Q(status_due_date__lte=day)",
        "preproduction/test_advance_operation.py::test_overdue_begins_the_day_after_the_due_date",
    ),
    Bug(
        "An outdated page moves an order on",
        "    if expected is not None and order.version != expected:\n        raise OutdatedPage(who_was_quicker(order))",
        "",
        "preproduction/test_advance_operation.py::test_whoever_is_slower_reads_who_was_quicker",
    ),
    Bug(
        "A form sent twice advances twice",
        "StatusChange.objects.filter(request_key=request_key).first()",
        "StatusChange.objects.none().first()",
        "preproduction/test_advance_operation.py::test_the_same_form_sent_twice_is_one_advance_with_one_answer",
    ),
    Bug(
        "An order enters an inactive status",
        "    if to.is_inactive:\n        raise OperationRefused(f",
        "    if False:\n        raise OperationRefused(f",
        "preproduction/test_advance_operation.py::test_inactive_and_same_statuses_are_refused",
    ),
    Bug(
        "A status is completed in the future",
        "    if plan.completed_on > stay.of(order).latest_day(timezone.localdate()):",
        "    if False:",
        "preproduction/test_advance_operation.py::test_dates_that_cannot_be_are_refused",
    ),
    Bug(
        "Staff undo what others did",
        '    if change.recorded_by_id != by.pk and not access.may(by, "undo_any_change"):',
        "    if False:",
        "preproduction/test_undo.py::test_staff_undo_their_own_changes_and_managers_any",
    ),
    Bug(
        "Undo forgets the due date",
        "    return {**columns, **stay.columns(clock)}",
        '    return {**columns, **stay.columns(clock), "status_due_date": None}',
        "preproduction/test_undo.py::test_status_due_date_and_owner_go_back_and_both_rows_stay",
    ),
    Bug(
        "Reminders go on during a hold",
        "    schedule.stop(order.pk)\n",
        "",
        "triggers/test_outbox_due_dates.py::"
        "test_on_hold_it_has_no_moment_and_on_resuming_it_moves_with_the_due_date",
    ),
    Bug(
        "A hold does not move the due date",
        "        due = calendar.add_business_days(self.due_date, days) if self.due_date and days else self.due_date",
        "        due = self.due_date",
        "preproduction/test_hold.py::test_resuming_says_first_where_the_due_date_goes",
    ),
    Bug(
        "A day too many is counted",
        "bisect_left(self._weekdays, rest)",
        "bisect_right(self._weekdays, rest)",
        "studio/test_business_days.py::test_the_due_date_is_the_nth_business_day_after_the_start",
    ),
    Bug(
        "The last closed day is explained as worked",
        "            if first <= day <= last:\n                return PassedDay",
        "            if first <= day < last:\n                return PassedDay",
        "studio/test_business_days.py::test_adding_agrees_with_walking_day_by_day",
    ),
    Bug(
        "Staff may hold orders",
        '        "ask_for_hold",\n',
        '        "ask_for_hold",\n        "hold_order",\n',
        "preproduction/test_hold.py::test_staff_can_neither_hold_nor_resume",
    ),
    Bug(
        "Anybody undoes over the address",
        '@access.requires("undo_own_change")\n@require_http_methods(["GET"',
        '@require_http_methods(["GET"',
        "security/test_access.py::test_every_page_asks_for_a_permission",
    ),
    Bug(
        "A client's name is a formula",
        '    cell.data_type = "s"',
        "    cell.value = text",
        "studio/test_xlsx.py::test_no_text_becomes_a_formula_in_any_column",
    ),
    Bug(
        "Long text breaks the Excel file",
        'text.encode("utf-16-le")[: limit * 2]',
        'text.encode("utf-16-le")[: limit * 3]',
        "studio/test_xlsx.py::test_long_text_is_cut_where_excel_would_refuse_the_file",
    ),
    Bug(
        "A worker thought dead finishes another's row",
        "pk=delivery.pk, state=State.SENDING, lease_number=delivery.lease_number",
        "pk=delivery.pk, state=State.SENDING",
        "triggers/test_outbox.py::test_a_worker_thought_dead_cannot_finish_what_another_is_sending",
    ),
    Bug(
        "An SMS that may have gone is sent again",
        "    once = stuck.filter(channel__in=channels.at_most_once()).update(",
        "    once = stuck.none().update(",
        "reliability/test_outbox_kills.py::test_kills_lose_no_message_and_double_no_sms",
    ),
    Bug(
        "There is always room in the hour",
        "    return max(preferences.most_per_hour - used, 0)",
        "    return preferences.most_per_hour",
        "triggers/test_outbox_gates.py::test_the_cap_of_an_hour_holds_messages_and_no_tasks",
    ),
    Bug(
        "A recipient gets one too many",
        "    if others.count() < most:",
        "    if others.count() <= most:",
        "triggers/test_outbox_gates.py::"
        "test_the_cap_on_one_recipient_holds_what_is_over_and_tells_each_administrator_once",
    ),
    Bug(
        "A poisonous message stops the others",
        "    except Exception as error:\n        _settle(delivery",
        "    except PermanentError as error:\n        _settle(delivery",
        "reliability/test_outbox_storms.py::test_of_100_messages_one_is_poison_and_99_arrive",
    ),
    Bug(
        "What cannot succeed is tried again",
        "    if isinstance(error, PermanentError) or delivery.tries >= len(RETRY_AFTER):",
        "    if delivery.tries >= len(RETRY_AFTER):",
        "triggers/test_outbox_gates.py::test_a_permanent_error_fails_at_once_and_a_poison_one_stops_nobody",
    ),
    Bug(
        "A reminder comes after instead of before",
        "    days = -trigger.days if trigger.timing == Trigger.Timing.BEFORE_DUE else trigger.days",
        "    days = trigger.days",
        "triggers/rules/test_schedule.py::test_the_moment_is_so_many_days_from_the_due_date_at_the_studios_hour",
    ),
    Bug(
        "What is over fires all the same",
        "    if at < reached_at:",
        "    if False:",
        "triggers/test_outbox_due_dates.py::"
        "test_a_status_without_a_due_date_and_a_moment_that_is_over_are_skipped_and_say_so",
    ),
    Bug(
        "A webhook reaches the cloud's own address",
        '        "169.254.0.0/16",  # link-local; cloud metadata\n',
        "",
        "triggers/channels/test_public_addresses.py::test_nothing_inside_is_public",
    ),
    Bug(
        "Invisible characters are stored",
        "        if found:\n            raise ValidationError(",
        "        if False:\n            raise ValidationError(",
        "preproduction/test_advance_page.py::test_refusals_stand_at_their_field_and_keep_what_was_typed",
    ),
    Bug(
        "Writers on SQLite get in each other's way",
        '"transaction_mode": "IMMEDIATE",\n',
        '"transaction_mode": "DEFERRED",\n',
        "reliability/test_concurrent_advances.py::"
        "test_advances_by_16_processes_are_as_many_rows_without_gap_or_twin",
    ),
    Bug(
        "Another site may frame our pages",
        '"frame-ancestors": [NONE]',
        '"frame-ancestors": [SELF]',
        "security/test_headers.py::test_each_error_is_a_page_of_ours",
    ),
    Bug(
        "Status Notes can be rewritten",
        "BEFORE UPDATE ON {table} WHEN NOT EXISTS ",
        "BEFORE UPDATE ON {table} WHEN 0 AND NOT EXISTS ",
        "preproduction/test_status_notes.py::test_the_orm_changes_and_removes_nothing",
    ),
    Bug(
        "A status list edit from an old page is taken",
        "        now = now.filter(version=expected)",
        "        pass",
        "preproduction/test_status_list_operations.py::test_change_against_an_outdated_list_is_refused",
    ),
    Bug(
        "A double click sends a form twice",
        '    form.dataset.sending = "yes";\n',
        "",
        "browser/test_look.py::test_a_double_click_sends_once",
    ),
)


def main(record: Path) -> int:
    """Look for each bug; write to `record` how it ended.  Return 0 only if all were caught."""
    with tempfile.TemporaryDirectory() as folder:
        trees = copy_trees(Path(folder), 2)
        if run_tests(trees.queue[0], *sorted({bug.test for bug in BUGS})):
            print("The tests fail without any bug; what they would say of one means nothing.")
            return 1
        with ThreadPoolExecutor(trees.qsize()) as both:
            said = both.map(lambda bug: look_for(bug, trees), BUGS)
            return max([note(record, *each) for each in zip(BUGS, said, strict=True)])


def copy_trees(folder: Path, number: int) -> "queue.Queue[Path]":
    """Return that many copies of the product below `folder`, to be spoilt one at a time."""
    trees: queue.Queue[Path] = queue.Queue()
    for name in range(number):
        shutil.copytree(ROOT, folder / str(name), ignore=shutil.ignore_patterns(".*", "data", "__pycache__"))
        trees.put(folder / str(name))
    return trees


def note_line(record: Path, what: str, outcome: str, did: dict[str, int]) -> None:
    with record.open("a") as lines:
        lines.write(json.dumps({"test": what, "outcome": outcome, "did": did}) + "\n")


def note(record: Path, bug: Bug, complaint: str) -> int:
    """Print how it ended and write it to `record`; return 1 if the bug was not caught."""
    print(f"{bug.what}: {complaint or f'caught by {bug.test}'}", flush=True)
    did = {"bugs": 1, "caught": int(not complaint)}
    note_line(record, bug.what, "failed" if complaint else "passed", did)
    return did["bugs"] - did["caught"]


def look_for(bug: Bug, trees: queue.Queue[Path]) -> str:
    """Return why `bug` was not caught by its test; "" if it was."""
    tree = trees.get()
    try:
        files = [path for path in sources(tree) if bug.right in path.read_text()]
        count = sum(path.read_text().count(bug.right) for path in files)
        if count != 1:
            return f"its place was found {count} times"
        (file,), text = files, files[0].read_text()
        file.write_text(text.replace(bug.right, bug.wrong))
        try:
            code = run_tests(tree, bug.test)
        finally:
            file.write_text(text)
        return {0: "NOT CAUGHT", 1: ""}.get(code, f"pytest could not run its test ({code})")
    finally:
        trees.put(tree)


def sources(tree: Path):
    return (path for place in PLACES for path in sorted((tree / place).rglob("*.*")) if path.suffix in KINDS)


def run_tests(tree: Path, *tests: str, seconds: int | None = None) -> int:
    """Return what pytest answers for `tests`.  Raises TimeoutExpired after so many seconds, if given."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", *(f"tests/{test}" for test in tests)]
    command += ["-o", f"cache_dir={ROOT / '.pytest_cache'}"]  # the migrated file
    # One that a bug lets wait for ever fails, as it would in run.py test.
    command += ["-o", "faulthandler_timeout=300", "-o", "faulthandler_exit_on_timeout=true"]
    return subprocess.run(command, cwd=tree, capture_output=True, timeout=seconds).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
