from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from preproduction import due_dates
from preproduction.models import Order
from studio import access, work_calendar


@access.requires("see_work")
@require_safe
def due_date_explanation(request, pk):
    order = get_object_or_404(Order.objects.for_table(), pk=pk)
    story = due_dates.tell_due_date(order, work_calendar.of_request(request))
    return render(request, "preproduction/due_date_explanation.html", {"order": order, "story": story})
