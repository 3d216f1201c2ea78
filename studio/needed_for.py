"""The rule of what something is needed for, the same for a session and for an order of it.  Pure."""

from datetime import date


def without_a_day(needed_by: date | None, needed_for: str) -> str:
    """Say that something is needed for a purpose and by no day; "" where nothing is wrong."""
    return "" if needed_by or not needed_for else "Say by when it is needed, or take out what for."
