"""The campaign's parts name tests that are there, and its table says what they noted."""

import re

import pytest

from tests.campaign.__main__ import ROOT, summed_up
from tests.campaign.parts import PARTS
from tests.campaign.table import as_table


@pytest.mark.parametrize("name", PARTS)
def test_each_part_names_tests_that_are_there(name):
    assert [path for path in PARTS[name].tests if not (ROOT / path).exists()] == []


def test_what_repeats_in_bulk_is_of_a_part():
    """Else its full figure is run by nobody."""
    asking = re.compile(r"\bsize\(\"")
    tests = [
        path for path in ROOT.glob("tests/**/test_*.py") if asking.search(path.read_text(encoding="utf-8"))
    ]
    named = {ROOT / path for part in PARTS.values() for path in part.tests}
    assert tests
    assert [path for path in tests if not named & {path, *path.parents} - {ROOT / "tests"}] == []


def test_the_table_says_what_was_done_and_that_the_control_failed():
    lines = [
        {"test": "a.py::test_kills", "did": {"kills": 1000, "in_an_advance": 990}},
        {"test": "a.py::test_kills", "outcome": "passed"},
        {"test": "a.py::test_control_halves", "did": {"contradictions": 1}},
        {"test": "a.py::test_control_halves", "outcome": "passed"},
    ]
    result = summed_up(lines) | {"seconds": 83, "passed": True}
    row = as_table([("kills", "sqlite")], {"kills/sqlite": result}).splitlines()[1]
    assert row.split("  ")[-1].endswith("advances: 1,000 kills, 990 in an advance, 2 tests")
    assert row.startswith("kills  sqlite  1:23  yes     yes (1)")


def test_a_control_that_did_not_fail_as_it_should_is_not_counted():
    lines = [{"test": "a.py::test_control_halves", "outcome": "failed"}]
    assert summed_up(lines) == {"tests": 0, "controls": 0, "did": {}}
