from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from preproduction.models import Order
from studio import texts
from studio.fields import ExactFormField, LineFormField, PlainText
from studio.models import CompanyPreferences, Department, User

ROWS = 6  # people at once
MOST_ROWS = 20


class StudioForm(forms.ModelForm):
    """The first step.  Once there are orders another time zone is rehearsed first, on its own page."""

    class Meta:
        model = CompanyPreferences
        fields = ["name", "time_zone", "paper", "date_style"]
        help_texts = {
            "name": "As clients know it; it stands on prints and in messages.",
            "time_zone": "Says what “today” is: due dates and the hours of messages follow it.",
        }

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.fields["name"].widget.attrs["autofocus"] = True
        if instance.name == CompanyPreferences._meta.get_field("name").default:
            self.initial["name"] = ""
        if instance._state.adding:
            # Nobody has chosen yet: static/js/guess_place.js does.
            self.fields["time_zone"].widget.attrs["data-guess"] = "time-zone"
            self.fields["paper"].widget.attrs["data-guess"] = "paper"
            self.fields["date_style"].widget.attrs["data-guess"] = "dates"
        if Order.objects.exists():
            del self.fields["time_zone"]

    def save(self, commit=True):
        CompanyPreferences.objects.get_or_create(pk=1)
        preferences = super().save(commit=False)
        preferences.save(update_fields=list(self.fields))
        return preferences


class PersonForm(forms.ModelForm):
    """A row of people to be added; one in which nothing was typed is nobody."""

    username = ExactFormField(
        label="Username",
        required=False,
        max_length=150,
        validators=User._meta.get_field("username").validators,
        widget=forms.TextInput(attrs={"placeholder": "From the name"}),
    )
    department = forms.ModelChoiceField(Department.objects.active(), required=False, empty_label="None")

    class Meta:
        model = User
        fields = ["first_name", "last_name", "username", "role"]
        field_classes = {"first_name": LineFormField, "last_name": LineFormField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].validators.append(PlainText())
        for field in self.fields.values():
            # Of others, so the browser has nothing to offer.
            field.widget.attrs["autocomplete"] = "off"

    def clean(self):
        typed = super().clean()
        if "username" in typed and not typed["username"]:
            typed["username"] = _name_to_sign_in(typed.get("first_name", ""), typed.get("last_name", ""))
            if not typed["username"]:
                raise ValidationError("Give this person a name.")
        return typed


class PeopleFormSet(forms.BaseFormSet):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="people", **kwargs)

    @property
    def filled(self) -> list[PersonForm]:
        return [form for form in self.forms if form.has_changed()]

    def clean(self):
        """Refuse two of one name; what is stored each row looks at for itself."""
        if any(form.errors for form in self.forms):
            return
        if not self.filled:
            raise ValidationError(
                "Nobody was typed. Give at least one person a name, or go on to the next step."
            )
        seen = set()
        for form in self.filled:
            key = texts.unique_key(form.cleaned_data["username"])
            if key in seen:
                form.add_error("username", "Another person here has this username.")
            seen.add(key)
        if any(form.errors for form in self.forms):
            raise ValidationError("Each needs a username of their own.")


PeopleForm = forms.formset_factory(
    PersonForm, formset=PeopleFormSet, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


class MovedInForm(forms.Form):
    """Whether nobody needs the guide any more."""

    is_moved_in = forms.BooleanField(required=False)


def _name_to_sign_in(first: str, last: str) -> str:
    """Return "anna" for Anna Berg, "anna.berg" where that is taken, then "anna.berg2"; "" for nobody.

    Letters that are in no user name of ours are written as they sound where Unicode knows how, else kept.
    """
    first, last = (slugify(name) or slugify(name, allow_unicode=True) for name in (first, last))
    plain = first or last
    whole = f"{first}.{last}" if first and last else plain
    if not plain:
        return ""
    wanted = [plain, whole, *(f"{whole}{number}" for number in range(2, 100))]
    return next((name for name in wanted if User.objects.by_name(name) is None), "")
