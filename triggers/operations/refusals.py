"""An address that takes nothing more is written to again because somebody says so."""

from django.utils import timezone

from studio.models import User
from triggers.models import Refusal


def lift(refusal: Refusal, *, by: User) -> bool:
    """Let the address be written to again.  Returns whether nobody had lifted it yet."""
    still = Refusal.objects.open().filter(pk=refusal.pk)
    return bool(still.update(lifted_at=timezone.now(), lifted_by=by))
