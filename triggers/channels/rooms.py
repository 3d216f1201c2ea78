"""The channels and kinds of the product, in the order in which a trigger's form offers them."""

from triggers.channels import register, register_pair
from triggers.channels.call import CallChannel
from triggers.channels.email import EmailChannel
from triggers.channels.letter import LetterChannel
from triggers.channels.sms import SmsChannel
from triggers.channels.task import TaskChannel
from triggers.channels.webhook import WebhookChannel

for channel in (TaskChannel(), CallChannel(), EmailChannel(), LetterChannel(), SmsChannel()):
    register(channel)
for first, second in (("email", "call"), ("email", "letter"), ("sms", "call"), ("sms", "email")):
    register_pair(first, second)
register(WebhookChannel())
