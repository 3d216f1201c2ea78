"""Who works here, in which department, and what they may do."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from studio import addresses, texts
from studio.access import Role
from studio.fields import ExactField, NameField
from studio.models.active import ActiveQuerySet
from studio.models.preferences import CompanyPreferences
from studio.stored_texts import FoundBy, KeepsTexts, SortKey, TextQuerySet, UniqueKey, UniqueText

UNASSIGNED = "Unassigned"  # the one word for nobody, where work is somebody's


class Department(KeepsTexts):
    name = NameField("Name", max_length=60)
    name_key = UniqueKey("name")
    name_sorted = SortKey("name")
    found_by = FoundBy("name")
    is_inactive = models.BooleanField("Inactive", default=False)

    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name_sorted", "pk"]
        constraints = [
            UniqueText(
                fields=["name_key"],
                name="studio_department_name_unique",
                violation_error_message="Another department has this name.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return addresses.of_record("studio:department_edit", self.pk)


class UserQuerySet(TextQuerySet):
    def active(self):
        return self.filter(is_active=True)

    def offered(self, *, current=None):
        """What a form offers: people who work here, and `current` (a key) though they left."""
        return self.filter(Q(is_active=True) | Q(pk=current))

    def administrators(self):
        """People who can sign in and administer; those of the demo only while it is loaded."""
        people = self.active().filter(role=Role.ADMINISTRATOR)
        return people if CompanyPreferences.load().is_demo else people.filter(is_demo=False)

    def by_name(self, username):
        """Return the person called so, however it is written, or None."""
        return self.filter(username_key=texts.unique_key(username)).first()


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        # A tablet writes the first letter large, and a Mac an accent on its own.
        return self.get(username_key=texts.unique_key(username))

    def create_superuser(self, username, email=None, password=None, **fields):
        """Make the first administrator of a new studio: `manage.py createsuperuser`."""
        return super().create_superuser(username, email, password, **{"role": Role.ADMINISTRATOR, **fields})


class User(KeepsTexts, AbstractUser):
    username_key = UniqueKey("username")
    # Whoever has no name is shown by the username.
    name_sorted = SortKey("first_name", "last_name", "username")
    found_by = FoundBy("first_name", "last_name", "username", "email", phones=("phone",))
    role = models.CharField("Role", max_length=20, choices=Role, default=Role.STAFF)
    departments = models.ManyToManyField(
        Department, blank=True, related_name="users", verbose_name="Departments"
    )
    phone = ExactField("Phone", max_length=40, blank=True)
    # Up to when they have read what is new for them.
    seen_news_at = models.DateTimeField(default=timezone.now, editable=False)
    # The password of a demo user is printed in the README; see access.RoleBackend.
    is_demo = models.BooleanField(default=False, editable=False)
    # Goes up to end all sessions and one-time links for good; see people.end_sessions.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)
    # URL names of pages, in the order in which they were pinned; see studio/navigation.py.
    pinned_pages = models.JSONField(default=list, editable=False)
    away_from = models.DateField("Away From", null=True, blank=True)
    away_until = models.DateField("Away Until", null=True, blank=True)
    stands_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Stands In"
    )

    objects = UserManager()

    class Meta:
        ordering = ["name_sorted", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="studio_user_role_is_known"),
            UniqueText(
                fields=["username_key"],
                name="studio_user_username_unique",
                violation_error_message="Another user has this username.",
            ),
            models.CheckConstraint(
                condition=Q(away_from__isnull=True, away_until__isnull=True)
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gte=F("away_from")),
                name="studio_user_away_until_is_after_from",
            ),
        ]

    def __str__(self):
        return self.get_full_name() or self.username

    def get_absolute_url(self):
        return addresses.of_record("studio:user_edit", self.pk)

    def clean(self):
        super().clean()
        # Django has put both into their usual form, in which they may be longer than what was checked: one ligature
        # can stand for four words.
        usual = {"username", "email"}
        self.clean_fields(exclude={field.name for field in self._meta.fields} - usual)

    def _get_session_auth_hash(self, secret=None):
        # Django's own is of the password alone, and so a session would live again when its user is made active again.
        of = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("studio.User.session", of, secret=secret, algorithm="sha256").hexdigest()

    def is_away(self, on: date) -> bool:
        """Both days count."""
        return self.away_from is not None and self.away_from <= on <= self.away_until

    def who_works(self, on: date | None = None) -> "User":
        """Return who gets new work that is meant for this person: who stands in while they are away, else themselves.

        A query for each who is away.  Who stands in may be away, too; where they all are, it stays where it was.
        """
        on = on or timezone.localdate()
        who, asked = self, set()
        while who.is_away(on) and who.stands_in and who.stands_in.is_active:
            if who.pk in asked:
                return self
            asked.add(who.pk)
            who = who.stands_in
        return who

    def demo_is_loaded(self):
        return CompanyPreferences.objects.filter(is_demo=True).exists()
