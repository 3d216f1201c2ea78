"""Every path to a change of an order's status, and the other verbs that touch more than one table.

Callers write `operations.advance_status(...)`.  No other module writes Order.status (tests/test_architecture.py).
"""

from preproduction.operations.advance import (
    advance_status,
    advance_statuses,
    refuse_if_outdated,
)
from preproduction.operations.assign import assign_order, note_delay_reason
from preproduction.operations.calendar import (
    CalendarChange,
    DueDateMove,
    calendar_fingerprint,
    change_calendar,
    due_date_moves,
)
from preproduction.operations.create import StartPlan, change_order_date, create_order, plan_start
from preproduction.operations.edit import edit_image_lines, edit_order, return_all_images
from preproduction.operations.hold import hold_order, plan_resume, resume_order
from preproduction.operations.past import PastOrder, store_past_orders
from preproduction.operations.plan import AdvancePlan, plan_advance
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.status_list import (
    StatusInUse,
    create_status,
    delete_status,
    edit_status,
    move_status,
    place_status,
    replace_status,
    status_uses,
)
from preproduction.operations.undo import last_change, undo_last_change, undo_refusal

__all__ = [
    "AdvancePlan",
    "CalendarChange",
    "DueDateMove",
    "OperationRefused",
    "OutdatedPage",
    "PastOrder",
    "StartPlan",
    "StatusInUse",
    "advance_status",
    "advance_statuses",
    "assign_order",
    "calendar_fingerprint",
    "change_calendar",
    "change_order_date",
    "create_order",
    "create_status",
    "delete_status",
    "due_date_moves",
    "edit_image_lines",
    "edit_order",
    "edit_status",
    "hold_order",
    "last_change",
    "move_status",
    "note_delay_reason",
    "place_status",
    "plan_advance",
    "plan_resume",
    "plan_start",
    "refuse_if_outdated",
    "replace_status",
    "resume_order",
    "return_all_images",
    "status_uses",
    "store_past_orders",
    "undo_last_change",
    "undo_refusal",
]
