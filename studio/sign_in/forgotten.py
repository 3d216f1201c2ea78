"""A forgotten password: a mail with a one-time link, where mail is set up.

Whoever asks learns nothing: a name that exists and one that does not get the same answer after the same work, since
only the worker looks whether there is such a person.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from studio import people
from studio.models import CompanyPreferences, User

NO_MAIL = frozenset({"console", "dummy", "filebased"})


def mail_is_set_up() -> bool:
    """Whether EMAIL_URL names something that brings mail to people."""
    return settings.EMAIL_BACKEND.split(".")[-2] not in NO_MAIL


def mail_link(name: str, site: str) -> None:
    """Mail a one-time link to the person called `name`, if there is one who may sign in and has an address.

    site: where the studio is reached, such as "https://proofs.example.com".
    """
    person = User.objects.by_name(name)
    if person is None or not person.email or not people.may_sign_in(person):
        return
    studio = CompanyPreferences.load()
    words = {"person": person, "link": site + people.password_link(person), "studio": studio}
    text = render_to_string("account/forgotten_mail.txt", words)
    EmailMessage(f"A new password for {studio.name}", text, to=[person.email]).send()
