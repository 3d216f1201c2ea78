from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from preproduction.forms.custom_fields import CustomFieldForm, NewCustomFieldForm
from preproduction.models import CustomField, CustomFieldList
from preproduction.operations import OperationRefused
from preproduction.operations import custom_fields as the_fields
from studio import access, maintenance_log
from studio.views.lists import edit_record
from studio.views.ordered_lists import move_row


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def custom_fields(request):
    """The labels of the Custom tab; the form adds one."""
    form = NewCustomFieldForm(request.POST or None)
    if form.is_valid():
        with maintenance_log.noting(CustomField.objects, by=request.user):
            field = the_fields.add_field(form.save(commit=False))
        messages.success(request, f"“{field}” is on the Custom tab of every order now.")
        return redirect("preproduction:custom_fields")
    return _show(request, form=form, status=422 if form.errors else 200)


def _show(request, *, refusal="", form=None, status=409):
    context = {
        "form": form or NewCustomFieldForm(),
        # Read before the rows: of rows newer than the version the next change is refused, never the other way round.
        "version": CustomFieldList.current_version(),
        "fields": CustomField.objects.annotate(uses=Count("values", filter=~Q(values__value=""))),
        "refusal": refusal,
    }
    return render(request, "preproduction/custom_fields.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def custom_field_edit(request, pk):
    return edit_record(
        request,
        CustomFieldForm,
        get_object_or_404(CustomField, pk=pk),
        template="preproduction/custom_field_edit.html",
        back=reverse("preproduction:custom_fields"),
    )


@require_POST
@access.requires("maintain")
def custom_field_move(request, pk, by):
    return move_row(
        request,
        CustomField.objects.filter(pk=pk).first(),
        move=the_fields.move_field,
        by=by,
        page=_show,
        back="preproduction:custom_fields",
    )


@require_POST
@access.requires("maintain")
def custom_field_delete(request, pk):
    field = get_object_or_404(CustomField, pk=pk)
    try:
        with maintenance_log.noting(CustomField.objects, by=request.user):
            the_fields.delete_field(field)
    except OperationRefused as refusal:
        return _show(request, refusal=str(refusal))
    messages.success(request, f"“{field}” is deleted.")
    return redirect("preproduction:custom_fields")
