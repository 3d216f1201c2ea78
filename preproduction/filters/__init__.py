"""The filters of the hub and of Overdue: what may stand in an address, and what it means.

Every choice is checked in Python against lists read once, so nothing a stranger writes into an address reaches the
database unread.  What makes no sense is left out of the filtering and named on the page.
"""

from preproduction.filters.kinds import ALL, COMPLETE, NOBODY, OPEN
from preproduction.filters.orders import OrderFilter, OverdueFilter

__all__ = ["ALL", "COMPLETE", "NOBODY", "OPEN", "OrderFilter", "OverdueFilter"]
