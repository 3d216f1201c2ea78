"""Templates are read by people: a line with a condition, a link, an icon and a badge is read like minified code."""

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
WIDEST = 120  # columns, as djlint's max_line_length in pyproject.toml


def too_wide(source):
    """Return the numbers of the lines of `source` that are wider than WIDEST."""
    return [number for number, line in enumerate(source.splitlines(), start=1) if len(line) > WIDEST]


def test_no_line_of_a_template_is_wider_than_120_columns():
    wide = {
        str(path.relative_to(TEMPLATES)): too_wide(path.read_text()) for path in TEMPLATES.rglob("*.html")
    }
    assert {path: lines for path, lines in wide.items() if lines} == {}


def test_control_a_wide_line_is_noticed():
    assert too_wide(f"<p>\n{'x' * 121}\n{'x' * 120}") == [2]
