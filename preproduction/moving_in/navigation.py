"""The links to these pages; settings.MENUS puts them in order."""

from studio.navigation import MenuItem

LOOKED_UP = (
    MenuItem(
        "Doubles",
        "moving_in:double_list",
        "merge_clients",
        "users",
        purpose="Clients of one name, who may be here twice: compared, and merged.",
        all_day=(),
    ),
)
GENERAL = (
    MenuItem(
        "Import",
        "moving_in:import_list",
        "maintain",
        "arrow-down-tray",
        purpose="Clients, sessions, orders from Excel or CSV: what would become of each row is shown first.",
    ),
    MenuItem(
        "Export",
        "moving_in:export_list",
        "maintain",
        "archive-box-arrow-down",
        purpose="Everything of this studio as one file of Excel workbooks, with real dates.",
    ),
    MenuItem(
        "Set-up File",
        "moving_in:setup_file",
        "maintain",
        "document-arrow-down",
        purpose="Statuses, calendar, triggers and the rest as one file: to keep, to carry over, or to begin with.",
    ),
    MenuItem(
        "Guide",
        "moving_in:guide",
        "maintain",
        "map",
        purpose="What a new studio sets up, step by step, from its name to its first order.",
    ),
)
