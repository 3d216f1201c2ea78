"""The one way in which the foundation's pages show a list, edit a record and delete it.

Functions, which the view of each noun calls with what is its own: rows, columns, words, where to go.
"""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.shortcuts import redirect, render
from django.urls import reverse

from studio.exports.list_file import list_file
from studio.forms.lists import ListFilter
from studio.refusal import OperationRefused
from studio.uses import uses_of

ROWS_PER_PAGE = 50
CHANGED_MEANWHILE = (
    "Somebody changed this while you had it open. What you typed is kept below: look at it, and save again if it is "
    "to replace what they wrote."
)


def show_list(
    request, rows, table_class, *, title, search, template="studio/list.html", with_inactive=True, **words
):
    """Answer with a page of `rows` as the address asks (q, inactive, sort, page), or with all as a file (export).

    rows:   queryset; with_inactive says that it has `active()`.
    search: the columns that the search box looks into.
    words:  what the template says: new_words, new_url, noun, empty_text, ...
    """
    filters = ListFilter(request.GET, with_inactive=with_inactive)
    table = table_class(
        filters.narrow(rows, search), exclude=() if filters.shows_inactive else ("is_inactive", "is_active")
    )
    if filters.sort_by.removeprefix("-") in table_class.base_columns:
        table.order_by = filters.sort_by
    # Sorted by something that is not unique, a list may repeat or skip rows between its pages.
    table.data.data = table.data.data.order_by(*table.data.data.query.order_by, "pk")
    if filters.export:
        return list_file(request, table, kind=filters.export, title=title)
    table.paginator = Paginator(table.rows, ROWS_PER_PAGE)
    table.page = table.paginator.get_page(filters.page)
    context = {
        "title": title,
        "table": table,
        "filters": filters,
        "is_empty": not table.page.object_list and not rows.exists(),
        **words,
    }
    return render(request, template, context)


def edit_record(
    request,
    form_class,
    record,
    *,
    back,
    done=None,
    initial=None,
    template="studio/form.html",
    refusal="",
    **words,
):
    """Show the form of `record`, or save what was sent and go on.

    record:  an instance; without a key it is made new.
    back:    address of Cancel.
    done:    from the saved record to the address that follows; `back` if None.
    refusal: a sentence about something refused just now: the form is shown as stored, with 409.
    words:   what the template says: title, parent, delete_url, ...

    A record that somebody else changed while the form was open is not overwritten unseen: the form comes back with
    what was typed, and saving it once more is a decision.
    """
    is_new, seen = record.pk is None, _fingerprint(record, form_class)
    sent = (request.POST, request.FILES) if request.method == "POST" and not refusal else ()
    form = form_class(*sent, instance=record, initial=initial)
    status = 409 if refusal else 200
    if sent:
        status = 422
        if form.is_valid() and not is_new and request.POST.get("seen") != seen:
            status = 409
            form.add_error(None, CHANGED_MEANWHILE)
        if form.is_valid() and (saved := _save(form)):
            messages.success(request, f"{saved} added." if is_new else f"{saved} saved.")
            return redirect(done(saved) if done else back)
    context = {
        "form": form,
        "record": record,
        "is_new": is_new,
        "seen": seen,
        "back": back,
        "refusal": refusal,
        "address": _address_of_form(request, record) if refusal else "",
        "uses": [] if is_new else uses_of(record),
        **words,
    }
    return render(request, template, context, status=status)


def _address_of_form(request, record) -> str:
    """Return where the form of `record` is saved: the page that refused to delete it stands at another address."""
    return reverse(request.resolver_match.view_name.replace("_delete", "_edit"), args=[record.pk])


def _save(form):
    """Return the saved record, or None with the refusal as an error of the form."""
    try:
        return form.save()
    except OperationRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _fingerprint(record, form_class) -> str:
    """Return a short text that is another when a value is that the form shows; "" for a new record."""
    if record.pk is None:
        return ""
    values = model_to_dict(record, fields=form_class.base_fields)
    text = repr(
        [
            (name, sorted(str(one) for one in value) if isinstance(value, list) else str(value))
            for name, value in sorted(values.items())
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def delete_record(request, record, *, back, delete, page):
    """Delete `record` and go `back`.

    delete: does it, or raises OperationRefused.
    page:   the view that shows the record; it is shown again, with 409, where deleting is refused.
    """
    name, key = str(record), record.pk
    try:
        delete(record)
    except OperationRefused as refusal:
        return page(request, key, refusal=str(refusal))
    messages.success(request, f"{name} deleted.")
    return redirect(back)
