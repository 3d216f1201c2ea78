"""Kinds of filters, and what their choices are called in an address."""

import django_filters
from django import forms
from django.db.models import Q

from preproduction.models.order_queries import NOBODY_HAS_IT
from studio.fields import DayField

OPEN, COMPLETE, ALL = "open", "complete", "all"
STATES = [(OPEN, "Open"), (COMPLETE, "Complete"), (ALL, "Open and complete")]
NOBODY = "none"
ANY_LATE = "any"


class CheckedDateFilter(django_filters.DateFilter):
    field_class = DayField


class ManyChoiceFilter(django_filters.MultipleChoiceFilter):
    """Any of the ticked keys; NOBODY stands for an empty column."""

    def filter(self, queryset, values):
        if not values:
            return queryset
        keys = [value for value in values if value != NOBODY]
        chosen = Q(**{f"{self.field_name}__in": keys}) if keys else Q()
        if NOBODY in values:
            chosen |= Q(**{f"{self.field_name}__isnull": True})
        return queryset.filter(chosen)


class OwnerFilter(ManyChoiceFilter):
    """As ManyChoiceFilter; NOBODY stands also for people who have left."""

    def filter(self, queryset, values):
        if NOBODY not in values:
            return super().filter(queryset, values)
        keys = [value for value in values if value != NOBODY]
        return queryset.filter(Q(assigned_user__in=keys) | NOBODY_HAS_IT)


class TickFilter(django_filters.BooleanFilter):
    """A box: ticked it narrows by `method`, unticked it does nothing."""

    field_class = forms.BooleanField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, widget=forms.CheckboxInput, **kwargs)


def many(field_name: str, label: str, kind: type[ManyChoiceFilter] = ManyChoiceFilter) -> ManyChoiceFilter:
    return kind(field_name=field_name, label=label, choices=[], widget=forms.CheckboxSelectMultiple)
