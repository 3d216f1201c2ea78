"""Files that are no set-up, or not a good one: a sentence each, with the line or the path, and nothing is applied."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from preproduction.moving_in.setup_file import exporting

PAGE = "/maintenance/setup-file/"
TOO_LARGE = "The file is larger than 1 MB"
MISSING = "This field is required."

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# What the file says below its version; what is said about it.
SAID = [
    ("statusses = 1", "statusses: there is no such thing here. Did you mean “statuses”?"),
    ("[statuses]\ndescription = 'A'", "statuses: each of these begins with a line [[statuses]]."),
    ("statuses = 3", "statuses: each of these begins with a line [[statuses]]."),
    ("statuses = [1, 2]", "statuses: each of these begins with a line [[statuses]]."),
    ("[[calendar]]\nwork_week = ['Monday']", "calendar: this begins with a line [calendar]."),
    ("[[departments]]\nname = 'A'\ncolour = 1", "departments[1].colour: there is no such thing here."),
    ("[[departments]]\nnmae = 'A'", "departments[1].nmae: there is no such thing here. Did you mean “name”?"),
    ("[[departments]]\ninactive = true", f"departments[1].name: {MISSING}"),
    ("[[departments]]\nname = 3", "departments[1].name: expects a text in quotes, and is a whole number."),
    ("[[departments]]\nname = ['A']", "departments[1].name: expects a text in quotes, and is a list."),
    ("[[departments]]\nname = {a = 1}", "departments[1].name: expects a text in quotes, and is a table."),
    ("[[departments]]\nname = 'A'\ninactive = 'yes'", "departments[1].inactive: expects true or false"),
    (f"[[departments]]\nname = '{'A' * 61}'", "Ensure this value has at most 60 characters (it has 61)."),
    ('[[departments]]\nname = "A\\u0007"', "Remove the invisible character at position 2 (U+0007)"),
    ('[[departments]]\nname = "\\u200b"', f"departments[1].name (“\u200b”): {MISSING}"),
    (
        "[[departments]]\nname = 'Sales'\n[[departments]]\nname = 'SALES '",
        "departments[2].name: “SALES ” stands in the file twice; it is departments[1], too.",
    ),
    ("[[departments]]\nname = 'A'\n" * 2, "“A” stands in the file twice"),
    (
        "[[session_types]]\nname = 'Ball'\n" * 1001,
        "There are 1,001 things in the file, and at most 1,000 can be read.",
    ),
    (
        "[[statuses]]\ndescription = 'A'\ndefault_duration = '3'",
        "statuses[1].default_duration: expects a whole",
    ),
    (
        "[[statuses]]\ndescription = 'A'\ndefault_duration = true",
        "expects a whole number, and is true or false.",
    ),
    ("[[statuses]]\ndescription = 'A'\ndefault_duration = 3.5", "and is a number with a fraction."),
    (
        "[[statuses]]\ndescription = 'A'\ndefault_duration = 366",
        "statuses[1].default_duration (“A”): Ensure this value is less than or equal to 365.",
    ),
    ("[[statuses]]\ndescription = 'A'\ndefault_duration = -1", "statuses[1].default_duration (“A”): Ensure"),
    ("[[statuses]]\ndefault_duration = 1", "statuses[1].description: Type a description."),
    (
        "[[statuses]]\ndescription = 'A'\ndefault_department = 'Sails'",
        "statuses[1].default_department (“A”): there is no “Sails” among the departments.",
    ),
    (
        "[[statuses]]\ndescription = 'A'\ninitial = true\n[[statuses]]\ndescription = 'B'\ninitial = true",
        "statuses[2].initial: one status can be initial, and statuses[1] is.",
    ),
    (
        "[[statuses]]\ndescription = 'A'\ninitial = true\nfinal = true",
        "statuses[1] (“A”): The initial status cannot be final.",
    ),
    (
        "[[statuses]]\ndescription = 'A'\ninitial = true\ninactive = true",
        "statuses[1] (“A”): The initial status cannot be inactive.",
    ),
    ("[[templates]]\nname = 'A'", f"templates[1].text (“A”): {MISSING}"),
    ("[[templates]]\nname = 'A'\ntext = '{{ client.nmae }}'", "templates[1].text (“A”): "),
    ("[[templates]]\nname = 'A'\ntext = '{{ client.name'", "templates[1].text (“A”): "),
    ("[[templates]]\nname = 'A'\ntext = 'B'\nletter_layout = 'plan'", "Did you mean “plain”?"),
    ("[calendar]\nwork_week = []", "calendar.work_week: Tick at least one day"),
    ("[calendar]\nwork_week = 'Monday'", "calendar.work_week: expects a list of texts"),
    ("[calendar]\nwork_week = [1]", "calendar.work_week: expects a list of texts"),
    (
        "[calendar]\nwork_week = ['Tusday']",
        "calendar.work_week: “Tusday” is not offered. Did you mean “Tuesday”?",
    ),
    (
        "[preferences]\npaper = 'foolscap'",
        "preferences.paper: “foolscap” is not offered. One of: letter, a4.",
    ),
    (
        "[preferences]\nat_risk_below = 100",
        "preferences.at_risk_below: Ensure this value is less than or equal to 99.",
    ),
    ("[[closed_days]]\nname = 'A'", f"closed_days[1].first_day (“A”): {MISSING}"),
    (
        "[[closed_days]]\nname = 'A'\nfirst_day = '2026-12-24'",
        "expects a day such as 2026-12-24, without quotes",
    ),
    ("[[closed_days]]\nname = 'A'\nfirst_day = 2026-12-24T10:00:00", "and is a day with an hour."),
    ("[[closed_days]]\nname = 'A'\nfirst_day = 1066-10-14", "Enter a day between the years 2000 and 2100."),
    (
        "[[closed_days]]\nname = 'A'\nfirst_day = 2026-12-24\nlast_day = 2026-12-23",
        "closed_days[1].last_day (“A”): The last day is before the first.",
    ),
    ("[[closed_days]]\nname = 'A'\nfirst_day = 2026-01-01\nlast_day = 2028-01-01", "Close a year at a time"),
    ("[[worked_days]]\nday = 2026-12-05\n" * 2, "stands in the file twice"),
    (
        "[[triggers]]\ndescription = 'A'\nkind = 'emial'",
        "triggers[1].kind: “emial” is not offered. Did you mean “email”?",
    ),
]
STATUS = "[[statuses]]\ndescription = 'S'\n"
TRIGGER = f"{STATUS}[[triggers]]\ndescription = 'T'\nstatus = 'S'\n"
SAID += [
    (TRIGGER, f"triggers[1].kind (“T”): {MISSING}"),
    (f"{TRIGGER}kind = 'task'\nrecipient = 'department'", "triggers[1].task_title (“T”): "),
    (f"{TRIGGER}kind = 'email'\nrecipient = 'client'", "triggers[1].template (“T”): Choose the template"),
    (f"{TRIGGER}kind = 'webhook'\nrecipient = 'client'", "A webhook goes to the address typed here"),
    (
        f"{TRIGGER}kind = 'task'\nrecipient = 'department'\ntask_title = 'X'\ntiming = 'after_due'",
        "triggers[1].days (“T”): Say how many days, 0 to 365.",
    ),
    (f"{TRIGGER}address = 'https://a.example'", "triggers[1].address: there is no such thing here."),
    ("[[triggers]]\ndescription = 'T'\nkind = 'task'\nstatus = 'X'", "there is no “X” among the statuses."),
]
WHOLE = [
    (b"", "The file is empty."),
    (b" \n\t\n", "The file is empty."),
    (b"#" * (1024 * 1024 + 1), TOO_LARGE),
    (b"#" * (2 * 1024 * 1024), TOO_LARGE),
    ("version = 1\n".encode("utf-16"), "Line 1: this is no text in UTF-8."),
    ("version = 1\n[[departments]]\nname = 'Büro'\n".encode("latin-1"), "Line 3: this is no text in UTF-8."),
    (b"version = 1\n\x00", "line 2, column 1"),
    (b"PK\x03\x04 a workbook", "The file is not valid TOML: "),
    (b'version = 1\nname = "A\n', "line 2, column 10"),
    (b"version = 1\nversion = 1\n", "line 2, column 12"),
    (b"version = 1\n[departments]\n[departments]", "line 3"),
    (b"version = 1\na = " + b"[" * 100_000, "The file is not valid TOML: "),
    (b"version = 1\na = " + b"{a=" * 100_000, "The file is not valid TOML: "),
    (b"version = 1\n" + b"a." * 100_000 + b"a = 1", "Line 2: there is no name of so many parts"),
    (b"version = 1\n[" + b'"a" . ' * 100_000 + b"a]", "Line 2: there is no name of so many parts"),
    (b"version = 1\na = {" + b"a." * 100_000 + b"a = 1}", "Line 2: there is no name of so many parts"),
    (b"version = " + b"9" * 10_000, "The file is not valid TOML: "),
    (b"[[departments]]\nname = 'A'", "version: missing. A set-up says version = 1 at its top."),
    (b"version = '1'", "version: expects 1."),
    (b"version = 1.0", "version: expects 1."),
    (b"version = true", "version: expects 1."),
    (b"version = 0", "version: expects 1."),
    (b"version = 2", "the file is of version 2, and this program reads 1. Update the program first."),
    *((f"version = 1\n{said}".encode(), sentence) for said, sentence in SAID),
]


def test_a_file_that_is_no_good_set_up_is_refused_with_a_sentence_and_nothing_is_applied(
    as_administrator, preferences
):
    before = exporting.snapshot()
    wrong = []
    for content, sentence in WHOLE:
        page = as_administrator.post(PAGE, {"file": SimpleUploadedFile("set-up.toml", content)})
        said = page.content.decode()
        if page.status_code != 422 or escape(sentence) not in said or exporting.snapshot() != before:
            wrong.append((content[:200], sentence, page.status_code, page.context.get("sentences")))
    assert wrong == []


def test_all_that_is_wrong_is_told_at_once_and_nothing_of_what_is_right_is_stored(as_administrator):
    text = (
        "version = 1\n[[departments]]\nname = 'Sales'\n[[statuses]]\ndescription = 'A'\ndefault_duration = 400\n"
        "[[statuses]]\ndescription = 'B'\ndefault_department = 'Sails'\n"
        "[[triggers]]\ndescription = 'T'\nstatus = 'A'\nkind = 'task'\ntask_title = 'X'\nrecipient = 'department'\n"
    )
    page = as_administrator.post(PAGE, {"file": SimpleUploadedFile("set-up.toml", text.encode())})
    # That the trigger's status could not be made is no mistake of the trigger's.
    assert [sentence.split(" ")[0] for sentence in page.context["sentences"]] == [
        "statuses[1].default_duration",
        "statuses[2].default_department",
    ]
    assert exporting.snapshot()["departments"] == {}


def test_control_the_same_file_without_mistakes_is_shown(as_administrator):
    text = "version = 1\n[[departments]]\nname = 'Sales'\n[[statuses]]\ndescription = 'A'\ndefault_duration = 365\n"
    page = as_administrator.post(PAGE, {"file": SimpleUploadedFile("set-up.toml", text.encode("utf-8-sig"))})
    assert page.status_code == 200
