"""Asking for long work, saying how far it is, and leaving it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from studio.models import LongWork, User
from studio.tasks import wake_for_long_work

State = LongWork.State
OPEN = (State.WAITS, State.RUNS)
KEPT_FOR = timedelta(days=1)
MOST_TRIES = 3


class Left(Exception):
    """Whoever asked for it does not want it any more, or a client's words are to be nowhere."""


@transaction.atomic
def begin(kind: LongWork.Kind, title: str, asked: Mapping[str, Any], *, by: User, **columns: Any) -> LongWork:
    """Let the worker do it.  Return what is open already, if `by` has asked for just this: two tabs are one work.

    columns: further columns of LongWork.
    """
    # Whoever asks in two tabs waits here for themselves.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    for work in LongWork.objects.filter(by=by, kind=kind, state__in=OPEN):
        if work.asked == asked:
            return work
    work = LongWork.objects.create(kind=kind, title=title, asked=asked, by=by, **columns)
    wake_for_long_work()
    return work


def of(person: User) -> QuerySet[LongWork]:
    """Return what `person` has asked for and not removed since."""
    return LongWork.objects.filter(by=person).exclude(state=State.REMOVED)


def batches_under_way() -> list[int]:
    """Return the keys of the batches with which the worker is not done."""
    works = LongWork.objects.filter(state__in=OPEN, result__has_key="batch")
    return [work.result["batch"] for work in works]


def is_doing(batch: int) -> bool:
    """Whether the worker is not done with what belongs to the batch with this key."""
    return LongWork.objects.filter(state__in=OPEN, result__batch=batch).exists()


def start(work: LongWork) -> bool:
    """Begin it, or begin anew what broke off; False where it was left, or has broken off MOST_TRIES times."""
    if work.tries >= MOST_TRIES:
        end(work, State.BROKEN)
        return False
    work.tries += 1
    return _change(work, state=State.RUNS, tries=work.tries, position=0)


def broke_off(work: LongWork) -> None:
    """Let it be tried again, unless that has been done MOST_TRIES times."""
    if work.tries + 1 >= MOST_TRIES:
        end(work, State.BROKEN)
    else:
        _change(work, tries=F("tries") + 1)


def move_on(work: LongWork, position: int) -> None:
    """Say how far it is.  Raises Left."""
    if not _change(work, position=position):
        raise Left


def end(work: LongWork, state: LongWork.State, **columns: Any) -> bool:
    """Say what came of it; False where it was left meanwhile."""
    return _change(work, state=state, finished_at=timezone.now(), asked={}, **columns)


def _change(work: LongWork, **columns: Any) -> bool:
    return bool(LongWork.objects.filter(pk=work.pk, state__in=OPEN).update(**columns))


def remove(works: QuerySet[LongWork]) -> None:
    """Leave what is open, and forget what was asked; what lies in files is the caller's."""
    works.exclude(state=State.REMOVED).update(state=State.REMOVED, asked={}, result={})


def forget_why() -> int:
    """Take out of what came of acts why some orders were left, which may name a client who is to be named nowhere.

    Returns in how many rows.  Call in a transaction.
    """
    told = LongWork.objects.filter(kind=LongWork.Kind.ACTS, result__has_key="why").select_for_update()
    for work in told:
        del work.result["why"]
        work.save(update_fields=["result"])
    return len(told)


def old() -> QuerySet[LongWork]:
    """Return what was over more than a day ago."""
    return LongWork.objects.filter(finished_at__lt=timezone.now() - KEPT_FOR).exclude(state=State.REMOVED)


def removed_at(work: LongWork) -> datetime | None:
    """Return when the worker will remove it."""
    return work.finished_at + KEPT_FOR if work.finished_at else None
