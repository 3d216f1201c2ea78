"""One transport for each channel."""

from triggers.models import Channel
from triggers.transports.base import Transport
from triggers.transports.call import CallTransport
from triggers.transports.email import EmailTransport
from triggers.transports.letter import LetterTransport
from triggers.transports.sms import SmsTransport
from triggers.transports.task import TaskTransport
from triggers.transports.webhook import WebhookTransport

TRANSPORTS: dict[Channel, Transport] = {
    Channel.TASK: TaskTransport(),
    Channel.CALL: CallTransport(),
    Channel.EMAIL: EmailTransport(),
    Channel.LETTER: LetterTransport(),
    Channel.SMS: SmsTransport(),
    Channel.WEBHOOK: WebhookTransport(),
}
