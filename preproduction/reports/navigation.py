"""The links to these pages; settings.MENUS puts them in order."""

from studio.navigation import MenuItem

LOOKED_UP = (
    MenuItem(
        "Forecast",
        "reports:forecast",
        "see_overdue",
        "check-circle",
        purpose="How much of what was forecast has held: days said in 85 and 95 of 100 cases, and warnings.",
        all_day=(),
    ),
    MenuItem(
        "Why It Was Late",
        "reports:reasons",
        "see_overdue",
        "chart-bar",
        purpose="Why orders were late in the last year, counted by reason, status, vendor and month.",
        all_day=(),
    ),
)
