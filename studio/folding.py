"""Which columns of a table there is room for, however wide the box is that it stands in.

A table that folds names the least width of each column, in the order in which they are kept: the last is the first to
go.  Each column gets the width of the box from which on it is shown, as a class of static/css/fold.css, and the browser
does the rest: it measures the box, not the window, so a sidebar, a dialog or a zoom make no difference.
"""

from collections.abc import Mapping
from math import ceil

# What fold.css has rules for, in rem: each even number.
NARROWEST, WIDEST = 24, 140


def step(width: float) -> int:
    """Return the least step that holds `width` rem; WIDEST for what is wider still."""
    return min(max(ceil(width / 2) * 2, NARROWEST), WIDEST)


def steps(widths: Mapping[str, float], *, taken: float) -> dict[str, int]:
    """Return from which width of the box on, in rem, each column is shown.

    widths: the least width of each in rem, padding included, the one that stays longest first.
    taken:  the width of what is always there, such as check boxes and buttons.
    """
    shown, needed = {}, taken
    for name, width in widths.items():
        needed += width
        shown[name] = step(needed)
    return shown
