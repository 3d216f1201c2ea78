"""Maintenance > Changes: who changed what, from what to what."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studio import access
from studio.exports.list_file import list_file
from studio.forms.changes import ChangeFilter
from studio.forms.lists import ExportForm
from studio.tables import ChangeTable

TITLE = "Changes"
ROWS_PER_PAGE = 50


@require_safe
@access.requires("maintain")
def change_list(request):
    filters, asked = ChangeFilter(request.GET), ExportForm(request.GET)
    table = ChangeTable(filters.found())
    if asked.kind:
        return list_file(request, table, kind=asked.kind, title=TITLE, filters_in_words=filters.words())
    table.paginator = Paginator(table.rows, ROWS_PER_PAGE)
    table.page = table.paginator.get_page(asked.page_number)
    context = {"table": table, "filters": filters, "is_narrowed": bool(filters.asked)}
    return render(request, "studio/change_list.html", context)
