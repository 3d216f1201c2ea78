from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.safestring import SafeString

from preproduction.models import Order
from studio import access


class TakeButtons:
    """The buttons by which the user of `request` takes orders from a list.  No query."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.may_take = access.may(request.user, "take_order")
        self.departments = request.set_up["departments of"].get(request.user.pk, ())

    def of(self, order: Order, step: int) -> SafeString | str:
        """Return the button for `order`, open and with its user joined; "" where it is not to be taken.

        step: the width of the list, in rem, from which on there is room for its words.
        """
        is_had = order.assigned_user is not None and order.assigned_user.is_active
        if not self.may_take or is_had or order.department_id not in self.departments:
            return ""
        context = {
            "order": order,
            "back": self.request.get_full_path(),
            "in_row": True,
            "step": step,
            "csrf_token": get_token(self.request),
        }
        return get_template("preproduction/_take_order.html").render(context)
