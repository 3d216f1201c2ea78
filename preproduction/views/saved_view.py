from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from preproduction.filters import OrderFilter
from preproduction.forms.list_page import ListPageForm
from preproduction.forms.saved_view import SavedViewForm
from preproduction.late_bands import late_bands
from preproduction.models import Order, SavedView
from preproduction.tables.columns import columns_for
from preproduction.tables.order import OrderTable
from studio import access, work_calendar


def views_for(user):
    """Return the views `user` may choose: the own ones, and what others share."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True, owner__is_active=True)).select_related(
        "owner"
    )


def view_query(filters, sort, columns=""):
    """Return what a view keeps: the filters in force, an unusual sort and unusual columns, not the page."""
    if "columns" in filters.kept:
        columns = ""
    kept = {name: value for name, value in (("sort", sort), ("columns", columns)) if value}
    return "&".join(filter(None, [filters.query(), urlencode(kept)]))


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("see_work")
def saved_view_create(request):
    """Keep the filters that this very address holds, under a name."""
    bands = late_bands(timezone.localdate(), work_calendar.of_request(request))
    filters = OrderFilter(
        request.GET, Order.objects.none(), user=request.user, bands=bands, set_up=request.set_up
    )
    asked = ListPageForm(request.GET)
    columns = columns_for(request.user, asked.columns_asked)
    sort = asked.sort_of(OrderTable, default="", further=columns.further())
    query = view_query(filters, sort, columns.text)
    form = SavedViewForm(request.POST or None, user=request.user, instance=SavedView(query=query))
    if form.is_valid():
        view = form.save()
        messages.success(request, f"View “{view}” saved.")
        return redirect(f"{reverse('preproduction:order_list')}?{view.query}")
    context = {"form": form, "filters": filters, "query": query}
    return render(
        request, "preproduction/saved_view_create.html", context, status=422 if form.errors else 200
    )


@require_POST
@access.requires("see_work")
def saved_view_delete(request, pk):
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    view.delete()
    messages.success(request, f"View “{view}” deleted.")
    return redirect(f"{reverse('preproduction:order_list')}?{view.query}")
