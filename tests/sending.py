"""Sends a form as a browser would: what the page showed, with what somebody typed over it."""


def as_sent(form, **typed) -> dict:
    """Return what a browser would send for `form`, hidden fields included.

    typed: values by the names of the fields, without a prefix.
    """
    sent = {}
    for field in form:
        shown = _as_text(field.field.prepare_value(field.value()))
        if field.field.show_hidden_initial:
            # A form shown again goes on saying what its first page showed, or what the view put there.
            seen = form.data.get(field.html_initial_name) if form.is_bound else None
            sent[field.html_initial_name] = shown if seen is None else seen
        if field.widget_type != "checkbox" or shown not in ("", "False"):
            sent[field.html_name] = shown
    return sent | {form.add_prefix(name): _as_text(value) for name, value in typed.items()}


def as_sent_set(forms) -> dict:
    """Return what a browser would send for a set of forms, its empty last row included."""
    sent = as_sent(forms.management_form)
    for form in forms:
        sent |= as_sent(form)
    return sent


def _as_text(value) -> str:
    # A browser sends the ends of lines as CR LF.
    return "" if value is None else str(value).replace("\n", "\r\n")
