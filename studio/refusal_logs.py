import logging


class ShortRefusals(logging.Filter):
    """Log what a stranger sent in one line: anybody can send a thousand, and no fault of ours is behind them.

    Django adds a traceback to 400 and 403, and one of a hundred lines to an unknown host.
    """

    def filter(self, record):
        if record.name.startswith("django.security.") or 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


class NoProbes(logging.Filter):
    """Leave out what Django would log of each answer to a probe; studio/probes.py logs when it changes."""

    def filter(self, record):
        return not getattr(getattr(record, "request", None), "is_probe", False)
