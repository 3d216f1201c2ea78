"""The links to these pages; settings.MENUS puts them in order."""

from studio.navigation import MenuItem

WORK = (
    MenuItem("Home", "preproduction:home", "see_work", "home", "h"),
    MenuItem("Preproduction Orders", "preproduction:order_list", "see_work", "photo", "o"),
    MenuItem("Overdue", "preproduction:overdue_list", "see_overdue", "clock", "v"),
    MenuItem("Batches", "preproduction:batch_list", "see_batches", "rectangle-stack"),
)
MAINTENANCE = (
    MenuItem("Preproduction Order Statuses", "preproduction:status_list", "maintain", "queue-list"),
)
CUSTOM_FIELDS = (
    MenuItem("Custom Fields", "preproduction:custom_fields", "maintain", "adjustments-horizontal"),
)
PREFERENCES_TABS = (
    MenuItem("Calendar", "preproduction:calendar", "set_preferences"),
    MenuItem("Time Zone", "preproduction:time_zone", "set_preferences"),
)
YOU = (MenuItem("Help", "preproduction:help", "see_work", "question-mark-circle"),)
TRIGGER = (MenuItem("Replay", "preproduction:trigger_replay", "maintain", "backward"),)
