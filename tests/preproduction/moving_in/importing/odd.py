"""Files that look odd and can be read all the same: each with its rows, as the reader gives them."""

from datetime import date, datetime, time, timedelta

from openpyxl import Workbook

from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.hostile import PLAIN, cells, changed, sheet_of

ANNA = [["Name", "Phone"], ["Änna", "1"]]


def read() -> dict[str, tuple[str, bytes, list]]:
    """Return {what it is: (name of the file, content, rows)} of what is odd and can be read all the same."""
    text = "Name,Phone\r\nÄnna,1\r\n"
    found = {f"in {encoding}": ("a.csv", text.encode(encoding), ANNA) for encoding in ENCODINGS}
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        found[name] = ("a.csv", text.replace(",", mark).encode(), ANNA)
    found |= {
        "sep= of Excel": ("a.csv", b"sep=;\r\nName;Phone\r\nA,B;1\r\n", [["Name", "Phone"], ["A,B", "1"]]),
        "commas in texts": (
            "a.csv",
            b"Name;Phone\nA, B, C;1\nD, E;2\n",
            [["Name", "Phone"], ["A, B, C", "1"], ["D, E", "2"]],
        ),
        "lines in a cell": ("a.csv", b'Name,Phone\n"A\nB",1\n', [["Name", "Phone"], ["A\nB", "1"]]),
        "quotes in a text": ("a.csv", b'Name,Phone\n"A ""B""",1\n', [["Name", "Phone"], ['A "B"', "1"]]),
        "ends of old Macs": ("a.csv", b"Name,Phone\rA,1\r", [["Name", "Phone"], ["A", "1"]]),
        "empty rows": ("a.csv", b"\n\nName,Phone\n,\n  ,\nA,1\n\n", [["Name", "Phone"], ["A", "1"]]),
        "formula of a text file": ("a.csv", b"Name\n=1+1\n", [["Name"], ["=1+1"]]),
        "days since 1904": ("a.xlsx", _since_1904(), [[{"day": "2026-06-10"}]]),
        "formula with a value": ("a.xlsx", cells('<c r="A1"><f>1+1</f><v>2</v></c>'), [[2]]),
        "formula without a value": (
            "a.xlsx",
            cells('<c r="A1"><f>1+1</f></c>'),
            [[{"fault": "without a stored value"}]],
        ),
        "error": ("a.xlsx", cells('<c r="A1" t="e"><v>#REF!</v></c>'), [[{"fault": "#REF!"}]]),
        "endless number": ("a.xlsx", cells('<c r="A1"><v>1e999</v></c>'), [[{"fault": "too large"}]]),
        "row 1,048,576": ("a.xlsx", _far_row(), [["A"], ["B"]]),
        "said to be a million rows": (
            "a.xlsx",
            sheet_of(
                '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
            ),
            [[1]],
        ),
        "merged": ("a.xlsx", _merged(), [["A", None, "B"]]),
        "numbers as text": ("a.xlsx", books.workbook(A=[["0732", 732]]), [["0732", 732]]),
    }
    return found | texts() | workbooks()


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")


def _since_1904():
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)
    book.active.append([date(2026, 6, 10)])
    return books.saved(book)


def _far_row():
    book = Workbook()
    book.active["A1"], book.active["A1048576"] = "A", "B"
    return books.saved(book)


def _merged():
    book = Workbook()
    book.active.append(["A", None, "B"])
    book.active.merge_cells("A1:B1")
    return books.saved(book)


def texts() -> dict[str, tuple[str, bytes, list]]:
    """CSV as old programs, other systems and people write it."""
    plain = [["Name", "Phone"], ["A", "1"]]
    found = {
        "UTF-16 of the other end": (b"\xfe\xff" + "Name,Phone\nA,1\n".encode("utf-16-be"), plain),
        "UTF-32 of the other end": (b"\0\0\xfe\xff" + "Name,Phone\nA,1\n".encode("utf-32-be"), plain),
        "marked twice": (b"\xef\xbb\xbf\xef\xbb\xbfName,Phone\nA,1\n", plain),
        "sep= with a tab": (b"sep=\t\r\nName\tPhone\r\nA\t1\r\n", plain),
        "end of a file of DOS": (b"Name,Phone\r\nA,1\r\n\x1a", plain),
        "without an end": (b"Name,Phone\nA,1", plain),
        "ends of two systems": (b"Name,Phone\r\nA,1\n", plain),
        "all in quotes": (b'"Name","Phone"\n"A","1"\n', plain),
        "blanks before quotes": (b'Name, "Phone"\nA, "1, 2"\n', [["Name", "Phone"], ["A", "1, 2"]]),
        "rows of other lengths": (
            b"Name,Phone\nA\nB,1,more\n",
            [["Name", "Phone"], ["A"], ["B", "1", "more"]],
        ),
        "one column": (b"Name\nA\n", [["Name"], ["A"]]),
        "names of columns alone": (b"Name,Phone\n", [["Name", "Phone"]]),
        "line ends of other alphabets": (
            "Name,Phone\nA\u2028B\x0bC\x0cD,1\n".encode(),
            [["Name", "Phone"], ["A\u2028B\x0bC\x0cD", "1"]],
        ),
        "euros of Windows": ("Name\n€ “Ä”\n".encode("cp1252"), [["Name"], ["€ “Ä”"]]),
        "half a letter": (b"Name\n\xed\xa0\x80\n", [["Name"], ["í\xa0€"]]),
        "command of a spreadsheet": (
            b"Name,Phone\n=cmd|' /C calc'!A0,1\n",
            [["Name", "Phone"], ["=cmd|' /C calc'!A0", "1"]],
        ),
        "longest cell": (b"Name\n" + b"x" * 32_767 + b"\n", [["Name"], ["x" * 32_767]]),
        "100 columns": (b",".join([b"x"] * 100) + b"\n", [["x"] * 100]),
        "workbook called csv": (books.workbook(A=PLAIN), PLAIN),
    }
    return {what: ("a.csv", content, rows) for what, (content, rows) in found.items()}


def workbooks() -> dict[str, tuple[str, bytes, list]]:
    """Workbooks of other programs, or with what does not concern us."""
    one = '<row r="1"><c r="A1"><v>1</v></c></row>'
    good = books.workbook(A=PLAIN)
    whole = changed(good, sheet1=_latin())
    many = " ".join(f'a{n}="1"' for n in range(10_000))
    found = {
        "texts kept apart": (
            books.with_shared_texts(books.workbook(A=[["Name"], ["Änna & <b>"], ["Änna & <b>"]])),
            [["Name"], ["Änna & <b>"], ["Änna & <b>"]],
        ),
        "rows backwards": (
            sheet_of(f'<sheetData><row r="5"><c r="A5"><v>5</v></c></row>{one}</sheetData>'),
            [[5], [1]],
        ),
        "cells backwards": (cells('<c r="B1"><v>2</v></c><c r="A1"><v>1</v></c>'), [[1, 2]]),
        "a cell twice": (cells('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'), [[2]]),
        "cells without places": (
            sheet_of("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>"),
            [[1, 2], [3]],
        ),
        "letters in bold": (
            cells('<c r="A1" t="inlineStr"><is><r><t>An</t></r><r><rPr><b/></rPr><t>na</t></r></is></c>'),
            [["Anna"]],
        ),
        "markup in a text": (cells('<c r="A1" t="str"><v><![CDATA[<b>&Anna]]></v></c>'), [["<b>&Anna"]]),
        "yes and no": (cells('<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c>'), [[True, False]]),
        "day as a text of ISO": (cells('<c r="A1" t="d"><v>2026-06-10T10:30:00</v></c>'), [[{"day": "2026-06-10"}]]),
        "20 digits": (cells(f'<c r="A1"><v>{"12345678901234567890"}</v></c>'), [[12345678901234567890]]),
        "in Latin 1": (whole, [["Änna"]]),
        "file of the server, included": (
            sheet_of(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><sheetData>{one}</sheetData>'),
            [[1]],
        ),
        "style sheet of a stranger": (
            sheet_of(f'<?xml-stylesheet href="http://127.0.0.1:9/"?><sheetData>{one}</sheetData>'),
            [[1]],
        ),
        "10,000 attributes": (
            sheet_of(f"<sheetData><row {many}><c><v>1</v></c></row></sheetData>"),
            [[1]],
        ),
        "colours that are none": (
            sheet_of(f'<sheetData>{one}</sheetData><conditionalFormatting sqref="XX"><cfRule type="zz"/></conditionalFormatting>'),
            [[1]],
        ),
        "members outside": (changed(good, **{"../../etc/x": b"x", "/etc/passwd": b"x"}), PLAIN),
        "something after the zip": (good + bytes(500), PLAIN),
        "macros": (changed(good, **{"xl/vbaProject.bin": b"\xcc\x61" + bytes(100)}), PLAIN),
        "times": (_book([time(9, 30), timedelta(hours=30), datetime(2026, 6, 10, 23, 59)]), [["09:30:00", "1 day, 6:00:00", {"day": "2026-06-10"}]]),
        "day before all days": (_book([-5], "yyyy-mm-dd"), [[{"day": "1899-12-25"}]]),
        "day after all days": (_book([3_000_000], "yyyy-mm-dd"), [[{"fault": "#VALUE!"}]]),
        "hidden sheet": (_hidden(), [["A"], ["B"]]),
    }  # fmt: skip
    return {what: ("a.xlsx", content, rows) for what, (content, rows) in found.items()}


def _latin():
    cell = '<c r="A1" t="str"><v>Änna</v></c>'
    head = f'<?xml version="1.0" encoding="ISO-8859-1"?><worksheet xmlns="{books.MAIN}">'
    return f'{head}<sheetData><row r="1">{cell}</row></sheetData></worksheet>'.encode("latin-1")


def _book(row, number_format=""):
    book = Workbook()
    book.active.append(row)
    if number_format:
        book.active["A1"].number_format = number_format
    return books.saved(book)


def _hidden():
    book = Workbook()
    book.active.append(["A"])
    sheet = book.create_sheet("H")
    sheet.append(["B"])
    sheet.sheet_state = "veryHidden"
    return books.saved(book)
