"""The links to these pages; settings.MENUS puts them in order."""

from studio.access import Role
from studio.navigation import MenuItem

TASKS = (
    MenuItem("Tasks", "triggers:task_list", "see_work", "check-circle", "t", short="Tasks"),
    MenuItem("Calls", "triggers:call_list", "see_work", "phone", "l", short="Calls"),
)
NEW = (
    MenuItem("New Task", "triggers:task_create", "do_tasks", "plus"),
    MenuItem("New Call", "triggers:call_create", "do_tasks", "plus"),
)
NEW_IN_MAINTENANCE = (
    MenuItem("New Trigger", "triggers:trigger_create", "maintain", "plus"),
    MenuItem("New Template", "triggers:template_create", "maintain", "plus"),
)
OUTBOX = (
    MenuItem("Trigger Queue", "triggers:queue_list", "steer_triggers", "inbox-stack", "q"),
    MenuItem(
        "Letters",
        "triggers:letter_list",
        "see_work",
        "envelope",
        purpose="Letters that triggers wrote: to be printed, and those of the past.",
        all_day=(Role.STAFF,),
    ),
)
GENERAL = (
    MenuItem(
        "Triggers",
        "triggers:trigger_list",
        "maintain",
        "bolt",
        purpose="What is done by itself when an order reaches a status, or a due date is near or past.",
    ),
    MenuItem(
        "Templates",
        "triggers:template_list",
        "maintain",
        "document-text",
        purpose="The words of emails, letters and text messages.",
    ),
    MenuItem(
        "Messages",
        "triggers:message_preferences",
        "set_preferences",
        "chat-bubble-left-right",
        purpose="Quiet hours, and how many messages may go out.",
    ),
)
