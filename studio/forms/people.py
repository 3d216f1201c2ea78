from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from studio import people
from studio.fields import ExactFormField, LineFormField, MailFormField, PlainText
from studio.models import Department, User
from studio.sign_in import forgotten, proof

LONGEST_KEY = 18  # digits: more may not fit into the database's 64 bits


class KeysField(forms.ModelMultipleChoiceField):
    """Refuses a key that no database could hold as any other unknown one; Django lets it reach the database."""

    def _check_values(self, value):
        for key in value:
            if len(str(key)) > LONGEST_KEY:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key}
                )
        return super()._check_values(value)


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = [
            "first_name",
            "last_name",
            "username",
            "role",
            "email",
            "phone",
            "departments",
            "is_active",
        ]
        labels = {"username": "Username", "email": "Email", "is_active": "Active"}
        field_classes = {
            "departments": KeysField,
            "first_name": LineFormField,
            "last_name": LineFormField,
            "username": ExactFormField,
            "email": MailFormField,
        }
        widgets = {"departments": forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"})}
        help_texts = {
            "username": "What they sign in with.",
            "role": "Staff work orders. Managers also reassign, hold, and see what is overdue. "
            "Administrators also keep the lists, people and preferences.",
            "departments": "Their departments' work is on their Home page.",
            "is_active": "They can sign in again, and are offered again.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = self.instance
        for name in ("first_name", "last_name"):
            self.fields[name].validators.append(PlainText())
        current = user.departments.values("pk") if user.pk else Department.objects.none().values("pk")
        departments = Department.objects.active() | Department.objects.filter(pk__in=current)
        self.fields["departments"].queryset = departments
        if not departments.exists():
            self.fields["departments"].help_text = format_html(
                'There are none yet: <a href="{}">New Department</a>', reverse("studio:department_create")
            )
        # Leaving is a question of its own, for what they have goes to somebody; coming back is a tick.
        if user.is_active:
            del self.fields["is_active"]
        if user.pk is None:
            self.fields["first_name"].widget.attrs["autofocus"] = True

    def save(self, commit=True):
        if self.instance.pk is None:
            self.instance.set_unusable_password()
        with people.an_administrator_stays():
            return super().save(commit)


class UnprovenUserForm(UserForm):
    """The form of an administrator who has not said again just now who they are."""

    def clean_email(self):
        """Whoever can change the address can have a link for a new password mailed to it."""
        if "email" in self.changed_data and forgotten.mail_is_set_up():
            raise ValidationError(
                format_html(
                    "A link for a forgotten password is mailed to this address. "
                    '<a href="{}" target="_blank" rel="noopener">Say first that it is you</a>, then save.',
                    proof.page(reverse("studio:user_list")),
                )
            )
        return self.cleaned_data["email"]


class PasswordForm(SetPasswordForm):
    """A password that an administrator sets for somebody."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "New password"
        # Django's own words speak to whose password it is; here somebody else types it.
        self.fields[
            "new_password1"
        ].help_text = (
            "At least 8 characters, not only digits; not a common password, and not like their name."
        )
        self.fields["new_password2"].label = "New password again"
