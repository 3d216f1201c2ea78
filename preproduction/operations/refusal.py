"""What an operation raises.  The words live in the foundation, which refuses in the same way."""

from studio.refusal import OperationRefused, OutdatedPage

__all__ = ["OperationRefused", "OutdatedPage"]
