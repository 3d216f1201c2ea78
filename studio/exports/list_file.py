from studio.exports.letterhead import letterhead
from studio.exports.responses import pdf_response, xlsx_response


def list_file(request, table, *, kind, title, filters_in_words=""):
    """Answer with all rows of `table` as a file: "xlsx" or "pdf", the latter with the filters in words under the title."""
    # The libraries behind these are slow to load, and most requests want no file.
    from studio.exports.pdf import table_to_pdf
    from studio.exports.xlsx import table_to_xlsx

    if kind == "xlsx":
        return xlsx_response(table_to_xlsx(table, title=title), title)
    content = table_to_pdf(
        table,
        title=title,
        subtitle=filters_in_words,
        **letterhead(request.preferences),
    )
    return pdf_response(content, title)
