from triggers.models import Trigger
from triggers.transports.task import TaskTransport

TRANSPORTS = {Trigger.Kind.TASK: TaskTransport()}
