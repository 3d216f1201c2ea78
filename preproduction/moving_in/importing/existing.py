"""Reads what rows are compared with out of the database, for as many rows as are looked at at once."""

from collections.abc import Collection, Iterable
from itertools import chain

from django.utils import timezone

from preproduction.models import ImportedRow, ImportRun, LateReason, Order, Status
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import EMPTY, Existing, Known, Standing
from preproduction.moving_in.importing.histories import standing_of
from preproduction.moving_in.importing.planned import Planned
from preproduction.moving_in.importing.rows import Row
from studio import texts, work_calendar
from studio.models import Client, Department, PhotoSession, SessionType, User, Vendor


class Stored(Existing):
    """An Existing that learns of the database what the rows name.  What it has learned it does not ask again."""

    def __init__(
        self,
        *,
        types_left_out: Collection[str] = (),
        vendors_left_out: Collection[str] = (),
        statuses_left_out: Collection[str] = (),
        run: ImportRun | None = None,
        planned: Planned | None = None,
    ):
        super().__init__(
            types_left_out=frozenset(types_left_out),
            vendors_left_out=frozenset(vendors_left_out),
            statuses_left_out=frozenset(statuses_left_out),
        )
        self._run = run
        self._planned = planned
        self._clients: dict[int, Known] = {}
        self._asked: dict[str, set] = {}
        self.type_keys: dict[str, int] = {}
        for key, name, name_key in SessionType.objects.values_list("pk", "name", "name_key"):
            self.types[name_key], self.type_keys[name_key] = name, key
        # An order may stand at one that is inactive by now, as it may at a status.
        self.departments = dict(Department.objects.values_list("name_key", "pk"))
        reasons = LateReason.objects.order_by("-is_inactive")
        self.late_reasons = {texts.unique_key(reason.name): reason.pk for reason in reasons}
        for status in Status.objects.order_by("-is_inactive"):
            self.keep_status(Known(status.pk, _values(status, Kind.STATUS)))
        self.today, self.calendar = timezone.localdate(), work_calendar.load()
        self._learn_people()

    def learn(self, rows: Iterable[Row]) -> None:
        """Read all that `rows` name: at most fifteen queries."""
        rows = [row for row in rows if not row.wrong]
        of = {kind: [row.values for row in rows if row.kind == kind] for kind in Kind}
        self._learn_planned_statuses(rows)
        self._learn_vendors(said["name"] for said in of[Kind.VENDOR])
        orders = of[Kind.ORDER]
        self._learn_orders(said["number"] for said in orders)
        self._learn_standing(said["number"] for said in of[Kind.NOTE])
        self._learn_vendors(said.get("vendor", "") for said in orders)
        sessions = of[Kind.SESSION] + [_session_of(said) for said in orders]
        self._learn_numbers(
            {said.get("number", "") for said in of[Kind.CLIENT]}
            | {said.get("client_number", "") for said in sessions}
        )
        self._learn_names(
            {said["name"] for said in of[Kind.CLIENT]} | {said.get("client_name", "") for said in sessions}
        )
        self._learn_sessions(sessions)

    def _new(self, what: str, keys: Iterable) -> set:
        """Return those of `keys` that were not asked for before."""
        asked = self._asked.setdefault(what, set())
        new = {key for key in keys if key} - asked
        asked |= new
        return new

    def _learn_people(self):
        twice = set()
        for key, username, first, last in User.objects.active().values_list(
            "pk", "username", "first_name", "last_name"
        ):
            for name in {texts.sort_key(text) for text in (username, f"{first} {last}", f"{last}, {first}")}:
                twice |= {name} & self.people.keys()
                self.people[name] = key
        for name in twice | {""}:
            self.people.pop(name, None)

    def _learn_planned_statuses(self, rows):
        named = (row.values.get(name, "") for row in rows for name in ("description", "status", "from", "to"))
        others = (row.values.get(name, "") for each in rows for row in each.others for name in ("from", "to"))
        for _, key in self._called(
            "status", self._new("statuses", map(texts.unique_key, chain(named, others)))
        ):
            self.keep_status(self._planned_record(key))

    def _learn_vendors(self, names):
        keys = self._new("vendors", map(texts.unique_key, names))
        for vendor in Vendor.objects.filter(name_key__in=keys) if keys else ():
            self.vendors[vendor.name_key] = Known(vendor.pk, _values(vendor, Kind.VENDOR))
        for word, key in self._called("vendor", keys):
            self.vendors[word] = self._planned_record(key)

    def _learn_numbers(self, numbers):
        keys = self._new("numbers", map(texts.unique_key, numbers))
        if not keys:
            return
        found = ImportedRow.objects.filter(kind=Kind.CLIENT, number_key__in=keys).order_by("pk")
        pairs = list(found.values_list("number_key", "record"))
        now = _merged_into(pk__in={record for _, record in pairs})
        pairs = [(number, now.get(record, record)) for number, record in pairs]
        self._know({record for _, record in pairs})
        for number, record in pairs:
            if record in self._clients:
                self.know_number(number, self._clients[record])
        for number, key in self._called("number", keys):
            self.know_number(number, self._client(key))

    def _learn_names(self, names):
        keys = self._new("names", map(texts.sort_key, names))
        if keys:
            self._know(Client.objects.filter(name_sorted__in=keys).values_list("pk", flat=True))
            self._know(_merged_into(name_sorted__in=keys).values())
        for _, key in self._called("name", keys):
            self._client(key)
        for known in list(self._clients.values()):
            for folded in known.names & keys:
                self.clients_by_name.setdefault(folded, []).append(known)

    def _know(self, keys):
        keys = {key for key in keys if key > 0} - self._clients.keys()
        if not keys:
            return
        merged: dict[int, list[Client]] = {}
        for client in Client.with_withdrawn.filter(merged_into__in=keys):
            merged.setdefault(client.merged_into_id, []).append(client)
        now = {client.pk: key for key, others in merged.items() for client in others}
        numbers: dict[int, set[str]] = {}
        rows = ImportedRow.objects.filter(kind=Kind.CLIENT, record__in={*keys, *now}).exclude(number_key="")
        for record, number in rows.values_list("record", "number_key"):
            numbers.setdefault(now.get(record, record), set()).add(number)
        for client in Client.objects.filter(pk__in=keys).order_by("pk"):
            also = tuple(_values(other, Kind.CLIENT) for other in merged.get(client.pk, ()))
            of = frozenset(numbers.get(client.pk, ()))
            self._clients[client.pk] = Known(client.pk, _values(client, Kind.CLIENT), of, also=also)

    def _learn_orders(self, numbers):
        keys = self._new("orders", map(texts.unique_key, numbers))
        found = Order.with_withdrawn.filter(number_key__in=keys) if keys else Order.objects.none()
        for number_key, withdrawn_on in found.values_list("number_key", "withdrawn_on"):
            self.orders[number_key] = withdrawn_on is not None
        for word, _ in self._called("order", keys):
            self.orders[word] = False

    def _learn_standing(self, numbers):
        keys = self._new("standing", map(texts.unique_key, numbers))
        if not keys:
            return
        self.standing |= standing_of(keys, self._run)
        for word, key in self._called("order", keys):
            values = self._planned_record(key).values
            self.standing[word] = Standing(key, values["status"], values["order_date"], values["entered_on"])

    def _learn_sessions(self, said):
        numbers = self._new("sessions", (texts.unique_key(row.get("number", "")) for row in said))
        days = self._new("days", (row["date"] for row in said if not row.get("number")))
        sessions = PhotoSession.objects.select_related("session_type").order_by("pk")
        found = (
            {session.pk: session for session in sessions.filter(number_key__in=numbers)} if numbers else {}
        )
        if days:
            found |= {session.pk: session for session in sessions.filter(date__in=days)}
        self._know({session.client_id for session in found.values()})
        for session in found.values():
            values = _values(session, Kind.SESSION) | {
                "session_type": session.session_type.name,
                "photographer": session.photographer_id,
            }
            known = Known(session.pk, values, client=self._clients[session.client_id])
            if session.number_key not in self.sessions_by_number:
                self.keep_session(known)
        days = {day.isoformat() for day in days}
        for _, key in (*self._called("session", numbers), *self._called("day", days)):
            self.keep_session(self._planned_record(key))

    def _called(self, what: str, words: Collection[str]) -> Iterable[tuple[str, int]]:
        return self._planned.called(what, words) if self._planned and words else ()

    def _planned_record(self, key: int) -> Known:
        values, numbers, client = self._planned.get(key)
        return Known(key, values, numbers, client and self._client(client))

    def _client(self, key: int) -> Known:
        """Return a client, planned or here."""
        if key not in self._clients and key < 0:
            self._clients[key] = self._planned_record(key)
        self._know({key} - self._clients.keys())
        return self._clients[key]


def _merged_into(**condition) -> dict[int, int]:
    """Return {key of a client that was merged: key of the one who stays}."""
    merged = Client.with_withdrawn.filter(merged_into__isnull=False, **condition)
    return dict(merged.values_list("pk", "merged_into"))


def _values(record, kind: Kind) -> dict:
    return {name: getattr(record, f"{name}_id", None) or getattr(record, name) for name in EMPTY[kind]}


def _session_of(said: dict) -> dict:
    """Return what an order says of its session."""
    return {
        "number": said.get("session_number", ""),
        "client_number": said.get("client_number", ""),
        "client_name": said.get("client_name", ""),
        "date": said.get("session_date") or said["order_date"],
    }
