"""Triggers in a set-up.  Whoever gets what they send by name or address is not in it: such a trigger comes switched off."""

from preproduction.moving_in.setup_file.fields import Field
from preproduction.moving_in.setup_file.section import Section, folded
from studio.models import Vendor
from triggers import channels
from triggers.forms.triggers import TriggerForm
from triggers.models import Trigger, TriggerList
from triggers.rules.kinds import lacking


class FiledTriggerForm(TriggerForm):
    """A trigger out of a file: what the file cannot hold is filled in later, and it is off until then.

    Orders that match it already are left out.
    """

    may_lack = frozenset({"address", "user"})

    def ask(self, trigger):
        """Nobody is asked: they are left out."""

    def _post_clean(self):
        super()._post_clean()
        if lacking(self.instance):
            self.instance.is_active = self.fires_afresh = False


class Triggers(Section):
    name, label = "triggers", "Triggers"
    model, form, order = Trigger, FiledTriggerForm, TriggerList
    key, has_twins = ("description",), True
    withheld = ("user", "address")
    fields = (
        Field("description"),
        Field("active", "is_active", bool, usual=False),
        Field("status", names="statuses"),
        Field("timing", choices=dict(Trigger.Timing.choices), usual="reached"),
        Field("days", kind=int, usual=None),
        Field("day_kind", choices=dict(Trigger.DayKind.choices), usual="business"),
        Field("kind", choices=dict(channels.kind_choices())),
        Field("template", names="templates"),
        Field("task_title"),
        Field("task_notes"),
        Field("task_due_in", kind=int, usual=None),
        Field("caller", choices=dict(Trigger.Caller.choices), usual="department"),
        Field("recipient", choices=dict(Trigger.Recipient.choices)),
        Field("department", names="departments"),
        Field("only_vendor", names="vendors"),
        Field("only_session_type", names="session_types"),
        Field("only_from_status", names="statuses"),
        Field("respects_do_not_contact", kind=bool, usual=True),
        Field("needs_review", kind=bool, usual=False),
        Field("send_at", choices=dict(Trigger.SendAt.choices), usual="any_time"),
        Field("max_late_hours", kind=int, usual=None),
    )

    def exported(self, row):
        said = self.said(row)
        return {**said, "active": False} if _is_withheld(row) else said

    def fitted(self, row, values, things):
        values = dict(values)
        if row is not None and _is_withheld(row) and _asks_for_withheld(values):
            values["active"] = row.is_active
        if values["only_vendor"] and (folded(values["only_vendor"]),) not in things["vendors"]:
            # For any vendor it would do more than was meant.
            values["only_vendor"] = str(row.only_vendor or "") if row else ""
            values["active"] = row.is_active if row else False
        return values

    def to_fill_in(self, stored):
        said = [
            f"“{row}” is switched off until it has {what}." for row, _ in stored if (what := lacking(row))
        ]
        return said + [
            f"“{row}” is for the vendor “{values['only_vendor']}” alone, whom this studio does not have. It is switched off."
            for row, values in stored
            if values["only_vendor"] and not row.only_vendor_id
        ]


def vendors() -> dict:
    """Return the studio's vendors by name: no file holds them, but a trigger may be for one alone."""
    return {(vendor.name_key,): vendor for vendor in Vendor.objects.all()}


def _is_withheld(row) -> bool:
    return bool(row.user_id or row.address)


def _asks_for_withheld(values) -> bool:
    """Whether a trigger, as a file says it, is for an address or for somebody chosen: what is filled in is kept then."""
    return values["recipient"] == Trigger.Recipient.ADDRESS or Trigger.Recipient.FIXED in (
        values["recipient"],
        values["caller"],
    )
