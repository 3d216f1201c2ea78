"""One transport for each channel."""

from triggers.channels.base import Transport
from triggers.channels.call import CallTransport
from triggers.channels.email import EmailTransport
from triggers.channels.letter import LetterTransport
from triggers.channels.sms import SmsTransport
from triggers.channels.task import TaskTransport
from triggers.channels.webhook import WebhookTransport
from triggers.models import Channel

TRANSPORTS: dict[Channel, Transport] = {
    Channel.TASK: TaskTransport(),
    Channel.CALL: CallTransport(),
    Channel.EMAIL: EmailTransport(),
    Channel.LETTER: LetterTransport(),
    Channel.SMS: SmsTransport(),
    Channel.WEBHOOK: WebhookTransport(),
}
