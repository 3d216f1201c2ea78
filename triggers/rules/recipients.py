"""Who gets what a trigger wants done, and by which channel: looked up live, so that a mended address helps a Retry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studio.models import Client, Department, User, Vendor, who_is
from triggers import channels
from triggers.channels.base import Channel, Contact
from triggers.models import Delivery, Trigger
from triggers.rules.refusals import Refusals

Recipient = Trigger.Recipient


@dataclass(frozen=True)
class Reach:
    """One person, department or address, and how they are reached.

    channel:        the first of the trigger's channels by which they can be; the last where they can by none.
    problem:        a sentence for each thing that is missing; "" where nothing is.
    do_not_contact: whether they have asked to be left alone.
    """

    channel: str
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
        return who_is(self._facts["client_id"])

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

    @cached_property
    def refusals(self) -> Refusals:
        return Refusals([self.client.pk] if self.client else [])

    def emails_of(self, department: Department) -> tuple[str, ...]:
        """Return the addresses of those who work in `department`."""
        people = User.objects.active().filter(departments=department).exclude(email="")
        return tuple(people.order_by("pk").values_list("email", flat=True))

    def _one(self, model, name: str):
        key = self._facts[name]
        return model.objects.filter(pk=key).first() if key else None


def reach(trigger: Trigger, facts: Mapping) -> Reach:
    """Return whom `trigger` means, and the first of its channels by which they can be reached.

    facts: `facts` of a payload.  At most five queries.
    """
    return reach_among(trigger, People(facts))


def reach_of(delivery: Delivery) -> Reach:
    """Return whom `delivery` is for, and how they can be reached.  At most five queries."""
    person = delivery.person
    if person is None:
        return reach(delivery.rule, delivery.payload["facts"])
    # Nobody stands in for somebody at their own mail.
    if not person.is_active:
        return Reach("email", str(person), problem=f"{person} does not work here any more.")
    if not person.email:
        return Reach("email", str(person), problem=f"{person} has no email address.")
    return Reach("email", str(person), (person.email,), user_id=person.pk)


def reach_among(trigger: Trigger, people: Any) -> Reach:
    """Return what `reach` does, of people who have been read already: People, or a Prospect, which has the same."""
    problems: list[str] = []
    for channel in trigger.channels:
        found = _by(channel, trigger, people)
        if not found.problem:
            return found
        problems += [found.problem] if found.problem not in problems else []
    return Reach(found.channel, found.name, problem=" ".join(problems), do_not_contact=found.do_not_contact)


def _by(key: str, trigger: Trigger, people: People) -> Reach:
    channel = channels.get(key)
    if channel.owner_column == "recipient":
        return _owner(channel, trigger, people)
    contact = _contact(trigger, people)
    addresses, missing = _open_ways(channel, contact, people)
    problem = contact.problem or missing
    owner = _owner(channel, trigger, people) if channel.owner_column and not problem else Reach(key)
    return Reach(
        key,
        contact.name,
        addresses,
        contact.postal if channel.is_postal else "",
        owner.department_id,
        owner.user_id,
        problem or owner.problem,
        contact.do_not_contact,
    )


def _open_ways(channel: Channel, contact: Contact, people: People) -> tuple[tuple[str, ...], str]:
    """Return the addresses that take messages, or what stands against that."""
    addresses, missing = channel.ways(contact)
    if missing or contact.client is None or not channel.is_outward:
        return addresses, missing
    for address in addresses:
        refusal = people.refusals.of(contact.client, channel.key, address)
        if refusal:
            return (), f"{address}, {channel.label} of {contact.name}: {refusal.get_why_display().lower()}."
    return addresses, ""


def _contact(trigger: Trigger, people: People) -> Contact:
    match trigger.recipient:
        case Recipient.CLIENT:
            client = people.client
            return Contact(
                client.name,
                (client.email,) if client.email else (),
                client.phone,
                client.mobile_phone,
                client.address.strip(),
                do_not_contact=client.do_not_contact,
                client=client.pk,
            )
        case Recipient.VENDOR:
            vendor = people.vendor
            if vendor is None:
                return Contact("the vendor", problem="The order has no vendor.")
            emails = (vendor.email,) if vendor.email else ()
            return Contact(vendor.name, emails, vendor.phone, vendor.phone, vendor.address.strip())
        case Recipient.ADDRESS:
            address = trigger.address.strip()
            emails, phone = ((address,), "") if "@" in address else ((), address)
            return Contact(address or "The typed address", emails, phone, phone, typed=address)
        case _:
            return _of_the_studio(trigger, people)


def _of_the_studio(trigger: Trigger, people: People) -> Contact:
    department, user, problem = _who(trigger.recipient, trigger, people)
    if user is not None:
        return Contact(str(user), (user.email,) if user.email else (), user.phone, user.phone)
    if department is not None:
        # Two who share a mailbox get one mail between them.
        emails = {address.lower(): address for address in people.emails_of(department)}
        return Contact(str(department), tuple(emails.values()))
    return Contact("nobody", problem=problem)


def _owner(channel: Channel, trigger: Trigger, people: People) -> Reach:
    """Return whose task, or whose call to make, it becomes."""
    department, user, problem = _who(getattr(trigger, channel.owner_column), trigger, people)
    if department is None and user is None:
        return Reach(channel.key, problem=f"Nobody to give the {channel.label.lower()} to: {problem}")
    return Reach(
        channel.key,
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
    if user is not None and choice != Recipient.UPDATED_BY:
        user = user.who_works()
    return department, user, f"the order has no {missing}." if missing else "the trigger names nobody."
