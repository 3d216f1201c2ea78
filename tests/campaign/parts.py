"""What the campaign consists of.  Each part is tests of ours, at the size that tests/sizes.py has for it."""

from typing import NamedTuple


class Part(NamedTuple):
    """Tests by file; those with `control` in their name show that the others can fail.  Without tests it is a module.

    in_ci: False where `run.py test`, which CI runs before, has done all of it.
    """

    what: str
    tests: tuple[str, ...]
    options: tuple[str, ...] = ()
    engines: tuple[str, ...] = ("sqlite", "postgresql")
    in_ci: bool = True


RACES = "tests/reliability/test_concurrent_advances.py"
SENDING = "tests/triggers/channels"

PARTS = {
    "kills": Part("kill -9 at random moments of advances", ("tests/reliability/test_killed_at_random.py",)),
    "statements": Part(
        "kill -9 at each SQL statement",
        ("tests/reliability/test_killed_at_each_statement.py",),
        in_ci=False,
    ),
    "advances": Part("16 processes advance", (RACES,), ("-k", "advances_by or advances_that")),
    "one-page": Part("8 people on one page", (RACES,), ("-k", "page")),
    "double": Part("forms sent twice", (RACES,), ("-k", "double or request_key")),
    "lists": Part(
        "16 processes edit a list",
        (
            "tests/reliability/test_concurrent_list_edits.py",
            "tests/reliability/test_concurrent_trigger_list.py",
        ),
    ),
    "walks": Part("random walks", ("tests/reliability/test_random_walk.py",)),
    "worker": Part("kill -9 of the worker", ("tests/reliability/test_outbox_kills.py",)),
    "workers": Part("8 workers share the queue", ("tests/reliability/test_outbox_workers.py",)),
    "storms": Part("storms, poison, random triggers", ("tests/reliability/test_outbox_storms.py",)),
    "servers": Part(
        "faulty servers",
        (
            f"{SENDING}/test_email_outcomes.py",
            f"{SENDING}/test_webhook_outcomes.py",
            f"{SENDING}/test_sms_outcomes.py",
        ),
        engines=("sqlite",),
        in_ci=False,
    ),
    "long-work": Part(
        "kill -9 of the worker amid long work",
        ("tests/reliability/test_long_acts_killed.py", "tests/reliability/test_long_files_killed.py"),
        in_ci=False,
    ),
    "fuzz": Part(
        "hostile input", ("tests/security/test_fuzz_forms.py", "tests/studio/test_first_administrator.py")
    ),
    "xss": Part("attacks in every text", ("tests/security/test_xss.py",)),
    "addresses": Part(
        "addresses a webhook must not reach",
        (f"{SENDING}/test_public_addresses.py",),
        engines=("sqlite",),
        in_ci=False,
    ),
    "files": Part(
        "markup and scripts in PDFs, formulas in Excel",
        (
            "tests/studio/paper/test_pdf.py",
            "tests/triggers/test_prints_in_every_script.py",
            "tests/studio/test_xlsx.py",
            "tests/preproduction/test_excel_in_libreoffice.py",
        ),
        in_ci=False,
    ),
    "templates": Part(
        "attacks in message templates",
        ("tests/triggers/messages/test_text.py", "tests/triggers/messages/test_html.py"),
        engines=("sqlite",),
        in_ci=False,
    ),
    "forms": Part(
        "every form twice, from an outdated page, and kept",
        (
            "tests/security/test_sent_twice.py",
            "tests/security/test_outdated_page.py",
            "tests/security/test_outdated_verbs.py",
            "tests/security/test_kept_forms.py",
        ),
        in_ci=False,
    ),
    "access": Part(
        "every route x role x method",
        ("tests/security/test_access.py", "tests/security/test_headers.py", "tests/security/test_head.py"),
    ),
    "http": Part(
        "both set-ups from outside: attacks, kills",
        ("tests/security/test_attacks_over_http.py", "tests/reliability/test_set_ups_killed.py"),
    ),
    "crawl": Part("all pages in Chromium, as each role", ("tests/browser/test_crawl.py",)),
    "views": Part(
        "pages in each width and theme",
        ("tests/browser",),
        ("-m", "each_view"),
        engines=("sqlite",),
        in_ci=False,
    ),
    "calculation": Part(
        "due dates, plans and forecasts calculated twice",
        (
            "tests/preproduction/test_independent_calculation.py",
            "tests/preproduction/test_promise.py",
            "tests/preproduction/forecast/test_second_forecast.py",
        ),
    ),
    "mornings": Part(
        "mornings of a year, each told once",
        ("tests/preproduction/morning/test_mornings.py",),
        in_ci=False,
    ),
    "forecast": Part(
        "forecasts that hold as often as is said",
        ("tests/preproduction/forecast/test_calibration.py",),
        ("-s",),
        engines=("sqlite",),
    ),
    "moving-in": Part(
        "a studio's year brought along",
        (
            "tests/preproduction/moving_in/importing/test_a_year.py",
            "tests/preproduction/moving_in/importing/test_reading.py",
            "tests/reliability/test_imports_killed.py",
            "tests/reliability/test_exports_killed.py",
            "tests/browser/test_first_day.py",
        ),
    ),
    "back-ups": Part(
        "back-ups while people work, and of each night",
        ("tests/reliability/test_backup.py", "tests/reliability/test_nightly_backup.py"),
    ),
    "commands": Part(
        "commands of the documents, and an update that fails",
        ("tests/reliability/test_documented_commands.py", "tests/reliability/test_update.py"),
        engines=("sqlite",),
    ),
    "pages": Part(
        "the tests of pages that run.py test leaves out",
        ("tests",),
        (
            "--bulk=test",
            "-n2",
            "-m",
            "more_pages and not more_of_the_same and not any_database",
            "--ignore=tests/security",
            "--ignore=tests/reliability",
            "--ignore=tests/browser/test_crawl.py",
        ),
        ("postgresql",),
    ),
    "suite": Part(
        "all other tests on PostgreSQL",
        ("tests",),
        (
            "--bulk=test",
            "-n2",
            "-m",
            "not any_database",
            "--ignore=tests/security",
            "--ignore=tests/reliability",
            "--ignore=tests/browser/test_crawl.py",
        ),
        ("postgresql",),
    ),
    "planted": Part("bugs of one line, planted and looked for", (), engines=("sqlite",), in_ci=False),
    "mutants": Part("small mutants of the seams", (), engines=("sqlite",), in_ci=False),
}
