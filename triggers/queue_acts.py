"""The buttons of the Trigger Queue.  What each is possible for, triggers/operations/steering.py says, and does it."""

from triggers.models import Delivery
from triggers.operations import steering

PROCESS, SKIP, RETRY = "process", "skip", "retry"
WORDS = {PROCESS: "Process", SKIP: "Skip", RETRY: "Retry"}
ICONS = {PROCESS: "play", SKIP: "no-symbol", RETRY: "arrow-path"}
STATES = {PROCESS: steering.PROCESSABLE, RETRY: steering.RETRIABLE, SKIP: steering.SKIPPABLE}

_BUTTONS = {
    state: [
        {"key": act, "words": WORDS[act], "icon": ICONS[act], "is_first_choice": act != SKIP}
        for act, states in STATES.items()
        if state in states
    ]
    for state in Delivery.State
}


def buttons(state: str) -> list[dict]:
    """Describe the buttons of a row in this state, the likeliest first: key, words, icon, is_first_choice."""
    return _BUTTONS[state]
