"""Every address of the product, found in the URL resolver, with keys of rows that exist.

Tests over all pages ask here, so that a page added tomorrow is tested tomorrow.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from preproduction.models import (
    Batch,
    CustomField,
    ExportRun,
    ImportRun,
    LateReason,
    Order,
    SavedView,
    Status,
)
from studio import people
from studio.models import (
    Client,
    ClosedDay,
    Department,
    LongWork,
    PhotoSession,
    SessionType,
    User,
    Vendor,
    WorkedDay,
)
from triggers.models import Delivery, Letter, MessageTemplate, Refusal, Task, Trigger

# Whose key the address takes, by the beginning of its pattern: a model, or what returns a queryset.
MODELS = {
    "clients/<int:pk>/": Client,
    "sessions/<int:pk>/": PhotoSession,
    "orders/<int:pk>/": Order,
    "orders/views/<int:pk>/": SavedView,
    "batches/<int:pk>/": Batch,
    "tasks/<int:pk>/": Task.objects.tasks,
    "calls/<int:pk>/": Task.objects.calls,
    "triggers/queue/<int:pk>/": Delivery,
    "triggers/queue/<int:pk>/cancel/": lambda: Delivery.objects.filter(asked_by__isnull=False),
    "letters/<int:pk>/": Letter,
    "refusals/<int:pk>/": Refusal,
    "maintenance/setup-file/before/<int:pk>/": lambda: Batch.objects.filter(kind=Batch.Kind.SET_UP),
    "maintenance/templates/<int:pk>/": MessageTemplate,
    "long-work/<int:pk>/": LongWork,
    "maintenance/departments/<int:pk>/": Department,
    "maintenance/session-types/<int:pk>/": SessionType,
    "maintenance/vendors/<int:pk>/": Vendor,
    "maintenance/users/<int:pk>/": User,
    "maintenance/triggers/<int:pk>/": Trigger,
    "maintenance/custom-fields/<int:pk>/": CustomField,
    "maintenance/late-reasons/<int:pk>/": LateReason,
    "maintenance/preproduction-statuses/<int:pk>/": Status,
    "maintenance/import/<int:pk>/": ImportRun,
    "maintenance/export/<int:pk>/": ExportRun,
    "maintenance/preferences/calendar/closed/<int:pk>/": ClosedDay,
    "maintenance/preferences/calendar/worked/<int:pk>/": WorkedDay,
}


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    view: Callable

    def __str__(self):
        return self.name

    @property
    def permission(self) -> str | None:
        """What `access.requires` asks for; None where nothing is asked."""
        return getattr(self.view, "permission", None)

    @property
    def model(self):
        """The model whose key the address takes; None for an address without one."""
        if "<int:" not in self.pattern:
            return None
        fitting = [prefix for prefix in MODELS if self.pattern.startswith(prefix)]
        assert fitting, f"Say in tests/routes.py whose key {self.name} takes: /{self.pattern}"
        return MODELS[max(fitting, key=len)]

    def addresses(self, limit: int = 1, *, of: User | None = None) -> list[str]:
        """Return the address for up to `limit` rows, and for the last; one for a limit of 1; `of` a person's own if given.

        Of orders, one of each kind.
        """
        if "<uidb64>" in self.pattern:
            return [_password_link(self.pattern)]
        if self.model is None:
            assert "<" not in self.pattern, f"tests/routes.py cannot fill in /{self.pattern}"
            return [f"/{self.pattern}"]
        keys = _keys(self.model, limit, of)
        assert keys, f"The test has no {self.model.__name__} to ask {self.name} for."
        return [f"/{self.pattern}".replace("<int:pk>", str(key)) for key in keys]


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns, address="", namespace="") -> Iterator[Route]:
    for pattern in patterns:
        here = address + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, here, inner)
        else:
            yield Route(namespace + (pattern.name or here), here, pattern.callback)


def _keys(model, limit, person):
    if model is SavedView and person:
        return list(person.saved_views.order_by("pk").values_list("pk", flat=True)[:limit])
    if model is LongWork and person:
        return list(LongWork.objects.filter(by=person).order_by("pk").values_list("pk", flat=True)[:limit])
    if model is Order and limit > 1:
        # One of each kind first: their pages differ.
        kinds = {}
        for order in Order.objects.order_by("pk"):
            kind = (order.is_complete, order.is_on_hold, order.status_id is None, order.is_overdue())
            kinds.setdefault(kind, order.pk)
        return list(kinds.values())
    rows = model.objects if isinstance(model, type) else model()
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    # Besides, the last: nothing uses it yet, so that it may be deleted.
    return [*keys[:limit], *keys[max(limit, len(keys) - 1) :]] if limit > 1 else keys[:1]


def _password_link(pattern):
    person = User.objects.filter(is_active=True).order_by("pk").first()
    key = urlsafe_base64_encode(force_bytes(person.pk))
    token = people.link_tokens.make_token(person)
    return f"/{pattern}".replace("<uidb64>", key).replace("<token>", token)
