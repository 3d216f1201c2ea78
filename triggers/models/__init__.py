"""Triggers, what they want done (deliveries), and what people then do (tasks, calls, letters, communication)."""

from triggers.models.communication import Communication
from triggers.models.delivery import Delivery
from triggers.models.letter import Letter
from triggers.models.message_template import MessageTemplate
from triggers.models.reason import Reason, because
from triggers.models.refusal import Refusal
from triggers.models.task import Task, TaskQuerySet
from triggers.models.trial import Trial
from triggers.models.trigger import Trigger, TriggerList
from triggers.models.worker import Breaker, MessagePreferences, WorkerHeartbeat

__all__ = [
    "Breaker",
    "Communication",
    "Delivery",
    "Letter",
    "MessagePreferences",
    "MessageTemplate",
    "Reason",
    "Refusal",
    "Task",
    "TaskQuerySet",
    "Trial",
    "Trigger",
    "TriggerList",
    "WorkerHeartbeat",
    "because",
]
