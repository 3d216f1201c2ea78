"""What pages keep of the set-up of triggers; see studio/set_up."""

from studio.models import User
from studio.set_up import keep, tokens
from triggers.models import MessagePreferences, Trigger


def message_preferences() -> MessagePreferences:
    found = MessagePreferences.objects.select_related("paused_by").filter(pk=1).first()
    return found or MessagePreferences(pk=1)


def triggers() -> list[Trigger]:
    return list(Trigger.objects.for_table())


def keep_all() -> None:
    tokens.watch(MessagePreferences, left_out=("cap_told_at",))  # the worker's
    keep("message preferences", message_preferences, MessagePreferences, User)
    joined = [field.related_model for field in Trigger._meta.concrete_fields if field.is_relation]
    keep("triggers", triggers, Trigger, *joined)
