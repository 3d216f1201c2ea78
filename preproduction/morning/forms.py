from django import forms

from preproduction.models import MorningMail
from studio import access

Scope = MorningMail.Scope


class MorningMailForm(forms.Form):
    """Which orders somebody wants to be told of in the morning; the whole studio is for those who see Overdue."""

    scope = forms.ChoiceField(label="Morning mail about", widget=forms.RadioSelect)

    def __init__(self, data=None, *, person, **options):
        super().__init__(data, **options)
        may_see_all = access.may(person, "see_overdue")
        self.fields["scope"].choices = [
            choice for choice in Scope.choices if choice[0] != Scope.STUDIO or may_see_all
        ]
