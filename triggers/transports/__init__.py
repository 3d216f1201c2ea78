"""One transport for each channel."""

from triggers.models import Channel
from triggers.transports.base import Transport
from triggers.transports.call import CallTransport
from triggers.transports.letter import LetterTransport
from triggers.transports.task import TaskTransport

TRANSPORTS: dict[Channel, Transport] = {
    Channel.TASK: TaskTransport(),
    Channel.CALL: CallTransport(),
    Channel.LETTER: LetterTransport(),
}
