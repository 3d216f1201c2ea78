"""Pages of links: Maintenance, and More, with what does not stand in everybody's sidebar.  Each can be pinned there."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from studio import access, navigation
from studio.forms.pin import PinForm
from studio.models import User
from studio.navigation import MAINTENANCE, MAINTENANCE_PAGE, MORE, MOST_IN_SIGHT, links, sidebar


@require_safe
@access.requires("maintain")
def maintenance(request):
    groups = [{"title": title, "links": links(title, request.user)} for title in MAINTENANCE]
    return _page(request, MAINTENANCE_PAGE, groups)


@require_safe
@access.requires("see_work")
def more(request):
    rest = [navigation.link(item) for item in sidebar(request.user).rest]
    return _page(request, MORE, [{"title": "", "links": rest}])


def _page(request, item, groups):
    groups = [group for group in groups if group["links"]]
    context = {"title": item.words, "groups": groups, "pinned": request.user.pinned_pages}
    return render(request, "studio/menu_page.html", context)


@require_POST
@access.requires("see_work")
def pin_page(request):
    """Keep a page in one's sidebar, or take it out, and come back to the page of links that it stands on."""
    of_maintenance = [item for title in MAINTENANCE for item in navigation.allowed(title, request.user)]
    of_work = sidebar(request.user).rest
    words = {item.page: item.words for item in [*of_maintenance, *of_work]}
    form = PinForm(request.POST, pages=words)
    if not form.is_valid():
        messages.error(request, "Nothing was pinned: you have no such page. Choose one here.")
        return redirect(reverse(MORE.page))
    page, is_pinned = form.cleaned_data["page"], form.cleaned_data["is_pinned"]
    if _pin(request.user, page, is_pinned):
        done = "stands in the menu now" if is_pinned else "stands in the menu no more"
        messages.success(request, f"{words[page]} {done}.")
    else:
        sentence = f"The menu holds {MOST_IN_SIGHT} entries and no more. Take one that you pinned out first."
        messages.error(request, sentence)
    back = MORE if page in {item.page for item in of_work} else MAINTENANCE_PAGE
    return redirect(reverse(back.page))


def _pin(user, page, is_pinned) -> bool:
    """Pin or unpin; return False, and change nothing, where there is no room."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        others = [each for each in user.pinned_pages if each != page]
        if is_pinned and page not in user.pinned_pages and sidebar(user).room < 1:
            return False
        user.pinned_pages = [*others, page] if is_pinned else others
        user.save(update_fields=["pinned_pages"])
    return True
