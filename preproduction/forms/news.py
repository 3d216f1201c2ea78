from django import forms
from django.utils import timezone


class NewsSeenForm(forms.Form):
    """Up to where somebody has read what happened: the moment of the newest that their page showed."""

    until = forms.DateTimeField(widget=forms.HiddenInput)

    def clean_until(self):
        # What is still to come has been read by nobody.
        return min(self.cleaned_data["until"], timezone.now())
