class OperationRefused(Exception):
    """The business says no.  str() is a sentence fit to show the user; `field` names the field it is about, if one."""

    def __init__(self, sentence: str, *, field: str | None = None):
        super().__init__(sentence)
        self.field = field


class OutdatedPage(OperationRefused):
    """Somebody was quicker: what the user saw is no longer so.  The page is to be shown afresh."""


def changed_meanwhile(now: dict[str, str], by: str = "") -> str:
    """Return the one sentence of a form that is outdated.  now: {label: what the field holds}.  by: "" if unknown."""
    told = [f"{label} (now {_quoted(value)})" for label, value in now.items()]
    listed = f"{', '.join(told[:-1])} and {told[-1]}" if told[1:] else "".join(told)
    return (
        f"Meanwhile {by or 'somebody'} changed {listed}. Nothing was saved. What you typed is kept below: "
        "look at it, and save again if it is to replace that."
    )


def _quoted(text):
    if not text:
        return "empty"
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
