from django import forms
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


class _WayBack(forms.Form):
    next = forms.CharField(required=False, max_length=4000)


def way_back(request, fallback):
    """Return the page that a form was opened from, else `fallback`: an address or a record that has one.

    A dialog knows the page it lies on; a page of its own is told by `?next=`.
    """
    if request.headers.get("X-Dialog") and is_ours(request.htmx.current_url_abs_path):
        return request.htmx.current_url_abs_path
    form = _WayBack(request.GET)
    address = form.cleaned_data["next"] if form.is_valid() else ""
    return address if is_ours(address) else fallback


def is_ours(address: str | None) -> bool:
    """Whether `address` is a path of this studio.  The path of a page can look like another host: "//evil.example"."""
    return bool(
        address and address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )


def come_back(request, fallback):
    return redirect(way_back(request, fallback))
