"""Steps that somebody takes with an order, or with many at once."""

from datetime import timedelta
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from preproduction import operations
from preproduction.models import Batch, CustomField, Order, StatusChange
from studio import work_calendar
from tests.reliability.walk.studio import Studio, any_number, few_days, words
from triggers.models import Delivery, Task


class Verbs(Studio):
    """What moves an order, or stops its clock."""

    @rule(back=st.integers(min_value=0, max_value=30), by=any_number)
    def create(self, back, by):
        if Order.with_withdrawn.count() < 5:
            self.attempt(
                operations.create_order,
                self.session,
                by=self.person(by),
                order_date=self.today - timedelta(days=back),
                vendor=self.vendors[by % 3],
                request_key=uuid4(),
            )

    @precondition(Studio.has_orders)
    @rule(
        number=any_number,
        to=any_number,
        back=st.sampled_from([0, 0, 0, 1, 3, 20, -1]),
        typed=st.none() | few_days,
        by=any_number,
        note=words,
    )
    def advance(self, number, to, back, typed, by, note):
        order, completed_on = self.order(number), self.today - timedelta(days=back)

        def advance():
            plan = operations.plan_advance(
                order, to=self.status(to) if to % 3 else None, completed_on=completed_on
            )
            if typed is not None:
                plan = plan.with_due_date(self.today + timedelta(days=typed))
            return operations.advance_status(
                order,
                plan,
                expected=order.version,
                by=self.person(by),
                note=note,
                request_key=uuid4(),
            )

        self.attempt(advance)

    @precondition(Studio.has_orders)
    @rule(number=any_number, by=any_number)
    def advance_twice_with_one_form(self, number, by):
        order, key = self.order(number), uuid4()
        seen = order.version

        def send():
            plan = operations.plan_advance(order)
            return operations.advance_status(
                order, plan, expected=seen, by=self.person(by), note="sent twice", request_key=key
            )

        first = self.attempt(send)
        if first:
            count = StatusChange.objects.count()
            assert self.attempt(send) == first
            assert StatusChange.objects.count() == count

    @precondition(Studio.has_orders)
    @rule(number=any_number, by=any_number)
    def advance_from_an_old_page(self, number, by):
        order = self.order(number)
        count = StatusChange.objects.count()

        def advance():
            plan = operations.plan_advance(order, to=self.status(by))
            return operations.advance_status(order, plan, expected=order.version - 1, by=self.mia)

        assert self.attempt(advance) is None
        assert StatusChange.objects.count() == count

    @precondition(Studio.has_orders)
    @rule(by=any_number, typed=st.none() | few_days)
    def advance_all_at_once(self, by, typed):
        rows, person = [], self.person(by)
        for order in Order.objects.select_related("status"):
            try:
                plan = operations.plan_advance(order)
            except operations.OperationRefused:
                continue
            if typed is not None:
                plan = plan.with_due_date(self.today + timedelta(days=typed))
            rows.append((order, plan, {"expected": order.version, "request_key": uuid4()}))
        answers = operations.advance_statuses(rows, by=person)
        moved = [answer for _, answer in answers if isinstance(answer, StatusChange)]
        assert len({change.batch_id for change in moved}) <= 1
        assert Batch.objects.filter(changes=None, kind=Batch.Kind.MANY).count() == 0

    @precondition(Studio.has_orders)
    @rule(number=any_number, by=any_number)
    def undo(self, number, by):
        order = self.order(number)
        before = order.status_changes.order_by("-sequence").first()
        touched = Task.objects.filter(delivery__status_change=before, touched_at__isnull=False)
        touched = {*touched.values_list("pk", "done_at")}
        undone = self.attempt(operations.undo_last_change, order, expected=order.version, by=self.person(by))
        if undone:
            order.refresh_from_db()
            assert order.status_id == before.from_status_id
            assert order.entered_status_on == (
                order.order_date if order.stay.sequence == 1 else before.entered_on
            )
            assert order.department_id == before.department_id
            assert order.assigned_user_id == before.assigned_user_id
            assert not before.deliveries.filter(state=Delivery.State.PENDING).exists()
            assert touched <= {*Task.objects.values_list("pk", "done_at")}

    @precondition(Studio.has_orders)
    @rule(number=any_number, reason=words)
    def hold(self, number, reason):
        self.attempt(operations.hold_order, self.order(number), expected=None, by=self.mia, reason=reason)

    @precondition(Studio.has_orders)
    @rule(number=any_number)
    def resume(self, number):
        order = self.order(number)
        due, calendar = order.status_due_date, work_calendar.load()
        hold = self.attempt(operations.resume_order, order, expected=None, by=self.mia)
        if hold and due:
            order.refresh_from_db()
            assert calendar.count_business_days(due, order.status_due_date) == hold.days_held
            assert hold.days_held >= 0

    @precondition(Studio.has_orders)
    @rule(number=any_number, by=any_number, reason=words)
    def ask_for_hold(self, number, by, reason):
        order = self.order(number)
        self.attempt(
            operations.ask_for_hold, order, expected=order.version, by=self.person(by), reason=reason
        )

    def is_asked(self):
        return Task.objects.requests().waiting().filter(order__withdrawn_on=None).exists()

    @precondition(is_asked)
    @rule(number=any_number, grant=st.booleans(), answer=words)
    def answer_a_request(self, number, grant, answer):
        request = self.pick(Task.objects.requests().waiting(), number)
        if grant:
            order = request.order
            self.attempt(
                operations.hold_order, order, expected=order.version, by=self.mia, reason=request.notes
            )
        else:
            self.attempt(
                operations.decline_hold, request.order, request=request.pk, by=self.mia, answer=answer
            )

    @precondition(Studio.has_orders)
    @rule(number=any_number, reason=words)
    def withdraw(self, number, reason):
        order = self.order(number)
        self.attempt(operations.withdraw_order, order, expected=order.version, by=self.mia, reason=reason)

    def has_withdrawn(self):
        return Order.with_withdrawn.filter(withdrawn_on__isnull=False).exists()

    @precondition(has_withdrawn)
    @rule(number=any_number)
    def put_back(self, number):
        order = self.pick(Order.with_withdrawn.filter(withdrawn_on__isnull=False), number)
        assert self.attempt(operations.put_back, order, expected=order.version, by=self.mia)
        order = Order.objects.get(pk=order.pk)
        self.can_go_on(order)

    @precondition(Studio.has_orders)
    @rule(number=any_number, note=words)
    def complete_without_statuses(self, number, note):
        order = self.order(number)
        self.attempt(operations.complete_order, order, expected=order.version, by=self.mia, note=note)

    @precondition(Studio.has_orders)
    @rule(number=any_number)
    def nothing_is_frozen(self, number):
        self.can_go_on(self.order(number))


class Edits(Studio):
    """What changes who has an order, when it is due, and what it says."""

    @precondition(Studio.has_orders)
    @rule(number=any_number, department=any_number, user=any_number)
    def assign(self, number, department, user):
        order = self.order(number)
        self.attempt(
            operations.assign_order,
            order,
            by=self.mia,
            expected=order.version,
            department=[None, *self.departments][department % 3],
            assigned_user=self.person(user) if user % 3 else None,
        )

    @precondition(Studio.has_orders)
    @rule(user=any_number, old_page=st.sampled_from([0, 0, 1]))
    def assign_all_at_once(self, user, old_page):
        owner = {"department": self.departments[user % 2], "assigned_user": self.person(user)}
        rows = [(order, order.version - old_page, owner) for order in Order.objects.for_table()]
        operations.assign_orders(rows, by=self.mia)

    @precondition(Studio.has_orders)
    @rule(number=any_number, by=any_number)
    def take(self, number, by):
        order, person = self.order(number), self.person(by)
        taken = self.attempt(operations.take_order, order, expected=order.version, by=person)
        if taken:
            assert Order.objects.get(pk=order.pk).assigned_user == person
            assert not order.assigned_user or not order.assigned_user.is_active

    @precondition(Studio.has_orders)
    @rule(number=any_number, days=st.none() | st.integers(-5, 40), reason=words)
    def change_due_date(self, number, days, reason):
        order = self.order(number)
        self.attempt(
            operations.change_due_date,
            order,
            due_date=None if days is None else self.today + timedelta(days=days),
            reason=reason,
            expected=order.version,
            by=self.mia,
        )

    @precondition(Studio.has_orders)
    @rule(number=any_number, days=st.none() | st.integers(-5, 40), needed_for=words, reason=words)
    def promise(self, number, days, needed_for, reason):
        order = self.order(number)
        self.attempt(
            operations.promise,
            order,
            needed_by=None if days is None else self.today + timedelta(days=days),
            needed_for=needed_for,
            reason=reason,
            expected=order.version,
            by=self.mia,
        )

    @precondition(Studio.has_orders)
    @rule(number=any_number, text=words)
    def write_a_note(self, number, text):
        self.attempt(operations.write_note, self.order(number), by=self.mia, text=text)

    @precondition(Studio.has_orders)
    @rule(number=any_number, reason=words)
    def note_reason(self, number, reason):
        self.attempt(operations.note_delay_reason, self.order(number), by=self.mia, stay=None, reason=reason)

    @precondition(Studio.has_orders)
    @rule(number=any_number, back=st.integers(min_value=-2, max_value=40))
    def change_order_date(self, number, back):
        day = self.today - timedelta(days=back)
        self.attempt(operations.change_order_date, self.order(number), by=self.mia, order_date=day)

    @precondition(Studio.has_orders)
    @rule(number=any_number, other=any_number, column=st.sampled_from(["number", "vendor", "completed_by"]))
    def edit(self, number, other, column):
        order = self.order(number)
        if column == "completed_by" and not order.is_complete:
            return
        value = {
            "number": f"N-{other % 6}",
            "vendor": self.vendors[other % 3],
            "completed_by": self.person(other),
        }[column]
        self.attempt(
            operations.edit_order,
            order,
            by=self.mia,
            changed={column: value},
            seen={column: getattr(order, column)},
        )

    @precondition(Studio.has_orders)
    @rule(number=any_number, text=words)
    def fill_in_a_custom_field(self, number, text):
        field, _ = CustomField.objects.get_or_create(label="Frame", defaults={"position": 1})
        order = self.order(number)
        seen = order.custom_values.filter(field=field).values_list("value", flat=True).first() or ""
        self.attempt(
            operations.set_custom_values, order, by=self.mia, values={field: text}, seen={field: seen}
        )

    @precondition(Studio.has_orders)
    @rule(number=any_number, sent=st.integers(0, 9), returned=st.integers(0, 9))
    def send_images(self, number, sent, returned):
        line = {
            "files": "1-9",
            "proof_type": "",
            "proof_size": "",
            "quantity_sent": sent,
            "quantity_returned": returned,
        }
        operations.edit_image_lines(self.order(number), by=self.mia, added=[line])

    @precondition(Studio.has_orders)
    @rule(number=any_number)
    def images_come_back(self, number):
        operations.return_all_images(self.order(number), by=self.mia, seen=None)


class Orders(Verbs, Edits):
    """All of them."""

    @rule(number=any_number)
    def undo_a_batch(self, number):
        batch = self.pick(Batch.objects, number)
        if batch:
            answers = self.attempt(operations.undo_batch, batch, by=self.mia)
            if answers is not None:
                assert self.attempt(operations.undo_batch, batch, by=self.mia) is None
