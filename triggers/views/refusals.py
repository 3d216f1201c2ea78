from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from studio import access
from studio.way_back import come_back
from triggers.models import Refusal
from triggers.operations import refusals


@require_POST
@access.requires("change_clients")
def refusal_lift(request, pk):
    refusal = get_object_or_404(Refusal, pk=pk)
    if refusals.lift(refusal, by=request.user):
        messages.success(request, f"Messages go to {refusal.address} again.")
    else:
        refusal.refresh_from_db()
        messages.info(request, f"{refusal.lifted_by} had lifted that for {refusal.address} already.")
    return come_back(request, "studio:client_list")
