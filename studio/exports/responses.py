"""Files as answers to a browser."""

import re
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
TOML = "application/toml"
ZIP = "application/zip"
MAX_NAME = 60  # letters: file systems stop at 255 bytes, and a letter may take four


def xlsx_response(content: bytes, filename: str) -> HttpResponse:
    """Answer with a workbook to be saved as `filename`."""
    return _file_response(content, filename, ".xlsx", XLSX, as_attachment=True)


def pdf_response(content: bytes, filename: str, inline: bool = True) -> HttpResponse:
    """Answer with a PDF, shown in the browser unless `inline` is False."""
    return _file_response(content, filename, ".pdf", PDF, as_attachment=not inline)


def toml_response(content: bytes, filename: str) -> HttpResponse:
    """Answer with a text in TOML, UTF-8, to be saved as `filename`."""
    return _file_response(content, filename, ".toml", TOML, as_attachment=True)


def kept_file_response(file: BinaryIO, filename: str, kind: str) -> FileResponse:
    """Answer with an open file, sent piece by piece and closed at the end, to be saved as `filename`.

    kind: "xlsx", "pdf" or "zip".
    """
    response = FileResponse(file, content_type={"xlsx": XLSX, "pdf": PDF, "zip": ZIP}[kind])
    _say_what_it_is(response, filename, f".{kind}", as_attachment=True)
    return response


def _file_response(
    content: bytes, filename: str, suffix: str, content_type: str, as_attachment: bool
) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    _say_what_it_is(response, filename, suffix, as_attachment)
    return response


def _say_what_it_is(response: HttpResponseBase, filename: str, suffix: str, as_attachment: bool) -> None:
    """Give a file its name, and let nobody on the way keep it.

    filename: any text; what no file system takes is replaced, and `suffix` is
              added where it is missing.
    """
    # Says filename*=utf-8''... (RFC 5987) where the name is not plain ASCII.
    header = content_disposition_header(as_attachment, _safe_name(filename, suffix))
    assert header, "there always is a name"
    response["Content-Disposition"] = header
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"


def _safe_name(filename: str, suffix: str) -> str:
    name = "".join(letter if letter.isprintable() else " " for letter in filename)
    name = re.sub(r'[<>:"/\\|?*]', "-", name).removesuffix(suffix)
    name = re.sub(r"\s+", " ", name).strip(" .-")
    return (name[:MAX_NAME].strip() or "export") + suffix
