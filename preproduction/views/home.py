from typing import NamedTuple

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from preproduction.filters import NOBODY
from preproduction.forecast.risks import risks_of
from preproduction.forms.news import NewsSeenForm
from preproduction.late_bands import count_bands, overdue_bands
from preproduction.models import Order, Status
from preproduction.my_work import SHOWN, add_tasks, piles_of
from preproduction.news import news_for
from preproduction.views.table_page import MOST_COUNTED, count_words
from studio import access, work_calendar
from studio.models import PhotoSession, User
from triggers.models import Task

MOST_RISKS = 5  # orders that will be late; the rest is one click away

# What narrows the hub, and the lists of tasks and calls, to a pile, as an addition to whose they are.
HUB_FILTERS = {"late": {"late": "any"}, "due_today": {"due_today": "on"}, "next": {"due_later": "on"}}
TASK_FILTERS = {"late": "late", "due_today": "today", "next": "later"}


class Number(NamedTuple):
    """A number of Home, and the list that holds just what it counts.

    noun: in the singular.  words: instead of the number, where it was not counted to the end.
    """

    count: int
    noun: str
    href: str
    words: str = ""


class Figure(NamedTuple):
    """What stands large on Home.  tone: of what there is: danger, warning or ""."""

    title: str
    tone: str
    numbers: list[Number]


# Title and tone of a figure by the key of its piles.
FIGURES = {
    "late": ("Late, with me or my departments", "danger"),
    "due_today": ("Due today", "warning"),
    "next": ("Next", ""),
}


@require_safe
@access.requires("see_work")
def home(request):
    user, today = request.user, timezone.localdate()
    departments = _departments_of(request)
    whose = [Order.objects.assigned_to(user), Order.objects.unassigned().filter(department__in=departments)]
    whose += [Order.objects.on_nobodys_home()] if access.may(user, "reassign_order") else []
    mine, shared, *nobodys = piles_of(whose, today, most=MOST_COUNTED)
    add_tasks(mine, shared, user=user, departments=departments, today=today)
    sections = [_section("My work", mine, {"mine": "on"}, "own", "Nothing waits for you.")]
    if departments:
        sections.append(_of_departments(departments, shared, may_take=access.may(user, "take_order")))
    if any(pile.count for found in nobodys for pile in found):
        sections.append(_section("Unassigned", nobodys[0], _owner_of_nobodys(request), "", ""))
    context = {
        "hold_requests": _hold_requests() if access.may(user, "hold_order") else [],
        "news": news_for(user),
        "sections": sections,
        "figures": _figures([*mine, *shared]),
        "overdue": _overdue(request, today) if access.may(user, "see_overdue") else None,
        "risks": _risks(request, today) if access.may(user, "see_overdue") else None,
        "steps": [] if any(pile.count for pile in [*mine, *shared]) else _first_steps(request),
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
    return _section(title, piles, owner, "departments", empty, may_take=may_take)


def _owner_of_nobodys(request):
    """Return the hub's filters for orders that are on nobody's Home: unassigned in no department, or in one where
    nobody works.
    """
    working = {person.pk for person in request.set_up["users"] if person.is_active}
    of = request.set_up["departments of"].items()
    shown = {key for person, departments in of if person in working for key in departments}
    others = [each.pk for each in request.set_up["departments"] if each.pk not in shown]
    return {"department": [NOBODY, *others], "user": NOBODY}


def _section(title, piles, owner, show, empty, *, may_take=False):
    """Describe one column of the page.

    owner:    the hub's filters for whose work it is.  show: the same for the lists of tasks and calls.
    may_take: whether the user can take these orders.
    """
    return {
        "title": title,
        "empty": empty,
        "may_take": may_take,
        "piles": [(pile, _numbers(pile.key, pile.counts, owner, show)) for pile in piles if pile.count],
    }


def _numbers(key, counts, owner, show):
    """Return the numbers of the piles of one key: of orders, tasks and calls, what there is; "0 orders" for nothing."""
    orders, tasks, calls = counts
    asked = urlencode({**owner, **HUB_FILTERS[key]}, doseq=True)
    waiting = urlencode({"show": show, "due": TASK_FILTERS[key]})
    numbers = [
        Number(orders, "order", f"{reverse('preproduction:order_list')}?{asked}", count_words(orders)),
        Number(tasks, "task", f"{reverse('triggers:task_list')}?{waiting}"),
        Number(calls, "call", f"{reverse('triggers:call_list')}?{waiting}"),
    ]
    return [number for number in numbers if number.count] or numbers[:1]


def _hold_requests():
    """Return what managers are to answer: who asks to put which order on hold."""
    asked = Task.objects.requests().waiting().filter(order__is_complete=False, order__withdrawn_on=None)
    return asked.for_table().select_related("created_by").order_by("pk")[:SHOWN]


def _figures(piles):
    """Return the figures of what waits for somebody and for their departments together."""
    figures = []
    for key, (title, tone) in FIGURES.items():
        counts = zip(*(pile.counts for pile in piles if pile.key == key), strict=True)
        figures.append(Figure(title, tone, _numbers(key, map(sum, counts), {"for_me": "on"}, "mine")))
    return figures


def _overdue(request, today):
    """Describe what is overdue in the whole studio, for managers."""
    bands = overdue_bands(today, work_calendar.of_request(request))
    counts = [(band, count, count_words(count)) for band, count in count_bands(bands, most=MOST_COUNTED)]
    total = sum(count for _, count, _ in counts)
    is_whole = all(count <= MOST_COUNTED for _, count, _ in counts)
    words = str(total) if is_whole else count_words(total)
    number = Number(total, "order", reverse("preproduction:overdue_list"), words)
    return {"counts": counts, "total": total, "figure": Figure("Overdue in the studio", "danger", [number])}


def _risks(request, today):
    """Return the first orders of the studio that will be late, for managers."""
    calendar = work_calendar.of_request(request)
    return risks_of(Order.objects.at_risk(today), today=today, calendar=calendar, most=MOST_RISKS)


def _first_steps(request):
    """Say what to click first, to somebody for whom nothing waits.  The last step is always possible.

    Nothing to administrators of a studio that is still being set up: they are led elsewhere.
    """
    may_maintain = access.may(request.user, "maintain")
    if may_maintain and not request.preferences.is_moved_in:
        return []
    steps = []
    if may_maintain and not Status.objects.exists():
        steps.append(("Make the studio's list of statuses", reverse("preproduction:status_list")))
    if not PhotoSession.objects.exists():
        steps.append(("Add a client and a session", reverse("studio:session_create")))
    else:
        steps.append(
            ("Open a session, and make a preproduction order from it", reverse("studio:session_list"))
        )
    steps.append(("See the orders of the whole studio", reverse("preproduction:order_list")))
    return steps
