"""Files that harm a naive reader, or that nobody can read: each with a part of the sentence that is said of it."""

import gzip
import io
import warnings
import zipfile

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
    return changed(books.workbook(A=PLAIN), sheet1=whole_sheet(xml))


def whole_sheet(xml: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{books.MAIN}">{xml}</worksheet>'.encode()


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
        "bomb of zeros": ("a.xlsx", changed(good, **{"xl/bomb.bin": bytes(12_000_000)}), TOO_MUCH),
        "bomb of blanks in a sheet": ("a.xlsx", sheet_of(" " * 12_000_000), TOO_MUCH),
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
    found |= misnamed() | damaged_zips(good) | damaged_sheets(good)
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


def misnamed() -> dict[str, tuple[str, bytes, str]]:
    """What is no table at all, under the name of one."""
    return {
        "PDF called csv": ("a.csv", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "a PDF"),
        "web page called xls": ("a.xls", b"<html><table><tr><td>Name</td></tr></table></html>", "web page"),
        "web page behind blanks": ("a.csv", b"\xef\xbb\xbf\r\n <!DOCTYPE html><p>", "web page"),
        "XML of Excel 2003": ("a.xls", b'<?xml version="1.0"?><Workbook/>', "web page or XML"),
        "text of Word": ("a.csv", b"{\\rtf1 Name}", "word processor"),
        "binary workbook": (
            "a.xlsb",
            zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": bytes(50)}),
            NO_WORKBOOK,
        ),
        "Numbers": ("a.numbers", zipped({"Index/Document.iwa": b"x"}), NO_WORKBOOK),
        "database called csv": ("a.csv", b"SQLite format 3\0" + bytes(100), "no text"),
        "nothing but a mark": ("a.csv", b"\xef\xbb\xbf", "empty cells"),
        "nothing but ends of lines": ("a.csv", b"\n\n\r\n", "empty cells"),
        "nothing but separators": ("a.csv", b"," * 50_000 + b"\n", "empty cells"),
        "nothing but quotes": ("a.csv", b'"' * 1001, "row 1 is never closed"),
        "a line without an end": ("a.csv", b"x" * 3_000_000, "row 1 has more than 32,767"),
        "empty sheets": ("a.xlsx", books.workbook(A=[], B=[["", " "]]), "empty cells"),
    }


def damaged_zips(good: bytes) -> dict[str, tuple[str, bytes, str]]:
    """Zips whose list of members says otherwise than what is in them."""
    place = good.index(b"PK\x01\x02")
    while b"sheet1" not in good[place : place + 80]:
        place = good.index(b"PK\x01\x02", place + 1)

    def patched(at: int, value: bytes) -> bytes:
        return good[: place + at] + value + good[place + at + len(value) :]

    again = io.BytesIO(good)
    with zipfile.ZipFile(again, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("xl/workbook.xml", b"<a/>")
    huge = (4_000_000_000).to_bytes(4, "little")
    return {
        "a member twice": ("a.xlsx", again.getvalue(), NO_WORKBOOK),
        "password of zip": ("a.xlsx", patched(8, b"\1"), "with a password"),
        "packed in a rare way": ("a.xlsx", patched(10, b"\x09"), NO_WORKBOOK),
        "another checksum": ("a.xlsx", patched(16, b"\0\0\0\0"), NO_WORKBOOK),
        "more than is said": ("a.xlsx", patched(24, (10).to_bytes(4, "little")), NO_WORKBOOK),
        "less than is said": ("a.xlsx", patched(24, huge), TOO_MUCH),
        "beyond the end": ("a.xlsx", patched(42, huge), NO_WORKBOOK),
        "program before the zip": ("a.xlsx", b"MZ" + bytes(500) + good, NO_WORKBOOK),
    }


def damaged_sheets(good: bytes) -> dict[str, tuple[str, bytes, str]]:
    """XML that is no sheet, or one that no Excel writes."""
    one = '<row r="1"><c r="A1"><v>1</v></c></row>'
    strict = f'<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData>{one}</sheetData></worksheet>'
    shared = books.with_shared_texts(good)
    sheets = {
        "strict": (strict, "Strict Open XML"),
        "of another namespace": ("<worksheet xmlns='urn:other'><sheetData/></worksheet>", NO_WORKBOOK),
        "in UTF-7": ('<?xml version="1.0" encoding="utf-7"?><worksheet/>', NO_WORKBOOK),
        "that calls itself UTF-16": ('<?xml version="1.0" encoding="utf-16"?><worksheet/>', NO_WORKBOOK),
    }
    found = {
        f"sheet {what}": ("a.xlsx", changed(good, sheet1=xml.encode()), part)
        for what, (xml, part) in sheets.items()
    }
    rows = {"x": "x", "-1": "-1", "beyond the last": "1048577", "without end": "1e300"}
    return found | {
        **{
            f"row {what}": ("a.xlsx", sheet_of(f'<sheetData><row r="{r}"><c><v>1</v></c></row></sheetData>'), NO_WORKBOOK)
            for what, r in rows.items()
        },
        "text before the first": (
            "a.xlsx",
            changed(shared, sheet1=whole_sheet('<sheetData><row r="1"><c r="A1" t="s"><v>-1</v></c></row></sheetData>')),
            NO_WORKBOOK,
        ),
        "neither yes nor no": ("a.xlsx", cells('<c r="A1" t="b"><v>x</v></c>'), NO_WORKBOOK),
        "day that is none": ("a.xlsx", cells('<c r="A1" t="d"><v>June</v></c>'), NO_WORKBOOK),
        "not a number": ("a.xlsx", cells('<c r="A1"><v>NaN</v></c>'), NO_WORKBOOK),
        "5,000 digits": ("a.xlsx", cells(f'<c r="A1"><v>{"9" * 5000}</v></c>'), NO_WORKBOOK),
        "character 0": ("a.xlsx", cells('<c r="A1" t="str"><v>&#0;</v></c>'), NO_WORKBOOK),
        "element in element": (
            "a.xlsx",
            sheet_of(f"<sheetData>{'<a>' * 20_000}{'</a>' * 20_000}</sheetData>"),
            "empty cells",
        ),
    }  # fmt: skip
