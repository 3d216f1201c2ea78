from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from studio import access
from studio.models import PhotoSession


@require_safe
@access.requires("see_work")
def session_detail(request, pk):
    sessions = PhotoSession.objects.select_related("client", "session_type", "photographer")
    session = get_object_or_404(sessions, pk=pk)
    orders = session.orders.for_table()
    return render(request, "preproduction/session_detail.html", {"session": session, "orders": orders})
