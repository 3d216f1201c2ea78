from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from preproduction import replay
from preproduction.forms.replay import ReplayForm
from preproduction.tables.replay import ReplayTable
from studio import access
from studio.table_pages import turn
from triggers.models import Trigger


@require_safe
@access.requires("maintain")
def trigger_replay(request, pk):
    """What a trigger, active or not, would have done of late.  Nothing is written or sent."""
    trigger = get_object_or_404(Trigger.objects.for_table(), pk=pk)
    changes = replay.changes(trigger)
    found = replay.replay(trigger, list(changes[: replay.MOST]))
    asked = ReplayForm(request.GET)
    table = ReplayTable(asked.narrow(found), order_by=())
    turn(request, table, size=50)
    context = {
        "trigger": trigger,
        "table": table,
        "figures": asked.figures(found),
        "show": asked.show,
        "total": changes.count(),
        "looked_at": len(found),
        "days": replay.DAYS,
    }
    return render(request, "preproduction/trigger_replay.html", context)
