"""Which orders are open, late, at risk, whose: as conditions, and as the queries that lists are made of."""

from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from studio.count_together import count_together
from studio.models import Department, User
from studio.stored_texts import TextQuerySet

# What "overdue" and "open" mean, once, for the queries here and for the partial indexes of Order.
OPEN = Q(is_complete=False, withdrawn_on__isnull=True)
CLOCK_RUNS = OPEN & Q(held_on__isnull=True, status_due_date__isnull=False)
ON_HOLD = OPEN & Q(held_on__isnull=False)
# Nobody has it, or somebody who has left.  No join: the column in the index says it before anything else is looked at.
# And no "or": SQLite would go by the index of users, through the complete ones, too.
NOBODY_HAS_IT = ~Q(assigned_user__in=User.objects.filter(is_active=True))
IS_UNASSIGNED = OPEN & NOBODY_HAS_IT
PROMISED = Q(needed_by__isnull=False)


def overdue_on(day: date) -> Q:
    return CLOCK_RUNS & Q(status_due_date__lt=day)


def promise_broken_on(day: date) -> Q:
    return OPEN & PROMISED & Q(needed_by__lt=day)


def late_on(day: date) -> Q:
    """Late by the step, by the promise, or by both: what the Overdue page holds."""
    return overdue_on(day) | promise_broken_on(day)


class OrderQuerySet(TextQuerySet):
    def open(self):
        return self.filter(OPEN)

    def complete(self):
        return self.filter(is_complete=True)

    def on_hold(self):
        return self.filter(ON_HOLD)

    def overdue(self, on: date | None = None):
        """Orders not complete and not on hold whose status due date is before `on`, the studio's today."""
        return self.filter(overdue_on(on or timezone.localdate()))

    def late(self, on: date):
        """Orders late by their step, by their promise, or by both: what the Overdue page holds."""
        return self.filter(late_on(on))

    def at_risk(self, on: date):
        """Orders not late on `on`, and less likely than not to be in time, by the latest forecast of each as it is."""
        # By keys, so that SQLite goes from the few forecasts that say so, and not through all open orders.
        forecasts = apps.get_model("preproduction", "Forecast").objects.filter(is_at_risk=True)
        risky = Q(pk__in=forecasts.values("pk"), forecast__version=F("version"))
        return self.filter(OPEN & risky & ~late_on(on))

    def due_on(self, day: date):
        return self.filter(CLOCK_RUNS, status_due_date=day)

    def due_this_week(self, on: date):
        """Those due from `on` to the Sunday after it."""
        sunday = on + timedelta(days=6 - on.weekday())
        return self.filter(CLOCK_RUNS, status_due_date__gte=on, status_due_date__lte=sunday)

    def due_later(self, on: date):
        """Open ones whose clock runs, neither late nor due on `on`: those without a due date, too."""
        return self.open().filter(held_on=None).exclude(status_due_date__lte=on)

    def for_user(self, user, *, only_open: bool):
        """Orders that `user` has, or that nobody has in a department of theirs.

        only_open: said of both kinds, so that SQLite finds each in the index of its open ones.
        """
        has_it, nobody = Q(assigned_user=user), NOBODY_HAS_IT & Q(department__in=user.departments.all())
        return self.filter(OPEN & has_it | OPEN & nobody if only_open else has_it | nobody)

    def unassigned(self):
        return self.filter(IS_UNASSIGNED)

    def promise_broken(self, on: date):
        """Open ones, on hold or not, that were needed before `on`."""
        return self.filter(promise_broken_on(on))

    def assigned_to(self, user):
        return self.filter(OPEN, assigned_user=user)

    def on_nobodys_home(self):
        """Unassigned ones that no department shows to anybody who works here."""
        shown = Department.objects.filter(users__is_active=True)
        return self.unassigned().exclude(department__in=shown)

    def open_counts(self, on: date, *, most: int) -> dict[str, int]:
        """Count open orders: all, late on `on`, due that day, unassigned, on hold.  One query, over open orders only.

        most: of more, `most` + 1 are found, so that a search that finds half of all costs no more than one that does not.
        """
        found = self.open().order_by()
        kinds = {
            "open": found,
            "late": found.overdue(on),
            "due_today": found.filter(CLOCK_RUNS, status_due_date=on),
            "unassigned": found.unassigned(),
            "on_hold": found.filter(ON_HOLD),
        }
        return count_together({name: kind[: most + 1] for name, kind in kinds.items()})

    def for_table(self):
        """Join what lists show, so that a page of any length costs the same number of queries."""
        return self.select_related(
            "session__client",
            "session__session_type",
            "vendor",
            "status",
            "department",
            "assigned_user",
        )

    def for_payload(self):
        """Join what StatusChange.payload() tells of an order."""
        return self.select_related(
            "session__client", "session__session_type", "session__photographer", "vendor"
        )

    def for_page(self):
        """Join what one order's page shows."""
        return self.for_table().select_related(
            "session__photographer", "entered_by", "completed_by", "forecast", "late_reason"
        )


class OrderManager(models.Manager.from_queryset(OrderQuerySet)):
    """All orders but the withdrawn ones, which no list, count, search or file shows."""

    def get_queryset(self):
        return super().get_queryset().filter(withdrawn_on__isnull=True)
