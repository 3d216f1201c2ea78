"""The links to these pages; settings.MENUS puts them in order."""

from studio.navigation import MenuItem

ORDERS = (
    MenuItem("Home", "preproduction:home", "see_work", "home", "h", short="Home"),
    MenuItem("Preproduction Orders", "preproduction:order_list", "see_work", "photo", "o", short="Orders"),
    MenuItem("Overdue", "preproduction:overdue_list", "see_overdue", "clock", "v", short="Overdue"),
)
LOOKED_UP = (
    MenuItem(
        "Batches",
        "preproduction:batch_list",
        "see_batches",
        "rectangle-stack",
        purpose="What was done to many orders as one, with a result for each, and Undo for all.",
        all_day=(),
    ),
    MenuItem(
        "Vendor Behind",
        "preproduction:vendor_behind",
        "put_vendor_behind",
        "truck",
        purpose="A lab needs longer: the due dates of all its orders at a status, moved at once for one reason.",
        all_day=(),
    ),
)
NEW = (
    # An order is made from its session.
    MenuItem("New Preproduction Order", "studio:session_list", "create_order", "plus", query="for=order"),
)
PRODUCTION = (
    MenuItem(
        "Preproduction Order Statuses",
        "preproduction:status_list",
        "maintain",
        "queue-list",
        purpose="The way every order takes, from its first status to its last, and how long each may take.",
    ),
    MenuItem(
        "Custom Fields",
        "preproduction:custom_fields",
        "maintain",
        "adjustments-horizontal",
        purpose="Fields of the studio's own that every order has.",
    ),
    MenuItem(
        "Late Reasons",
        "preproduction:late_reasons",
        "maintain",
        "clock",
        purpose="Why orders are late: the studio's own list, from which it is chosen, and counted.",
    ),
)
PREFERENCES_TABS = (
    MenuItem("Calendar", "preproduction:calendar", "set_preferences"),
    MenuItem("Time Zone", "preproduction:time_zone", "set_preferences"),
)
YOU = (MenuItem("Help", "preproduction:help", "see_work", "question-mark-circle"),)
VENDOR = (MenuItem("Calendar", "preproduction:vendor_calendar", "set_preferences", "calendar"),)
TRIGGER = (MenuItem("Replay", "preproduction:trigger_replay", "maintain", "backward"),)
