from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, ProtectedError, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from preproduction.forms.custom_fields import CustomFieldForm, NewCustomFieldForm
from preproduction.models import CustomField
from studio import access


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def custom_fields(request):
    """The labels of the Custom tab; the form adds one."""
    form = NewCustomFieldForm(request.POST or None)
    if form.is_valid():
        last = CustomField.objects.aggregate(last=Max("position"))["last"] or 0
        form.instance.position = last + 1
        field = form.save()
        messages.success(request, f"“{field}” is on the Custom tab of every order now.")
        return redirect("preproduction:custom_fields")
    fields = CustomField.objects.annotate(uses=Count("values", filter=~Q(values__value="")))
    return render(
        request,
        "preproduction/custom_fields.html",
        {"form": form, "fields": fields},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def custom_field_edit(request, pk):
    field = get_object_or_404(CustomField, pk=pk)
    form = CustomFieldForm(request.POST or None, instance=field)
    if form.is_valid():
        form.save()
        messages.success(request, f"“{field}” saved.")
        return redirect("preproduction:custom_fields")
    status = 422 if form.errors else 200
    return render(request, "preproduction/custom_field_edit.html", {"form": form}, status=status)


@require_POST
@access.requires("maintain")
@transaction.atomic
def custom_field_move(request, pk, by):
    """Change places with the neighbour; `by` is "up" or "down".  Positions are numbered afresh."""
    field = get_object_or_404(CustomField, pk=pk)
    fields = list(CustomField.objects.select_for_update())
    at = fields.index(field)
    to = at + (-1 if by == "up" else 1)
    if 0 <= to < len(fields):
        fields.insert(to, fields.pop(at))
        for position, moved in enumerate(fields, start=1):
            moved.position = position
        CustomField.objects.bulk_update(fields, ["position"])
    return redirect("preproduction:custom_fields")


@require_POST
@access.requires("maintain")
def custom_field_delete(request, pk):
    field = get_object_or_404(CustomField, pk=pk)
    try:
        with transaction.atomic():
            field.values.filter(value="").delete()
            field.delete()
    except ProtectedError:
        uses = field.values.exclude(value="").count()
        orders = "1 order has" if uses == 1 else f"{uses} orders have"
        messages.error(request, f"{orders} something in “{field}”, so it stays. Make it inactive instead.")
    else:
        messages.success(request, f"“{field}” is deleted.")
    return redirect("preproduction:custom_fields")
