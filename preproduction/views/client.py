from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from preproduction.forms.client import PageForm
from preproduction.models import Order
from studio import access
from studio.models import Client

A_PAGE = 50


# Joins pass the managers by.
IN_SIGHT = Q(orders__withdrawn_on=None)


@require_safe
@access.requires("see_work")
def client_detail(request, pk):
    there = Client.with_withdrawn.filter(Q(withdrawn_on=None) | Q(merged_into__isnull=False))
    client = get_object_or_404(there, pk=pk)
    if client.merged_into_id:
        return redirect("preproduction:client_detail", client.merged_into_id)
    orders = (
        Order.objects.filter(session__client=client).for_table().order_by("is_complete", "-order_date", "-pk")
    )
    sessions = (
        client.sessions.select_related("session_type", "photographer")
        .annotate(
            order_count=Count("orders", filter=IN_SIGHT),
            open_orders=Count("orders", filter=IN_SIGHT & Q(orders__is_complete=False)),
        )
        .order_by("-date", "-pk")
    )
    pages = PageForm(request.GET)
    return render(
        request,
        "preproduction/client_detail.html",
        {
            "client": client,
            "refusals": client.refusals.select_related("lifted_by"),
            "sessions": Paginator(sessions, A_PAGE).get_page(pages.number("sessions")),
            "orders": Paginator(orders, A_PAGE).get_page(pages.number("orders")),
        },
    )
