"""What templates know of the guide: the list of its steps, and the step that a page belongs to."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from preproduction.moving_in.guide.steps import STEPS, Step
from studio import access


@dataclass(frozen=True)
class Place:
    """A page of step `number`, with the steps before and after it; None at the ends."""

    number: int
    step: Step
    before: Step | None
    after: Step | None
    count: int = len(STEPS)


class Guide:
    """The guide as `request` shows it.  Nothing is asked before a template asks."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @cached_property
    def is_shown(self) -> bool:
        """Whether it stands on Home and above its pages: for administrators, until somebody puts it away."""
        user = getattr(self.request, "user", None)
        return bool(user and access.may(user, "maintain") and not self.request.preferences.is_moved_in)

    @cached_property
    def steps(self) -> list[tuple[Step, bool]]:
        """Each step, and whether it is done.  Two queries."""
        return [(step, step.is_done(self.request.set_up)) for step in STEPS]

    @cached_property
    def done(self) -> int:
        return sum(is_done for _, is_done in self.steps)

    @cached_property
    def is_finished(self) -> bool:
        return self.done == len(STEPS)

    @cached_property
    def place(self) -> Place | None:
        """Where the page that is shown stands in the guide; None for all others."""
        page = self.request.resolver_match.view_name if self.request.resolver_match else ""
        for at, step in enumerate(STEPS):
            if page in step.pages:
                before, after = STEPS[at - 1] if at else None, STEPS[at + 1] if at + 1 < len(STEPS) else None
                return Place(at + 1, step, before, after)
        return None


def guide(request: HttpRequest) -> dict[str, Guide]:
    return {"guide": Guide(request)}
