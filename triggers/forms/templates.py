from django import forms
from django.core.exceptions import ValidationError

from triggers.messages import html as message_html
from triggers.messages import text as message_text
from triggers.models import MessageTemplate


class TemplateForm(forms.ModelForm):
    """The words of a message; what could not be filled in later is refused now, with what to mend."""

    class Meta:
        model = MessageTemplate
        fields = ["name", "subject", "text", "html", "letter_layout", "used_for", "is_inactive"]
        widgets = {
            "subject": forms.TextInput(attrs={"data-takes-fields": ""}),
            "text": forms.Textarea(attrs={"rows": 14, "data-takes-fields": ""}),
            "html": forms.Textarea(attrs={"rows": 8, "data-takes-fields": "", "spellcheck": "false"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["is_inactive"]
            self.fields["name"].widget.attrs["autofocus"] = True

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_subject(self):
        return _without_problems(self.cleaned_data["subject"], message_text.problems)

    def clean_text(self):
        return _without_problems(self.cleaned_data["text"], message_text.problems)

    def clean_html(self):
        return _without_problems(self.cleaned_data["html"], message_html.problems)


def _without_problems(text, problems):
    if found := problems(text):
        raise ValidationError(found)
    return text
