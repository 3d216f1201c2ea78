"""A delivery as the message that goes out: addressed, and its words filled in."""

from studio.models import CompanyPreferences
from triggers import channels
from triggers.channels.base import Channel, Message, PermanentError
from triggers.messages import merge_fields
from triggers.messages import text as message_text
from triggers.models import Delivery
from triggers.rules import recipients
from triggers.rules.recipients import Reach


def compose(
    delivery: Delivery, reach: Reach | None = None, company: CompanyPreferences | None = None
) -> Message:
    """Return what will be sent, or would be at this moment.

    reach:   from recipients.reach, where somebody has asked already.
    company: the studio's preferences, where somebody has read them already.

    Raises PermanentError with a sentence where it cannot be worded.
    """
    reach = reach or recipients.reach_of(delivery)
    fields = {**delivery.payload["fields"], **merge_fields.of_studio(company or CompanyPreferences.load())}
    way = channels.get(reach.channel)
    subject, text, html = _words(delivery, way, fields)
    return Message(
        delivery=delivery,
        message_id=delivery.message_id,
        to_name=reach.name,
        addresses=reach.addresses,
        postal_address=reach.postal_address,
        subject=subject,
        text=text,
        html=html,
        department_id=reach.department_id,
        user_id=reach.user_id,
        data={"trigger": delivery.rule.description, **fields} if way.has_data else {},
    )


def content(message: Message) -> dict[str, str]:
    """Return what is kept of `message` once it has gone out."""
    kept = {"subject": message.subject, "text": message.text, "html": message.html}
    return kept | ({"data": message.data} if message.data else {})


def _words(delivery: Delivery, way: Channel, fields: dict[str, str]) -> tuple[str, str, str]:
    """Return subject, text and HTML part."""
    if "message" in delivery.payload:
        written = delivery.payload["message"]
        return written["subject"], written["text"], written["html"]
    trigger = delivery.rule
    if not way.is_worded:
        return trigger.task_title or trigger.description, trigger.task_notes, ""
    template = trigger.template
    if template is None:
        raise PermanentError("The trigger has no template to take the words from.")
    subject = message_text.render(template.subject, fields, one_line=True)
    text = message_text.render(template.text, fields)
    with_html = way.has_html and template.html.strip()
    html = message_text.render(template.html, fields, html=True) if with_html else ""
    return subject, text, html
