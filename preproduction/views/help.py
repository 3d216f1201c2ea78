from django.shortcuts import render
from django.views.decorators.http import require_safe

from studio import access


@require_safe
@access.requires("see_work")
def help_page(request):
    return render(request, "preproduction/help.html")
