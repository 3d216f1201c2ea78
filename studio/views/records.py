"""Departments, session types and vendors: the small lists of Maintenance."""

from dataclasses import dataclass
from functools import partial

from django.db.models import Count, Model, Q
from django.forms import ModelForm
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import Table

from studio import access
from studio.forms.records import DepartmentForm, SessionTypeForm, VendorForm
from studio.models import Department, SessionType, Vendor
from studio.tables import DepartmentTable, SessionTypeTable, VendorTable
from studio.uses import delete_unused
from studio.views.lists import delete_record, edit_record, show_list

delete_unless_used = partial(
    delete_unused, way_out="Tick Inactive instead: it is then offered no more, and what uses it keeps it."
)


@dataclass(frozen=True)
class SmallList:
    """What is a list's own.

    one, many:   what it holds, as headings say it.
    menu:        of settings.MENUS, about one of its records.
    list_page:   URL name; with `create_page` and `delete_page` all that links within it.
    """

    model: type[Model]
    form: type[ModelForm]
    table: type[Table]
    one: str
    many: str
    list_page: str
    create_page: str
    delete_page: str
    search: tuple[str, ...]
    empty_text: str
    menu: str = ""

    def show(self, request, rows):
        return show_list(
            request,
            rows,
            self.table,
            title=self.many,
            search=self.search,
            noun=self.many.lower(),
            new_words=f"New {self.one}",
            new_url=reverse(self.create_page),
            empty_text=self.empty_text,
        )

    def edit(self, request, pk, refusal):
        record = get_object_or_404(self.model, pk=pk) if pk is not None else self.model()
        return edit_record(
            request,
            self.form,
            record,
            title=record.name or f"New {self.one}",
            parent=self.many,
            back=reverse(self.list_page),
            delete_url=pk and reverse(self.delete_page, args=[pk]),
            refusal=refusal,
            record_menu=self.menu,
        )

    def delete(self, request, pk, page):
        record = get_object_or_404(self.model, pk=pk)
        back = reverse(self.list_page)
        return delete_record(request, record, back=back, delete=delete_unless_used, page=page)


DEPARTMENTS = SmallList(
    model=Department,
    form=DepartmentForm,
    table=DepartmentTable,
    one="Department",
    many="Departments",
    list_page="studio:department_list",
    create_page="studio:department_create",
    delete_page="studio:department_delete",
    search=("found_by",),
    empty_text="A department is who does a step: Retouching, Shipping. Statuses hand orders to it.",
)
SESSION_TYPES = SmallList(
    model=SessionType,
    form=SessionTypeForm,
    table=SessionTypeTable,
    one="Session Type",
    many="Session Types",
    list_page="studio:session_type_list",
    create_page="studio:session_type_create",
    delete_page="studio:session_type_delete",
    search=("found_by",),
    empty_text="What the studio photographs: portraits, weddings, schools.",
)
VENDORS = SmallList(
    model=Vendor,
    form=VendorForm,
    table=VendorTable,
    one="Vendor",
    many="Vendors",
    list_page="studio:vendor_list",
    create_page="studio:vendor_create",
    delete_page="studio:vendor_delete",
    search=("found_by",),
    empty_text="Labs and other suppliers that orders go to. A lab of your own is a vendor too: tick In-house.",
    menu="Vendor",
)


@require_safe
@access.requires("maintain")
def department_list(request):
    people = Count("users", filter=Q(users__is_active=True))
    return DEPARTMENTS.show(request, Department.objects.annotate(people=people))


@access.requires("maintain")
def department_edit(request, pk=None, *, refusal=""):
    return DEPARTMENTS.edit(request, pk, refusal)


@require_POST
@access.requires("maintain")
def department_delete(request, pk):
    return DEPARTMENTS.delete(request, pk, department_edit)


@require_safe
@access.requires("maintain")
def session_type_list(request):
    sessions = Count("sessions", filter=Q(sessions__withdrawn_on=None))
    return SESSION_TYPES.show(request, SessionType.objects.annotate(session_count=sessions))


@access.requires("maintain")
def session_type_edit(request, pk=None, *, refusal=""):
    return SESSION_TYPES.edit(request, pk, refusal)


@require_POST
@access.requires("maintain")
def session_type_delete(request, pk):
    return SESSION_TYPES.delete(request, pk, session_type_edit)


@require_safe
@access.requires("maintain")
def vendor_list(request):
    return VENDORS.show(request, Vendor.objects.all())


@access.requires("maintain")
def vendor_edit(request, pk=None, *, refusal=""):
    return VENDORS.edit(request, pk, refusal)


@require_POST
@access.requires("maintain")
def vendor_delete(request, pk):
    return VENDORS.delete(request, pk, vendor_edit)
