"""Who gets what a trigger wants done, and by which channel: looked up live, so that a mended address helps a Retry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from studio.models import Client, Department, User, Vendor
from triggers.channels import sms
from triggers.channels.base import PermanentError
from triggers.models import Channel, Trigger

Recipient = Trigger.Recipient


@dataclass(frozen=True)
class Reach:
    """One person, department or address, and how they are reached.

    channel:        the first of the trigger's channels by which they can be; the last where they can by none.
    problem:        a sentence for each thing that is missing; "" where nothing is.
    do_not_contact: whether they have asked to be left alone.
    """

    channel: Channel
    name: str = ""
    addresses: tuple[str, ...] = ()
    postal_address: str = ""
    department_id: int | None = None
    user_id: int | None = None
    problem: str = ""
    do_not_contact: bool = False


class People:
    """Those whom a trigger can mean, by the keys of a payload's facts; each is read when first asked for."""

    def __init__(self, facts: Mapping):
        self._facts = facts

    @cached_property
    def client(self) -> Client | None:
        return Client.objects.filter(pk=self._facts["client_id"]).first()

    @cached_property
    def vendor(self) -> Vendor | None:
        return self._one(Vendor, "vendor_id")

    @cached_property
    def department(self) -> Department | None:
        return self._one(Department, "department_id")

    @cached_property
    def assigned_user(self) -> User | None:
        return self._one(User, "assigned_user_id")

    @cached_property
    def updated_by(self) -> User | None:
        return self._one(User, "updated_by_id")

    @cached_property
    def photographer(self) -> User | None:
        return self._one(User, "photographer_id")

    def emails_of(self, department: Department) -> tuple[str, ...]:
        """Return the addresses of those who work in `department`."""
        people = User.objects.active().filter(departments=department).exclude(email="")
        return tuple(people.order_by("pk").values_list("email", flat=True))

    def _one(self, model, name: str):
        key = self._facts[name]
        return model.objects.filter(pk=key).first() if key else None


def reach(trigger: Trigger, facts: Mapping) -> Reach:
    """Return whom `trigger` means, and the first of its channels by which they can be reached.

    facts: `facts` of a payload.  At most four queries.
    """
    return reach_among(trigger, People(facts))


def reach_among(trigger: Trigger, people: People) -> Reach:
    """Return what `reach` does, of people who have been read already."""
    problems: list[str] = []
    for channel in trigger.channels:
        found = _by(channel, trigger, people)
        if not found.problem:
            return found
        problems += [found.problem] if found.problem not in problems else []
    return Reach(found.channel, found.name, problem=" ".join(problems), do_not_contact=found.do_not_contact)


@dataclass(frozen=True)
class _Contact:
    """Somebody's ways to be reached.  problem: there is nobody."""

    name: str = ""
    emails: tuple[str, ...] = ()
    phone: str = ""
    mobile: str = ""
    postal: str = ""
    url: str = ""
    problem: str = ""
    do_not_contact: bool = False


def _by(channel: Channel, trigger: Trigger, people: People) -> Reach:
    if channel == Channel.TASK:
        return _owner(channel, trigger.recipient, trigger, people)
    contact = _contact(trigger, people)
    addresses, missing = _ways(channel, contact)
    problem = contact.problem or missing
    owner = Reach(channel)
    if channel == Channel.CALL and not problem:
        owner = _owner(channel, trigger.caller, trigger, people)
    return Reach(
        channel,
        contact.name,
        addresses,
        contact.postal if channel == Channel.LETTER else "",
        owner.department_id,
        owner.user_id,
        problem or owner.problem,
        contact.do_not_contact,
    )


def _ways(channel: Channel, contact: _Contact) -> tuple[tuple[str, ...], str]:
    """Return the addresses of `contact` for `channel`, or what is missing."""
    match channel:
        case Channel.EMAIL:
            return contact.emails, "" if contact.emails else f"{contact.name} has no email address."
        case Channel.SMS:
            return _mobile(contact)
        case Channel.CALL:
            phone = contact.phone or contact.mobile
            return (phone,), "" if phone else f"{contact.name} has no phone number."
        case Channel.LETTER:
            return (), "" if contact.postal else f"{contact.name} has no postal address."
        case _:
            return (contact.url,), "" if contact.url else "The trigger has no address of a webhook."


def _mobile(contact: _Contact) -> tuple[tuple[str, ...], str]:
    if not contact.mobile:
        return (), f"{contact.name} has no mobile phone."
    try:
        # As the provider wants it: the caps, too, then know one number however it was typed.
        return (sms.e164(contact.mobile),), ""
    except PermanentError:
        return (), f"{contact.mobile}, the mobile phone of {contact.name}, is not a number for text messages."


def _contact(trigger: Trigger, people: People) -> _Contact:
    match trigger.recipient:
        case Recipient.CLIENT:
            client = people.client
            return _Contact(
                client.name,
                (client.email,) if client.email else (),
                client.phone,
                client.mobile_phone,
                client.address.strip(),
                do_not_contact=client.do_not_contact,
            )
        case Recipient.VENDOR:
            vendor = people.vendor
            if vendor is None:
                return _Contact("the vendor", problem="The order has no vendor.")
            emails = (vendor.email,) if vendor.email else ()
            return _Contact(vendor.name, emails, vendor.phone, vendor.phone, vendor.address.strip())
        case Recipient.ADDRESS:
            address = trigger.address.strip()
            emails, phone = ((address,), "") if "@" in address else ((), address)
            return _Contact(address or "The typed address", emails, phone, phone, url=address)
        case _:
            return _of_the_studio(trigger, people)


def _of_the_studio(trigger: Trigger, people: People) -> _Contact:
    department, user, problem = _who(trigger.recipient, trigger, people)
    if user is not None:
        return _Contact(str(user), (user.email,) if user.email else (), user.phone, user.phone)
    if department is not None:
        return _Contact(str(department), people.emails_of(department))
    return _Contact("nobody", problem=problem)


def _owner(channel: Channel, choice: str, trigger: Trigger, people: People) -> Reach:
    """Return whose task, or whose call to make, it becomes."""
    department, user, problem = _who(choice, trigger, people)
    if department is None and user is None:
        return Reach(channel, problem=f"Nobody to give the {channel.label.lower()} to: {problem}")
    return Reach(
        channel,
        str(user or department),
        department_id=department.pk if department else None,
        user_id=user.pk if user else None,
    )


def _who(choice: str, trigger: Trigger, people: People) -> tuple[Department | None, User | None, str]:
    """Return the department and the user that `choice` means, or why there are none."""
    match choice:
        case Recipient.ASSIGNED_USER:
            # An order without a user is its department's.
            chosen, missing = (people.department, people.assigned_user), "user and no department"
        case Recipient.DEPARTMENT_OF_ORDER:
            chosen, missing = (people.department, None), "department"
        case Recipient.UPDATED_BY:
            chosen, missing = (None, people.updated_by), "one who updated its status"
        case Recipient.PHOTOGRAPHER:
            chosen, missing = (None, people.photographer), "photographer"
        case _:
            chosen, missing = (trigger.department, trigger.user), ""
    department, user = chosen
    if user is not None and not user.is_active:
        if department is None:
            return None, None, f"{user} does not work here any more."
        user = None
    return department, user, f"the order has no {missing}." if missing else "the trigger names nobody."
