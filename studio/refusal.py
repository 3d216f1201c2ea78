class OperationRefused(Exception):
    """The business says no.  str() is a sentence fit to show the user; `field` names the field it is about, if one."""

    def __init__(self, sentence: str, *, field: str | None = None):
        super().__init__(sentence)
        self.field = field


class OutdatedPage(OperationRefused):
    """Somebody was quicker: what the user saw is no longer so.  The page is to be shown afresh."""
