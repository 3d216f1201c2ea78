from django.contrib import messages
from django.views.decorators.http import require_POST

from preproduction import operations
from preproduction.forms.images import AllReturnedForm, ImageFormSet
from preproduction.views.order import to_tab
from preproduction.views.order_page import get_order, show_order
from studio import access


@require_POST
@access.requires("change_order")
def order_images(request, pk):
    """Save the lines of Images: what was edited, added and removed, all at once."""
    order = get_order(pk)
    forms = ImageFormSet(request.POST, instance=order, prefix="images")
    if not forms.is_valid():
        if forms.was_outdated:
            return _outdated(
                request, order, "A colleague has removed one of these lines meanwhile. Nothing was saved."
            )
        return show_order(request, order, status=422, images=forms)
    removed = [form for form in forms.initial_forms if form in forms.deleted_forms]
    try:
        operations.edit_image_lines(
            order,
            by=request.user,
            edited=[
                (form.instance, form.changed(), form.seen())
                for form in forms.initial_forms
                if form.has_changed() and form not in removed
            ],
            added=[form.line() for form in forms.added_forms],
            removed=[form.instance for form in removed],
        )
    except operations.OutdatedPage as refusal:
        forms.see_again()
        return _outdated(request, order, str(refusal), images=forms)
    messages.success(request, "Images saved.")
    return to_tab(order, "images")


@require_POST
@access.requires("change_order")
def images_returned(request, pk):
    """Note that all proofs have come back."""
    order, form = get_order(pk), AllReturnedForm(request.POST)
    if not form.is_valid():
        return _outdated(request, order, "This form did not come back whole. Nothing was changed.")
    try:
        missing = operations.return_all_images(order, by=request.user, seen=form.cleaned_data["missing"])
    except operations.OutdatedPage as refusal:
        return _outdated(request, order, str(refusal))
    if missing:
        messages.success(request, f"{missing} {'proof' if missing == 1 else 'proofs'} noted as returned.")
    else:
        messages.info(request, "Nothing was missing.")
    return to_tab(order, "images")


def _outdated(request, order, sentence, **forms):
    return show_order(request, get_order(order.pk), status=409, images_refusal=sentence, **forms)
