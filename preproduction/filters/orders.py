from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from preproduction import order_words
from preproduction.filters.kinds import (
    ALL,
    ANY_LATE,
    COMPLETE,
    NOBODY,
    OPEN,
    STATES,
    CheckedDateFilter,
    OwnerFilter,
    TickFilter,
    many,
)
from preproduction.filters.words import InWords
from preproduction.late_bands import BAND_CHOICES, LateBand, PromiseAlone
from preproduction.models import Order
from studio.fields import PlainText
from studio.forms.search_box import SearchBox
from studio.models import User
from studio.models.people import UNASSIGNED
from studio.search import finds_few


class OrderFilter(InWords, django_filters.FilterSet):
    """Filters of the hub.  Without `state`, open orders.

    bands:  late_bands() of today, or overdue_bands().
    set_up: what the menus offer, as studio/set_up keeps it.
    """

    q = django_filters.CharFilter(
        label="Search",
        method="search",
        max_length=100,
        validators=[PlainText()],
        widget=SearchBox("Order, client, phone, session or vendor number", opens_exact=True),
    )
    state = django_filters.ChoiceFilter(label="Orders", choices=STATES, method="by_state", empty_label=None)
    late = django_filters.ChoiceFilter(
        label="Late",
        choices=[(ANY_LATE, "Late by any time"), *BAND_CHOICES],
        method="by_lateness",
        empty_label="Late or not",
    )
    due_today = TickFilter(label="Due today", method="by_due_today")
    due_later = TickFilter(label="Due later or undated", method="by_due_later")
    unassigned = TickFilter(label=UNASSIGNED, method="by_unassigned")
    on_hold = TickFilter(label="On hold", method="by_on_hold")
    due_this_week = TickFilter(label="Due this week", method="by_due_this_week")
    at_risk = TickFilter(label="At risk", method="by_at_risk")
    promise_broken = TickFilter(label="Promise broken", method="by_promise_broken")
    mine = TickFilter(label="Mine", method="by_mine")
    for_me = TickFilter(label="Mine and my departments', for anybody", method="by_for_me")
    status = many("status", "Status")
    department = many("department", "Department")
    user = many("assigned_user", "User", OwnerFilter)
    vendor = many("vendor", "Vendor")
    session_type = many("session__session_type", "Session Type")
    late_reason = many("late_reason", "Late Reason")
    due_from = CheckedDateFilter(label="Due from", field_name="status_due_date", lookup_expr="gte")
    due_to = CheckedDateFilter(label="Due until", field_name="status_due_date", lookup_expr="lte")
    needed_from = CheckedDateFilter(label="Needed from", field_name="needed_by", lookup_expr="gte")
    needed_to = CheckedDateFilter(label="Needed until", field_name="needed_by", lookup_expr="lte")
    ordered_from = CheckedDateFilter(label="Ordered from", field_name="order_date", lookup_expr="gte")
    ordered_to = CheckedDateFilter(label="Ordered until", field_name="order_date", lookup_expr="lte")

    # What the tabs above the list switch; their counts are made without these.
    TABS = ("state", "late", "due_today", "due_later", "unassigned", "on_hold")
    MENUS = ("status", "department", "user", "vendor", "session_type", "late_reason")
    MORE = (
        *TABS,
        "due_this_week",
        "at_risk",
        "promise_broken",
        "mine",
        "for_me",
        "due_from",
        "due_to",
        "needed_from",
        "needed_to",
        "ordered_from",
        "ordered_to",
    )

    # Names of the filters that a list offers; all where empty.
    OFFERED = ()

    class Meta:
        model = Order
        fields = []

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet,
        *,
        user: User,
        bands: Sequence[LateBand | PromiseAlone],
        set_up: Mapping[str, Any],
    ):
        super().__init__(data, queryset)
        self.filters = {name: self.filters[name] for name in self.OFFERED or self.filters}
        # An empty address is bound as well: `state` then has its default.
        self.is_bound = True
        self.user, self.set_up = user, set_up
        self._looked_up: dict[str, Q] = {}
        self.bands = {band.key: band for band in bands}
        for name, choices in _choices(set_up).items():
            if name in self.filters:
                self.filters[name].extra["choices"] = choices

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    # The filters that are more than a comparison.

    def search(self, queryset, name, value):
        return queryset.filter(self._holds(value))

    def _holds(self, typed: str) -> Q:
        # The list and the counts of its tabs ask the same.
        if typed not in self._looked_up:
            self._looked_up[typed] = order_words.holding(typed)
        return self._looked_up[typed]

    @property
    def finds_few(self) -> bool:
        """Whether the search, if there is one, finds so few that any of them are counted at once."""
        return finds_few(self._holds(self.values.get("q", "")))

    def exact_first(self, queryset: QuerySet) -> QuerySet:
        """Return `queryset` with the exact hits of the search before the others."""
        return order_words.exact_ones_first(queryset, self.values.get("q", ""))

    def by_state(self, queryset, name, value):
        if value == ALL:
            return queryset
        return queryset.complete() if value == COMPLETE else queryset.open()

    def by_lateness(self, queryset, name, value):
        return (
            queryset.overdue(self.today) if value == ANY_LATE else queryset.filter(self.bands[value].as_q())
        )

    def by_due_today(self, queryset, name, value):
        return queryset.due_on(self.today) if value else queryset

    def by_due_later(self, queryset, name, value):
        return queryset.due_later(self.today) if value else queryset

    def by_unassigned(self, queryset, name, value):
        return queryset.unassigned() if value else queryset

    def by_on_hold(self, queryset, name, value):
        return queryset.on_hold() if value else queryset

    def by_due_this_week(self, queryset, name, value):
        return queryset.due_this_week(self.today) if value else queryset

    def by_at_risk(self, queryset, name, value):
        return queryset.at_risk(self.today) if value else queryset

    def by_promise_broken(self, queryset, name, value):
        return queryset.promise_broken(self.today) if value else queryset

    def by_mine(self, queryset, name, value):
        return queryset.filter(assigned_user=self.user) if value else queryset

    def by_for_me(self, queryset, name, value):
        is_open = self.state_in_force == OPEN
        return queryset.for_user(self.user, only_open=is_open) if value else queryset

    # What comes of it.

    @cached_property
    def values(self) -> dict:
        """Return the filters in force, by name; wrong and empty ones left out."""
        self.errors  # noqa: B018  validates
        return {
            name: value
            for name, value in self.form.cleaned_data.items()
            if value not in ("", None, [], False)
        }

    @property
    def state_in_force(self) -> str:
        return self.values.get("state") or OPEN

    def filter_queryset(self, queryset):
        return self.narrowed(queryset, without=())

    def narrowed(self, queryset: QuerySet, *, without: tuple[str, ...]) -> QuerySet:
        """Return `queryset` with the filters in force, less those named."""
        values = {"state": OPEN, **self.values} if "state" in self.filters else self.values
        for name, value in values.items():
            if name not in without:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @property
    def form(self):
        form = super().form
        if "state" in form.fields:
            # Open orders are what an address without `state` shows, so the menu need not say it in one.
            form.fields["state"].widget.choices = [("", "Open"), *STATES[1:]]
        return form

    def looks(self) -> str:
        """Return all that the menus are drawn from: what they offer, and what the address says of them."""
        names = [name for name in (*self.MENUS, *self.MORE) if name in self.filters]
        offered = [self.filters[name].extra.get("choices") for name in names]
        return repr((type(self).__name__, names, offered, [self.data.getlist(name) for name in names]))

    def menus(self) -> list:
        """Return the fields that get a menu each."""
        return [self.form[name] for name in self.MENUS if name in self.filters]

    def more(self) -> list:
        """Return the fields of the menu that holds the rest."""
        return [self.form[name] for name in self.MORE if name in self.filters]


class OverdueFilter(OrderFilter):
    """Filters of the Overdue page, over orders that are late anyway, by their step or by their promise."""

    late = django_filters.ChoiceFilter(
        label="Late",
        choices=[
            (ANY_LATE, "Late at their step"),
            *BAND_CHOICES,
            (PromiseAlone.key, "By promise only"),
        ],
        method="by_lateness",
        empty_label="Late by any time",
    )
    OFFERED = (
        *("q", "late", "promise_broken", "department", "user", "status", "vendor", "session_type"),
        "late_reason",
    )
    # What the matrix shows by itself, so that it is counted without.
    CELL = ("late", "department", "user")


def _choices(set_up: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return what the menus offer."""
    return {
        "status": [
            (NOBODY, "No status"),
            *_choice((row.pk, row, row.is_inactive) for row in set_up["statuses"]),
        ],
        "department": [
            (NOBODY, "No department"),
            *_choice((row.pk, row, row.is_inactive) for row in set_up["departments"]),
        ],
        "user": [
            (NOBODY, UNASSIGNED),
            *_choice(((row.pk, row, not row.is_active) for row in set_up["users"]), gone="left"),
        ],
        "vendor": [(NOBODY, "No vendor"), *_choice(set_up["vendors"])],
        "session_type": _choice(set_up["session types"]),
        "late_reason": [
            (NOBODY, "None chosen"),
            *_choice((row.pk, row, row.is_inactive) for row in set_up["late reasons"]),
        ],
    }


def _choice(rows: Iterable[tuple], gone: str = "inactive") -> list[tuple[str, str]]:
    """rows: key, name, and whether it is marked as `gone`."""
    return [(str(key), f"{name} ({gone})" if is_gone else str(name)) for key, name, is_gone in rows]
