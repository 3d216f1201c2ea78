"""The page you saw, for a record: what its form showed travels along, and nobody's change is overwritten unseen."""

import hashlib
from collections.abc import Iterable

from django import forms
from django.db import models
from django.forms import model_to_dict
from django.http import QueryDict

from studio import maintenance_log
from studio.refusal import changed_meanwhile


def seal(record: models.Model, names: Iterable[str]) -> str:
    """Return "name:digest name:digest ..." of what `record` holds in the fields that its form shows."""
    return " ".join(f"{name}:{_digest(value)}" for name, value in model_to_dict(record, names).items())


def changed_since(sealed: str, record: models.Model, names: Iterable[str]) -> list[str]:
    """Return the names of the fields in which `record` is another than the page showed, whose seal is `sealed`."""
    shown = dict(pair.split(":", 1) for pair in sealed.split() if ":" in pair)
    values = model_to_dict(record, names)
    return [name for name, value in values.items() if shown.get(name) != _digest(value)]


def _digest(value) -> str:
    if isinstance(value, list):
        value = sorted(str(getattr(one, "pk", one)) for one in value)
    elif isinstance(value, str):
        # A browser changes the ends of lines, and a form strips; nobody has changed anything by that.
        value = value.strip().splitlines()
    return hashlib.sha256(repr(value if isinstance(value, list) else str(value)).encode()).hexdigest()[:12]


def asks_for_nothing_new(form: forms.ModelForm, stored: models.Model, names: Iterable[str]) -> bool:
    """Whether a valid `form` would leave `stored` as it is: sent twice, a form finds nothing to change."""
    typed = _typed(form, names)
    now = model_to_dict(stored, names)
    return not form.files and all(_digest(typed[name]) == _digest(value) for name, value in now.items())


def _typed(form, names):
    values = model_to_dict(form.instance, names)
    for field in form.instance._meta.many_to_many:  # which are written after the instance is
        if field.name in values and field.name in form.cleaned_data:
            values[field.name] = list(form.cleaned_data[field.name])
    return values


def who_was_quicker(stored: models.Model, names: list[str], form: forms.ModelForm) -> str:
    """Say who changed which fields meanwhile, as far as it is known, and what they hold now."""
    last = maintenance_log.last_change(stored)
    known = last is not None and set(names) & set(last.fields)
    words = maintenance_log.words_of(stored)
    now = {_label(form, name): words.get(name, "") for name in names}
    return changed_meanwhile(now, by=last.by_name if known else "")


def _label(form, name):
    return str(form.fields[name].label) if name in form.fields else name


def with_theirs(form: forms.ModelForm, sealed: str, stored: models.Model, names: Iterable[str]) -> QueryDict:
    """Return what was sent, with what others changed in the fields that this user has not touched.

    So saving again replaces only what this user has changed, too.
    """
    typed = _typed(form, names)
    shown = dict(pair.split(":", 1) for pair in sealed.split() if ":" in pair)
    data = form.data.copy()
    for name, value in model_to_dict(stored, names).items():
        is_untouched = shown.get(name) == _digest(typed[name])
        if name in form.fields and is_untouched:
            data.setlist(form.add_prefix(name), _as_posted(form.fields[name], value))
    return data


def _as_posted(field, value) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list):
        return [str(field.prepare_value(getattr(one, "pk", one))) for one in value]
    value = field.widget.format_value(field.prepare_value(value))
    if isinstance(value, list):  # a choice, as its widget has it
        return [str(one) for one in value]
    return ["" if value is None else str(value)]
