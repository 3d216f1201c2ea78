from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


class _WayBack(forms.Form):
    next = forms.CharField(required=False, max_length=4000)


def way_back(request, fallback):
    """Return the page that a form was opened from, else `fallback`: an address or a record that has one.

    A dialog knows the page it lies on; a page of its own is told by `?next=`.
    """
    if opened_from := dialog_page(request):
        return opened_from
    return next_in(request.GET) or fallback


def next_in(values) -> str:
    """Return the page of ours that `next` names in the query or the form `values`; "" if none."""
    form = _WayBack(values)
    address = form.cleaned_data["next"] if form.is_valid() else ""
    return address if is_ours(address) else ""


def dialog_page(request) -> str:
    """Return the page on which the dialog lies that `request` comes from; "" if it comes from none."""
    page = request.htmx.current_url_abs_path if request.headers.get("X-Dialog") else ""
    return page if is_ours(page) else ""


def is_ours(address: str | None) -> bool:
    """Whether `address` is a path of this studio.  The path of a page can look like another host: "//evil.example"."""
    return bool(
        address and address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )


def with_query(address: str, **query) -> str:
    """Return `address`, which has no fragment, with more in its query."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def come_back(request, fallback):
    return redirect(way_back(request, fallback))
