from typing import Protocol


class PermanentError(Exception):
    """Trying again cannot help.  str() is a sentence for the trigger queue."""


class Transport(Protocol):
    """Code that does one kind of thing."""

    def send(self, delivery) -> None:
        """Do what `delivery` asks for.

        Raises PermanentError where trying again cannot help; any other exception is tried again later.
        """
