from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from preproduction.filters import NOBODY
from preproduction.forms.news import NewsSeenForm
from preproduction.late_bands import late_bands
from preproduction.models import Order, Status
from preproduction.my_work import SHOWN, add_tasks, piles_of
from preproduction.news import news_for
from preproduction.overdue_matrix import late_counts
from studio import access, work_calendar
from studio.models import PhotoSession, User
from triggers.models import Task

# What narrows the hub to the orders of a pile, as an addition to whose they are.
HUB_FILTERS = {"late": {"late": "any"}, "due_today": {"due_today": "on"}, "next": {}}


@require_safe
@access.requires("see_work")
def home(request):
    user, today = request.user, timezone.localdate()
    departments = _departments_of(request)
    whose = [Order.objects.assigned_to(user), Order.objects.unassigned().filter(department__in=departments)]
    owner = _owner_of_nobodys() if access.may(user, "reassign_order") else None
    mine, shared, *nobodys = piles_of([*whose, *([Order.objects.on_nobodys_home()] if owner else [])], today)
    add_tasks(mine, shared, user=user, departments=departments, today=today)
    sections = [_section("My work", mine, {"mine": "on"}, "Nothing waits for you.")]
    if departments:
        sections.append(_of_departments(departments, shared, may_take=access.may(user, "take_order")))
    piles = [pile for section in sections for pile, _ in section["piles"]]
    sections += [_section("Unassigned", found, owner, "") for found in nobodys]
    context = {
        "hold_requests": _hold_requests() if access.may(user, "hold_order") else [],
        "news": news_for(user),
        "sections": sections,
        "figures": _figures(piles),
        "overdue": _overdue(request, today) if access.may(user, "see_overdue") else None,
        "steps": [] if piles else _first_steps(user),
    }
    return render(request, "preproduction/home.html", context)


@require_POST
@access.requires("see_work")
def news_seen(request):
    """Keep up to where somebody has read what is new for them."""
    form = NewsSeenForm(request.POST)
    if form.is_valid():
        until = form.cleaned_data["until"]
        User.objects.filter(pk=request.user.pk, seen_news_at__lt=until).update(seen_news_at=until)
    return redirect("preproduction:home")


def _departments_of(request):
    """Return the departments of the user, as keys to names."""
    names = {department.pk: department.name for department in request.set_up["departments"]}
    return {key: names[key] for key in request.set_up["departments of"].get(request.user.pk, ())}


def _of_departments(departments, piles, *, may_take):
    owner = {"department": list(departments), "user": NOBODY}
    title, empty = f"{', '.join(departments.values())}, for anybody", "Nothing waits for your departments."
    return _section(title, piles, owner, empty, may_take=may_take)


def _owner_of_nobodys():
    """Return the hub's filters for orders that are on nobody's Home: unassigned in no department, or in one where
    nobody works.  None where there are none.
    """
    orders = Order.objects.on_nobodys_home()
    departments = list(orders.order_by().values_list("department", flat=True).distinct())
    return {"department": [key or NOBODY for key in departments], "user": NOBODY} if departments else None


def _section(title, piles, owner, empty, *, may_take=False):
    """Describe one column of the page.

    owner:    the hub's filters for whose work it is.
    may_take: whether the user can take these orders.
    """
    hub = reverse("preproduction:order_list")
    return {
        "title": title,
        "empty": empty,
        "may_take": may_take,
        "count": sum(pile.count for pile in piles),
        "piles": [
            (pile, f"{hub}?{urlencode({**owner, **HUB_FILTERS[pile.key]}, doseq=True)}")
            for pile in piles
            if pile.count
        ],
    }


def _hold_requests():
    """Return what managers are to answer: who asks to put which order on hold."""
    asked = Task.objects.requests().waiting().filter(order__in=Order.objects.open())
    return asked.for_table().select_related("created_by").order_by("pk")[:SHOWN]


def _figures(piles):
    return {key: sum(pile.count for pile in piles if pile.key == key) for key in HUB_FILTERS}


def _overdue(request, today):
    """Describe what is overdue in the whole studio, for managers."""
    bands = late_bands(today, work_calendar.of_request(request))
    counts = late_counts(Order.objects.overdue(today), bands)
    return {"counts": counts, "total": sum(count for _, count in counts)}


def _first_steps(user):
    """Say what to click first, to somebody for whom nothing waits.  The last step is always possible."""
    steps = []
    if access.may(user, "maintain") and not Status.objects.exists():
        steps.append(("Make the studio's list of statuses", reverse("preproduction:status_list")))
    if not PhotoSession.objects.exists():
        steps.append(("Add a client and a session", reverse("studio:session_create")))
    else:
        steps.append(
            ("Open a session, and make a preproduction order from it", reverse("studio:session_list"))
        )
    steps.append(("See the orders of the whole studio", reverse("preproduction:order_list")))
    return steps
