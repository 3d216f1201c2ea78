from preproduction.models.batch import Batch
from preproduction.models.cause import Cause
from preproduction.models.custom import CustomField, CustomFieldList, CustomValue
from preproduction.models.export_run import ExportRun
from preproduction.models.forecast import Forecast, Pace, Prediction
from preproduction.models.hold import Hold
from preproduction.models.images import ImageLine
from preproduction.models.import_run import ImportedRow, ImportRun
from preproduction.models.late_reason import LateReason, LateReasonList
from preproduction.models.morning_mail import MorningMail, MorningRound
from preproduction.models.order import Order
from preproduction.models.order_event import OrderEvent
from preproduction.models.saved_view import ListColumns, SavedView
from preproduction.models.status import Status, StatusList
from preproduction.models.status_change import StatusChange
from preproduction.models.vendor_duration import VendorDuration

__all__ = [
    "Batch",
    "Cause",
    "CustomField",
    "CustomFieldList",
    "CustomValue",
    "ExportRun",
    "Forecast",
    "Hold",
    "ImageLine",
    "ImportRun",
    "ImportedRow",
    "LateReason",
    "LateReasonList",
    "ListColumns",
    "MorningMail",
    "MorningRound",
    "Order",
    "OrderEvent",
    "Pace",
    "Prediction",
    "SavedView",
    "Status",
    "StatusChange",
    "StatusList",
    "VendorDuration",
]
