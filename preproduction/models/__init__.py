from preproduction.models.custom import CustomField, CustomValue
from preproduction.models.hold import Hold
from preproduction.models.images import ImageLine
from preproduction.models.order import Order
from preproduction.models.saved_view import SavedView
from preproduction.models.status import Status, StatusList
from preproduction.models.status_change import StatusChange

__all__ = [
    "CustomField",
    "CustomValue",
    "Hold",
    "ImageLine",
    "Order",
    "SavedView",
    "Status",
    "StatusChange",
    "StatusList",
]
