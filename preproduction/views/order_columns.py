"""Which columns one sees in Preproduction Orders."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from preproduction.forms.columns import ColumnsForm
from preproduction.models import ListColumns
from preproduction.tables.columns import columns_for
from studio import access
from studio.way_back import way_back


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("see_work")
def order_columns(request):
    """Keep the columns that were ticked, or forget them for the usual ones, and go back to the list."""
    back = way_back(request, reverse("preproduction:order_list"))
    asked = dict(parse_qsl(urlsplit(back).query)).get("columns", "")
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        initial={"columns": list(columns_for(request.user, asked).chosen)},
    )
    if "usual" in request.POST:
        ListColumns.objects.filter(user=request.user).delete()
        messages.success(request, "The list shows its usual columns.")
        return redirect(_own(back))
    if form.is_valid():
        ListColumns.objects.update_or_create(
            user=request.user, defaults={"names": form.cleaned_data["columns"]}
        )
        messages.success(request, "The list shows the columns that you chose.")
        return redirect(_own(back))
    context = {"form": form, "back": back}
    return render(request, "preproduction/order_columns.html", context, status=422 if form.errors else 200)


def _own(address: str) -> str:
    """Return the address of the list without the columns of a saved view, so that one's own are in force."""
    path, query = urlsplit(address)[2:4]
    kept = [(name, value) for name, value in parse_qsl(query) if name not in {"columns", "sort", "page"}]
    return f"{path}?{urlencode(kept)}" if kept else path
