"""Maintenance > Health: whether the studio is in order, in words."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from studio import access, health


@require_safe
@access.requires("maintain")
def health_page(request):
    found = health.findings()
    context = {"findings": found, "wrong": sum(finding.state != health.State.GOOD for finding in found)}
    return render(request, "studio/health.html", context)
