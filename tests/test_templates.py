"""Templates are read by people: a line with a condition, a link, an icon and a badge is read like minified code."""

from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
WIDEST = 120  # columns, as djlint's max_line_length in pyproject.toml


def too_wide(source):
    """Return the numbers of the lines of `source` that are wider than WIDEST."""
    return [number for number, line in enumerate(source.splitlines(), start=1) if len(line) > WIDEST]


@pytest.mark.parametrize("path", [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")])
def test_no_line_of_a_template_is_wider_than_120_columns(path):
    assert too_wide((TEMPLATES / path).read_text()) == []


def test_control_a_wide_line_is_noticed():
    assert too_wide(f"<p>\n{'x' * 121}\n{'x' * 120}") == [2]
