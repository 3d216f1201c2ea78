from django import forms
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


class _WayBack(forms.Form):
    next = forms.CharField(required=False, max_length=4000)


def way_back(request, fallback):
    """Return the page of ours that `?next=` names, else `fallback`: an address or a record that has one.

    A list that opens a form for one of its rows says so, and gets its person back when the form is done.
    """
    form = _WayBack(request.GET)
    address = form.cleaned_data["next"] if form.is_valid() else ""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else fallback


def come_back(request, fallback):
    return redirect(way_back(request, fallback))
