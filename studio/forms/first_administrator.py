from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.core.exceptions import ValidationError

from studio import first_administrator
from studio.fields import ExactFormField, LineFormField, MailFormField, PlainText
from studio.models import User
from studio.sign_in import tries


class FirstAdministratorForm(BaseUserCreationForm):
    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="It stands in the terminal in which the studio was started.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    field_order = ["code", "first_name", "last_name", "username", "email", "password1", "password2"]

    class Meta:
        model = User
        fields = ["first_name", "last_name", "username", "email"]
        labels = {"username": "Username", "email": "Email"}
        help_texts = {
            "username": "What you sign in with.",
            "email": "You may leave it empty. Who forgets the password is mailed there.",
        }
        field_classes = {
            "first_name": LineFormField,
            "last_name": LineFormField,
            "username": ExactFormField,
            "email": MailFormField,
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "username": forms.TextInput(attrs={"autocomplete": "username"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args, address, **kwargs):
        super().__init__(*args, **kwargs)
        self.address = address
        for name in ("first_name", "last_name"):
            self.fields[name].validators.append(PlainText())
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["code"].widget.attrs["autofocus"] = True
        self.fields["password1"].help_text = "At least 8 characters; the longer, the better."
        self.fields["password2"].label = "Password again"
        self.fields["password2"].help_text = ""

    def clean_code(self):
        """Count the try before the code is looked at, and no more if it was right."""
        code = self.cleaned_data["code"]
        try:
            taken = tries.take(tries.of_first_code(self.address))
        except tries.TooManyTries as refusal:
            s = "" if refusal.minutes == 1 else "s"
            raise ValidationError(
                f"Too many wrong codes. Try again in {refusal.minutes} minute{s}."
            ) from None
        if not first_administrator.is_the_code(code):
            raise ValidationError(
                "This is not the code. It stands in the terminal in which the studio was started; each start shows "
                "a new one."
            )
        tries.give_back(taken)
        return code
