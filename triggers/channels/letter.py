from triggers.channels.base import Channel, Contact, Message, PermanentError, Promise
from triggers.models import Letter, MessageTemplate, Trigger


class LetterChannel(Channel):
    """Puts a letter among those to print.  A row of our own database, in the transaction that marks it as done."""

    key, label = "letter", "Letter"
    promise = Promise.EXACTLY_ONCE
    needs = ("template",)
    reaches = frozenset({Trigger.Recipient.CLIENT, Trigger.Recipient.VENDOR})
    cannot_reach = "A letter goes to the client or the vendor"
    is_postal = grows_stale = tells_a_person = True

    def ways(self, contact: Contact) -> tuple[tuple[str, ...], str]:
        return (), "" if contact.postal else f"{contact.name} has no postal address."

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
        template = delivery.rule.template
        assert delivery.order_id is not None
        Letter.objects.create(
            delivery=delivery,
            order_id=delivery.order_id,
            to_name=message.to_name[:200],
            address=address[:500],
            subject=message.subject[:400],
            text=message.text,
            layout=template.letter_layout if template else MessageTemplate.LetterLayout.WINDOW,
        )
