"""Every path to a change of an order's status, and the other verbs that touch more than one table.

Callers write `operations.advance_status(...)`.  No other module writes Order.status (tests/test_architecture.py).
"""

from preproduction.operations.advance import advance_chunk, advance_status, advance_statuses
from preproduction.operations.asking import ask_for_hold, decline_hold, hold_request
from preproduction.operations.assign import (
    assign_order,
    assign_orders,
    note_delay_reason,
    take_order,
    take_refusal,
)
from preproduction.operations.batches import (
    batch_undo_refusal,
    begin_undo,
    undo_batch,
    undo_changes,
    why_not_taken_back,
)
from preproduction.operations.behind import (
    Behind,
    BehindAnswer,
    Target,
    Telling,
    plan_behind,
    plan_key,
    put_behind,
    put_chunk_behind,
)
from preproduction.operations.calendar import (
    calendar_fingerprint,
    change_calendar,
    due_date_moves,
    plan_calendar,
)
from preproduction.operations.calendar_change import CalendarChange
from preproduction.operations.complete import complete_order, complete_refusal
from preproduction.operations.create import StartPlan, change_order_date, create_order, plan_start
from preproduction.operations.due_date import change_due_date
from preproduction.operations.durations import (
    ChangedDuration,
    Recount,
    change_duration,
    duration_moves,
    plan_recount,
    recount_orders,
)
from preproduction.operations.edit import (
    edit_image_lines,
    edit_order,
    return_all_images,
    set_custom_values,
    write_note,
)
from preproduction.operations.erase import erase_client, erase_refusal
from preproduction.operations.hold import hold_order, plan_resume, resume_order
from preproduction.operations.leaving import Belongings, Heirs, hand_over, handed_over, make_inactive
from preproduction.operations.merge import merge_clients
from preproduction.operations.messages import send_message, send_messages
from preproduction.operations.moves import DueDateMove, move_due_dates, moves_to_show
from preproduction.operations.needed_by import promise, promise_as_session
from preproduction.operations.past import PastOrder, store_past_orders
from preproduction.operations.past_stay import PastStay
from preproduction.operations.plan import AdvancePlan, plan_advance
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.replacing import (
    Replacing,
    begin_replacing,
    move_replaced,
    plan_replacing,
    replace_status,
)
from preproduction.operations.rows import refuse_if_outdated
from preproduction.operations.status_list import (
    MarkWouldGo,
    StatusInUse,
    create_status,
    delete_status,
    edit_status,
    move_status,
    place_status,
    status_uses,
    withdraw_status,
)
from preproduction.operations.undo import last_change, undo_last_change, undo_refusal
from preproduction.operations.withdraw import (
    put_back,
    put_back_imported,
    taken_back,
    withdraw_imported,
    withdraw_order,
    withdraw_refusal,
    withdrawal,
    worked_on,
)
from preproduction.operations.zone import ZonePlan, change_zone, plan_zone

__all__ = [
    "AdvancePlan",
    "Behind",
    "BehindAnswer",
    "Belongings",
    "CalendarChange",
    "ChangedDuration",
    "DueDateMove",
    "Heirs",
    "MarkWouldGo",
    "OperationRefused",
    "OutdatedPage",
    "PastOrder",
    "PastStay",
    "Recount",
    "Replacing",
    "StartPlan",
    "StatusInUse",
    "Target",
    "Telling",
    "ZonePlan",
    "advance_chunk",
    "advance_status",
    "advance_statuses",
    "ask_for_hold",
    "assign_order",
    "assign_orders",
    "batch_undo_refusal",
    "begin_replacing",
    "begin_undo",
    "calendar_fingerprint",
    "change_calendar",
    "change_due_date",
    "change_duration",
    "change_order_date",
    "change_zone",
    "complete_order",
    "complete_refusal",
    "create_order",
    "create_status",
    "decline_hold",
    "delete_status",
    "due_date_moves",
    "duration_moves",
    "edit_image_lines",
    "edit_order",
    "edit_status",
    "erase_client",
    "erase_refusal",
    "hand_over",
    "handed_over",
    "hold_order",
    "hold_request",
    "last_change",
    "make_inactive",
    "merge_clients",
    "move_due_dates",
    "move_replaced",
    "move_status",
    "moves_to_show",
    "note_delay_reason",
    "place_status",
    "plan_advance",
    "plan_behind",
    "plan_calendar",
    "plan_key",
    "plan_recount",
    "plan_replacing",
    "plan_resume",
    "plan_start",
    "plan_zone",
    "promise",
    "promise_as_session",
    "put_back",
    "put_back_imported",
    "put_behind",
    "put_chunk_behind",
    "recount_orders",
    "refuse_if_outdated",
    "replace_status",
    "resume_order",
    "return_all_images",
    "send_message",
    "send_messages",
    "set_custom_values",
    "status_uses",
    "store_past_orders",
    "take_order",
    "take_refusal",
    "taken_back",
    "undo_batch",
    "undo_changes",
    "undo_last_change",
    "undo_refusal",
    "why_not_taken_back",
    "withdraw_imported",
    "withdraw_order",
    "withdraw_refusal",
    "withdraw_status",
    "withdrawal",
    "worked_on",
    "write_note",
]
