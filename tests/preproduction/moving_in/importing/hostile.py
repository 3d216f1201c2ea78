"""Files that harm a naive reader, or that nobody can read: each with a part of the sentence that is said of it."""

import gzip
import io
import zipfile
from datetime import date, datetime

from openpyxl import Workbook

from tests.preproduction.moving_in.importing import books

PLAIN = [["Name", "Phone"], ["Anna Whitfield", "732 555 0142"]]
NO_WORKBOOK = "no Excel workbook"
TOO_MUCH = "unpacks to more"
NEVER_CLOSED = "never closed"


def changed(content: bytes, **members: bytes | None) -> bytes:
    """Return a workbook with other members, by the ends of their names; None takes one out."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            key = name.rsplit("/", 1)[-1].partition(".")[0]
            value = members.pop(name, members.pop(key, old.read(name)))
            if value is not None:
                new.writestr(name, value)
        for name, value in members.items():
            new.writestr(name, value)
    return target.getvalue()


def sheet_of(xml: str) -> bytes:
    """Return a workbook whose only sheet is `xml`."""
    head = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return changed(books.workbook(A=PLAIN), sheet1=f"{head}{xml}</worksheet>".encode())


def cells(*rows: str) -> bytes:
    body = "".join(f'<row r="{number}">{row}</row>' for number, row in enumerate(rows, start=1))
    return sheet_of(f"<sheetData>{body}</sheetData>")


def refused() -> dict[str, tuple[str, bytes, str]]:
    """Return {what it is: (name of the file, content, part of the sentence)}."""
    good = books.workbook(A=PLAIN)
    found = {
        "empty": ("a.xlsx", b"", "is empty"),
        "text called xlsx": ("a.xlsx", b"Name,Phone\n", NO_WORKBOOK),
        "picture called xlsx": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(50), NO_WORKBOOK),
        "picture called csv": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "no text"),
        "old Excel": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old Excel"),
        "gzip": ("a.csv", gzip.compress(bytes(1000)), "no text"),
        "zip of nothing": ("a.xlsx", zipped({}), NO_WORKBOOK),
        "zip of a text": ("a.xlsx", zipped({"hello.txt": b"hello"}), NO_WORKBOOK),
        "OpenDocument": ("a.ods", zipped({"mimetype": b"x", "content.xml": b"<a/>"}), "OpenDocument"),
        "Word": (
            "a.xlsx",
            zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}),
            NO_WORKBOOK,
        ),
        "workbook that is no XML": ("a.xlsx", changed(good, workbook=b"<a"), NO_WORKBOOK),
        "sheet that is no XML": ("a.xlsx", changed(good, sheet1=b"<worksheet"), NO_WORKBOOK),
        "sheet of another thing": ("a.xlsx", changed(good, workbook=b"<a/>"), "no sheet"),
        "sheet that is not there": ("a.xlsx", changed(good, sheet1=None), "no sheet"),
        "bomb of zeros": ("a.xlsx", changed(good, **{"xl/bomb.bin": bytes(80_000_000)}), TOO_MUCH),
        "bomb of blanks in a sheet": ("a.xlsx", sheet_of(" " * 60_000_000), TOO_MUCH),
        "many members": ("a.xlsx", changed(good, **{f"xl/m{n}.bin": b"" for n in range(1200)}), TOO_MUCH),
        "UTF-16 XML": ("a.xlsx", changed(good, sheet1="<worksheet/>".encode("utf-16")), NO_WORKBOOK),
        "string that is not there": ("a.xlsx", cells('<c r="A1" t="s"><v>999999</v></c>'), NO_WORKBOOK),
        "string of minus one style": ("a.xlsx", cells('<c r="A1" s="x"><v>1</v></c>'), NO_WORKBOOK),
        "column that is none": ("a.xlsx", cells('<c r="1A"><v>1</v></c>'), NO_WORKBOOK),
        "number that is none": ("a.xlsx", cells('<c r="A1"><v>one</v></c>'), NO_WORKBOOK),
        "last column": ("a.xlsx", cells('<c r="XFD1"><v>1</v></c>'), "in column"),
        "column 101": ("a.xlsx", cells('<c r="CW1"><v>1</v></c>'), "column 101 of row 1"),
        "quote that is never closed": ("a.csv", b'Name,Phone\n"Anna,1\nBob,2\n', "row 2 is never closed"),
        "quote in the last row": ("a.csv", b'Name,Phone\nAnna,1\nBob,"2\n', "row 3 is never closed"),
        "something after a quote": ("a.csv", b'Name,Phone\n"An"na,1\n', "Row 2 cannot be read"),
        "long cell": ("a.csv", b"Name,Phone\n" + b"x" * 40_000 + b",1\n", "row 2 has more than 32,767"),
        "101 columns": ("a.csv", b",".join(b"x" for _ in range(101)) + b"\n", "column 101 of row 1"),
        "100,002 rows": ("a.csv", b"Name,Phone\n" + b"Anna,1\n" * 100_001, "more than 100,000 rows"),
        "NULs": ("a.csv", b"Name,Phone\nAn\0na,1\n", "no text"),
        "cut UTF-16": ("a.csv", "Name,Phone\nAnna,1\n".encode("utf-16") + b"\0", "no text"),
        "nothing that cp1252 has": ("a.csv", b"Name,Phone\n\x81\x8d\xff,1\n", "no text"),
        "21 sheets": ("a.xlsx", books.workbook(**{f"S{n}": PLAIN for n in range(21)}), "has 21 sheets"),
    }
    for what, definition in ENTITIES.items():
        found[what] = ("a.xlsx", changed(good, sheet1=definition.encode()), "DOCTYPE")
        found[f"{what}, in strings"] = (
            "a.xlsx",
            changed(good, **{"xl/sharedStrings.xml": definition.encode()}),
            "DOCTYPE",
        )
        found[f"{what}, in types"] = (
            "a.xlsx",
            changed(good, **{"[Content_Types]": definition.encode()}),
            "DOCTYPE",
        )
    for cut in (10, 100, len(good) // 2, len(good) - 1):
        found[f"cut after {cut} bytes"] = ("a.xlsx", good[:cut], NO_WORKBOOK)
    for place in (30, 300, 2000):
        found[f"other bytes at {place}"] = (
            "a.xlsx",
            good[:place] + b"\xff" * 40 + good[place + 40 :],
            NO_WORKBOOK,
        )
    return found


ENTITIES = {
    "billion laughs": '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]><worksheet>&m;</worksheet>',
    "file of the server": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>',
    "page of a stranger": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><worksheet/>',
    "parameter": '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><worksheet/>',
    "written small": "<!doctype a><worksheet/>",
    "behind a megabyte": f"<worksheet>{''.join(map(str, range(180_000)))}<!DOCTYPE a></worksheet>",
}


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


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
    return found


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
