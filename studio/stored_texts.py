"""Columns that hold a text in the form in which it is compared (texts.py), kept in step with what people typed.

    class Vendor(KeepsTexts):
        name = LineField("Name", max_length=120)
        name_key = UniqueKey("name")                    # two vendors of one name
        name_sorted = SortKey("name")                   # the order of a list
        found_by = FoundBy("name", "email", phones=("phone",))   # what a search looks into

They are written wherever their sources are: by save(), whatever its `update_fields`, bulk_create(), bulk_update() and
update() of a TextQuerySet; check studio.E020 holds every model to that.  What rules made them is kept in a row
(TextRules), so that a newer Python, whose Unicode knows more, or another region of phone numbers makes them anew:
refresh_outdated(), after every migration and every restore.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction

from studio import phones, texts

CHUNK = 500
RULES = 1  # goes up with each change of texts.py or phones.py that makes other forms


class StoredText:
    """Of a field: a form of the text in `sources`, columns of the same row."""

    def __init__(self, *sources: str, **kwargs: Any):
        self.sources = sources
        super().__init__(**{"editable": False, "default": "", "blank": True, **self.usual, **kwargs})

    usual: dict[str, Any] = {}

    def form_of(self, row: models.Model) -> str:
        raise NotImplementedError

    def fill(self, row: models.Model) -> str:
        form = self.form_of(row)
        setattr(row, self.attname, form)
        return form

    def pre_save(self, row, add):
        return self.fill(row)

    def deconstruct(self):
        name, path, _, kwargs = super().deconstruct()
        for usual in ("editable", "default", "blank", *self.usual):
            kwargs.pop(usual, None)
        return name, path, list(self.sources), kwargs

    def db_parameters(self, connection):
        # By code points, as SQLite does; PostgreSQL would sort by the habits of a country.
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class SortKey(StoredText, models.CharField):
    """By which lists are sorted; several sources one after the other."""

    usual = {"max_length": texts.SORT_LENGTH}

    def form_of(self, row):
        return texts.sort_key(" ".join(filter(None, (getattr(row, source) for source in self.sources))))


class UniqueKey(StoredText, models.CharField):
    """The same for two texts that are the same name or number."""

    usual = {"max_length": texts.KEY_LENGTH}

    def form_of(self, row):
        (source,) = self.sources
        return texts.unique_key(getattr(row, source) or "")


class FoundBy(StoredText, models.TextField):
    """What a search looks into.  phones: columns of phone numbers."""

    def __init__(self, *sources: str, phones: Collection[str] = (), **kwargs: Any):
        self.phones = tuple(phones)
        super().__init__(*sources, *self.phones, **kwargs)

    def form_of(self, row):
        plain = self.sources[: len(self.sources) - len(self.phones)]
        found = [texts.found_by(*(getattr(row, source) or "" for source in plain))]
        for column in self.phones:
            found += phones.found_by(getattr(row, column) or "", settings.SMS_REGION)
        return "\n".join(filter(None, found))

    def deconstruct(self):
        name, path, sources, kwargs = super().deconstruct()
        if self.phones:
            kwargs["phones"] = self.phones
        return name, path, sources[: len(sources) - len(self.phones)], kwargs


class UniqueText(models.UniqueConstraint):
    """Unique by a UniqueKey, whatever case or composition; the error stands at the field that people see.

    violation_error_message: may hold what was typed, as {}.
    """

    def validate(self, model, instance, exclude=None, using="default"):
        excluded, sources = set(exclude or ()), {}
        for name in self.fields:
            field = model._meta.get_field(name)
            if isinstance(field, UniqueKey):
                (sources[name],) = field.sources
                field.fill(instance)
                excluded.discard(name)
        if excluded & set(sources.values()):
            return
        try:
            super().validate(model, instance, exclude=excluded, using=using)
        except ValidationError:
            (source,) = sources.values()
            shown = source if source not in (exclude or ()) else NON_FIELD_ERRORS
            sentence = self.get_violation_error_message().format(getattr(instance, source))
            raise ValidationError({shown: sentence}) from None


class TextQuerySet(models.QuerySet):
    """Keeps stored forms in step where rows are changed without save()."""

    def find(self, key):
        """Return the row with this key; None where there is none, or it is None.

        first() would sort the one row, and writing down what by is a tenth of the time of an advance.
        """
        return next(iter(self.filter(pk=key).order_by()), None)

    def update(self, **values):
        stale = _made_of(self.model, values)
        if not stale:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            # A row that fits only once these are read is left for whoever made it fit: it is in neither statement.
            keys = list(self.values_list("pk", flat=True))
            changed = 0
            for chunk in _chunks(keys):
                changed += super(TextQuerySet, self.filter(pk__in=chunk)).update(**values)
                _refill(self.model._base_manager.using(self.db).filter(pk__in=chunk), stale)
        return changed

    update.alters_data = True

    def bulk_update(self, objs, fields, batch_size=None):
        objs = tuple(objs)
        stale = _made_of(self.model, fields)
        for field in stale:
            for row in objs:
                field.fill(row)
        return super().bulk_update(objs, [*fields, *(field.name for field in stale)], batch_size=batch_size)

    bulk_update.alters_data = True


class KeepsTexts(models.Model):
    """A model with stored forms of its texts."""

    objects = TextQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        there = self.__dict__.keys()
        # Of a row that was read in part, only what was read can have been changed.
        stale = [field for field in stored_texts(type(self)) if there & set(field.sources)]
        for field in stale:
            field.fill(self)
        if update_fields is not None:
            named = {*update_fields}
            update_fields = {*named, *(field.name for field in stale if named & set(field.sources))}
        super().save(*args, update_fields=update_fields, **kwargs)


def stored_texts(model: type[models.Model]) -> list[StoredText]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, StoredText)]


def fill(model: type[models.Model], using: str = "default") -> int:
    """Make all stored forms of `model` anew; return how many rows were stale."""
    return _refill(model._base_manager.using(using), stored_texts(model))


def stale_rows(model: type[models.Model]) -> Iterator[models.Model]:
    """Yield the rows of which a stored form is not that of its sources.  Reads the whole table."""
    return _stale(model._base_manager.all(), stored_texts(model))


def rules() -> str:
    """Return what the forms depend on."""
    return f"{RULES} {unicodedata.unidata_version} {settings.SMS_REGION} {phonenumbers.__version__}"


def refresh_outdated(using: str, apps: Any = None, plan: Any = None, **kwargs: Any) -> None:
    """Receiver of post_migrate: make all stored forms anew where other rules made them."""
    # A test that empties its tables says no plan; a studio on its way to an older state may have no such columns yet.
    if plan is None or not apps.is_installed("studio") or "textrules" not in apps.all_models["studio"]:
        return
    row = apps.get_model("studio", "TextRules").objects.using(using).get_or_create(pk=1)[0]
    if row.rules == rules():
        return
    with transaction.atomic(using=using):
        for model in apps.get_models():
            if stored_texts(model):
                fill(model, using)
        row.rules = rules()
        row.save(using=using)


def _made_of(model: type[models.Model], columns: Iterable[str]) -> list[StoredText]:
    columns = set(columns)
    return [field for field in stored_texts(model) if columns & set(field.sources)]


def _refill(rows: models.QuerySet, fields: list[StoredText]) -> int:
    count = 0
    stale = _stale(rows, fields)
    while chunk := list(islice(stale, CHUNK)):
        count += len(chunk)
        models.QuerySet.bulk_update(
            rows.model._base_manager.using(rows.db).all(), chunk, [field.name for field in fields]
        )
    return count


def _stale(rows: models.QuerySet, fields: list[StoredText]) -> Iterator[models.Model]:
    """Yield the rows with a form that is not that of its sources, filled."""
    names = {name for field in fields for name in (field.name, *field.sources)}
    last = None
    while True:
        # Short reads by key: an open one would keep those who write waiting.
        some = list((rows.filter(pk__gt=last) if last else rows).order_by("pk").only(*names)[:CHUNK])
        for row in some:
            before = [getattr(row, field.attname) for field in fields]
            if before != [field.fill(row) for field in fields]:
                yield row
        if len(some) < CHUNK:
            return
        last = some[-1].pk


def _chunks(keys: list) -> Iterator[list]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
