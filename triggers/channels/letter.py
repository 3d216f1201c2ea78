from triggers.channels.base import Message, PermanentError, Promise
from triggers.models import Letter, MessageTemplate


class LetterTransport:
    """Puts a letter among those to print.  A row of our own database, in the transaction that marks it as done."""

    promise = Promise.EXACTLY_ONCE

    def send(self, message: Message) -> None:
        """Write the letter as it shall be printed, for ever: what changes later does not change it.

        Raises PermanentError where there is no postal address, or nothing to write.
        """
        address = message.postal_address.strip()
        if not address:
            raise PermanentError(f"{message.to_name or 'The recipient'} has no postal address.")
        if not message.text.strip():
            raise PermanentError("The letter would be empty.")
        delivery = message.delivery
        template = delivery.trigger.template
        Letter.objects.create(
            delivery=delivery,
            order_id=delivery.order_id,
            to_name=message.to_name[:200],
            address=address[:500],
            subject=message.subject[:400],
            text=message.text,
            layout=template.letter_layout if template else MessageTemplate.LetterLayout.WINDOW,
        )
