"""The links to these pages; settings.MENUS puts them in order."""

from studio.navigation import MenuItem

WORK = (
    MenuItem("Tasks", "triggers:task_list", "see_work", "check-circle", "t"),
    MenuItem("Calls", "triggers:call_list", "see_work", "phone", "l"),
    MenuItem("Trigger Queue", "triggers:queue_list", "steer_triggers", "inbox-stack", "q"),
    MenuItem("Letters", "triggers:letter_list", "see_work", "envelope"),
)
MAINTENANCE = (
    MenuItem("Triggers", "triggers:trigger_list", "maintain", "bolt"),
    MenuItem("Templates", "triggers:template_list", "maintain", "document-text"),
    MenuItem("Messages", "triggers:message_preferences", "set_preferences", "chat-bubble-left-right"),
)
