"""What each role may do with orders; see studio.access."""

from studio.access import Role

PERMISSIONS = {
    Role.STAFF: {
        "create_order",
        "change_order",
        "advance_order",
        "undo_own_change",
        "take_order",
        "ask_for_hold",
    },
    Role.MANAGER: {
        "reassign_order",
        "hold_order",
        "withdraw_order",
        "correct_order",
        "merge_clients",
        "undo_any_change",
        "see_overdue",
        "see_batches",
        "share_views",
        "put_vendor_behind",
    },
}
