"""What a transport makes of a message, as the trigger queue would show it."""

from triggers.channels.base import OutcomeUnknown, PermanentError, TryLater

# Seconds.  Ends a conversation with a server that never would; long enough for a busy machine to send a message.
SHORT = 2
PATIENT = 10  # where the server is quick, and only the machine may be slow
LATE = SHORT + 10  # the scripts would go on for 20 seconds and more


def outcome(transport, message):
    """Send `message`; return what the trigger queue would show: a word, the seconds asked for, and a sentence."""
    try:
        transport.send(message)
    except PermanentError as error:
        return "permanent", None, str(error)
    except TryLater as error:
        return "later", error.after, str(error)
    except OutcomeUnknown as error:
        return "unknown", None, str(error)
    return "done", None, ""
