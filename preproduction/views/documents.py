from django.views.decorators.http import require_safe

from preproduction import exports
from preproduction.views.order_page import get_order
from studio import access
from studio.exports.responses import pdf_response


@require_safe
@access.requires("see_work")
def order_work_order(request, pk):
    """The paper that goes with the job inside the studio."""
    order = get_order(pk)
    return pdf_response(exports.work_order(order, studio=request.preferences), f"Work Order {order.number}")


@require_safe
@access.requires("see_work")
def order_purchase_order(request, pk):
    """The paper that goes to the vendor."""
    order = get_order(pk)
    return pdf_response(
        exports.purchase_order(order, studio=request.preferences), f"Purchase Order {order.number}"
    )
