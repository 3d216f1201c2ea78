"""Several people added at once: they exist, and wait for a link with which they choose a password."""

from collections.abc import Iterable

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import QuerySet

from studio import maintenance_log
from studio.maintenance_log import Verb, words_of
from studio.models import Department, User


@transaction.atomic
def add_people(people: Iterable[tuple[User, Department | None]], *, by: User) -> list[User]:
    """Store all of them or none, each in a department or in none.  None can sign in before a password is set."""
    added = []
    for person, department in people:
        person.set_unusable_password()
        person.save()
        if department:
            person.departments.add(department)
        maintenance_log.note(Verb.MADE, person, by=by, after=words_of(person))
        added.append(person)
    return added


def without_password() -> QuerySet[User]:
    """Return active people who have never had a password, and so cannot sign in yet."""
    return User.objects.active().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX, is_demo=False)
