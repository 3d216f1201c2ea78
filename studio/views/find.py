from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from studio import access, finding
from studio.forms.find import FindForm


@require_safe
@access.requires("see_work")
def find(request):
    """Show a few of everything with the words typed: as a page, or as the options of the palette.

    Asked to `go`, it opens the one thing that is called just so; a search box of a list asks that beside its own list.
    """
    form = FindForm(request.GET)
    if form.opens_exact:
        if found := finding.exact(request.user, form.typed):
            return HttpResponseClientRedirect(found.href) if request.htmx else redirect(found.href)
        if request.htmx:
            return HttpResponse(status=204)
    groups = list(finding.groups(request.user, form.typed)) if form.is_valid() else []
    context = {"form": form, "typed": form.typed, "groups": groups}
    return render(request, "studio/_found.html" if request.htmx else "studio/find.html", context)
