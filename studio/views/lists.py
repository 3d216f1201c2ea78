"""The one way in which the foundation's pages show a list, edit a record and delete it.

Functions, which the view of each noun calls with what is its own: rows, columns, words, where to go.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse

from studio import maintenance_log
from studio.exports.list_file import list_file
from studio.forms import seen
from studio.forms.lists import ListFilter
from studio.maintenance_log import Verb
from studio.refusal import OperationRefused, OutdatedPage
from studio.uses import uses_of

ROWS_PER_PAGE = 50


def show_list(
    request, rows, table_class, *, title, search, template="studio/list.html", with_inactive=True, **words
):
    """Answer with a page of `rows` as the address asks (q, inactive, sort, page), or with all as a file (export).

    rows:   queryset; with_inactive says that it has `active()`.
    search: paths to the stored forms that the search box looks into.
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
    if not filters.sort_by:
        table.data.data = filters.exact_first(table.data.data)
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
    is_logged=True,
    **words,
):
    """Show the form of `record`, or save what was sent and go on.

    record:  an instance; without a key it is made new.
    back:    address of Cancel.
    done:    from the saved record to the address that follows; `back` if None.
    refusal: a sentence about something refused just now: the form is shown as stored, with 409.
    is_logged: whether it is Maintenance, which keeps who changed what (maintenance_log.py).
    words:   what the template says: title, parent, delete_url, ...

    A record that somebody else changed while the form was open is not overwritten unseen: the form comes back with
    what was typed, and saving it once more is a decision.
    """
    is_new = record.pk is None
    sealed = "" if is_new else seen.seal(record, form_class.base_fields)
    sent = (request.POST, request.FILES) if request.method == "POST" and not refusal else ()
    form = form_class(*sent, instance=record, initial=initial)
    status = 409 if refusal else 200
    if sent:
        status = 422
        shown = request.POST.get("seen", "")
        try:
            if form.is_valid() and (
                saved := _save(form, shown, is_new, by=request.user, is_logged=is_logged)
            ):
                messages.success(request, f"{saved} added." if is_new else f"{saved} saved.")
                return redirect(done(saved) if done else back)
            sealed = shown  # a mistake to be corrected shows nobody what a colleague has written
        except OutdatedPage as outdated:
            status = 409
            form.add_error(None, str(outdated))
    context = {
        "form": form,
        "record": record,
        "is_new": is_new,
        "seen": sealed,
        "back": back,
        "refusal": refusal,
        "address": _address_of_form(request, record) if refusal else "",
        "uses": [] if is_new else uses_of(record),
        "last_change": maintenance_log.last_change(record) if is_logged else None,
        **words,
    }
    return render(request, template, context, status=status)


def _address_of_form(request, record) -> str:
    """Return where the form of `record` is saved: the page that refused to delete it stands at another address."""
    return reverse(request.resolver_match.view_name.replace("_delete", "_edit"), args=[record.pk])


def _save(form, shown, is_new, *, by, is_logged):
    """Return the saved record, or None with the refusal as an error of the form.

    shown: the seal of what the page showed.  Raises OutdatedPage if the record is another by now.
    """
    try:
        with transaction.atomic():
            if is_new:
                saved = form.save()
                if is_logged:
                    maintenance_log.note(Verb.MADE, saved, by=by, after=maintenance_log.words_of(saved))
                return saved
            return _save_over(form, shown, by=by, is_logged=is_logged)
    except OutdatedPage:
        raise
    except OperationRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _save_over(form, shown, *, by, is_logged):
    stored, names = _stored(form.instance), form.base_fields
    meanwhile = seen.changed_since(shown, stored, names)
    if meanwhile and seen.asks_for_nothing_new(form, stored, names):
        return stored
    if meanwhile:
        form.data = seen.with_theirs(form, shown, stored, names)
        raise OutdatedPage(seen.who_was_quicker(stored, meanwhile, form))
    before = maintenance_log.words_of(stored) if is_logged else None
    saved = form.save()
    if is_logged:
        maintenance_log.note(Verb.CHANGED, saved, by=by, before=before, after=maintenance_log.words_of(saved))
    return saved


def _stored(record):
    """Return `record` as it is stored, and keep it so until the transaction ends; preferences may not be stored yet."""
    model = type(record)
    now = model._base_manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if now is None and not record._state.adding:
        raise OutdatedPage(f"Somebody has deleted {record} meanwhile. Nothing was saved.")
    return now or model(pk=record.pk)


def delete_record(request, record, *, back, delete, page, is_logged=True):
    """Delete `record` and go `back`.

    delete: does it, or raises OperationRefused.
    is_logged: as edit_record has it.
    page:   the view that shows the record; it is shown again, with 409, where deleting is refused.
    """
    name, key = str(record), record.pk
    try:
        with transaction.atomic():
            before = maintenance_log.words_of(record)
            delete(record)
            if is_logged:
                maintenance_log.note(Verb.DELETED, record, by=request.user, before=before, key=key)
    except OperationRefused as refusal:
        return page(request, key, refusal=str(refusal))
    messages.success(request, f"{name} deleted.")
    return redirect(back)
