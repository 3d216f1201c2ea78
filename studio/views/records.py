"""Departments, session types and vendors: the small lists of Maintenance."""

from functools import partial

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from studio import access
from studio.forms.records import DepartmentForm, SessionTypeForm, VendorForm
from studio.models import Department, SessionType, Vendor
from studio.tables import DepartmentTable, SessionTypeTable, VendorTable
from studio.uses import delete_unused
from studio.views.lists import delete_record, edit_record, show_list

delete_unless_used = partial(
    delete_unused, way_out="Tick Inactive instead: it is then offered no more, and what uses it keeps it."
)


@require_safe
@access.requires("maintain")
def department_list(request):
    return show_list(
        request,
        Department.objects.annotate(people=Count("users", filter=Q(users__is_active=True))),
        DepartmentTable,
        title="Departments",
        search=("name",),
        noun="departments",
        new_words="New Department",
        new_url=reverse("studio:department_create"),
        empty_text="A department is who does a step: Retouching, Shipping. Statuses hand orders to it.",
    )


@access.requires("maintain")
def department_edit(request, pk=None, *, refusal=""):
    department = get_object_or_404(Department, pk=pk) if pk is not None else Department()
    return edit_record(
        request,
        DepartmentForm,
        department,
        title=department.name or "New Department",
        parent="Departments",
        back=reverse("studio:department_list"),
        delete_url=pk and reverse("studio:department_delete", args=[pk]),
        refusal=refusal,
    )


@require_POST
@access.requires("maintain")
def department_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(Department, pk=pk),
        back=reverse("studio:department_list"),
        delete=delete_unless_used,
        page=department_edit,
    )


@require_safe
@access.requires("maintain")
def session_type_list(request):
    return show_list(
        request,
        SessionType.objects.annotate(session_count=Count("sessions")),
        SessionTypeTable,
        title="Session Types",
        search=("name",),
        noun="session types",
        new_words="New Session Type",
        new_url=reverse("studio:session_type_create"),
        empty_text="What the studio photographs: portraits, weddings, schools.",
    )


@access.requires("maintain")
def session_type_edit(request, pk=None, *, refusal=""):
    session_type = get_object_or_404(SessionType, pk=pk) if pk is not None else SessionType()
    return edit_record(
        request,
        SessionTypeForm,
        session_type,
        title=session_type.name or "New Session Type",
        parent="Session Types",
        back=reverse("studio:session_type_list"),
        delete_url=pk and reverse("studio:session_type_delete", args=[pk]),
        refusal=refusal,
    )


@require_POST
@access.requires("maintain")
def session_type_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(SessionType, pk=pk),
        back=reverse("studio:session_type_list"),
        delete=delete_unless_used,
        page=session_type_edit,
    )


@require_safe
@access.requires("maintain")
def vendor_list(request):
    return show_list(
        request,
        Vendor.objects.all(),
        VendorTable,
        title="Vendors",
        search=("name", "contact_name", "phone", "email", "account_number"),
        noun="vendors",
        new_words="New Vendor",
        new_url=reverse("studio:vendor_create"),
        empty_text="Labs and other suppliers that orders go to. A lab of your own is a vendor too: tick In-house.",
    )


@access.requires("maintain")
def vendor_edit(request, pk=None, *, refusal=""):
    vendor = get_object_or_404(Vendor, pk=pk) if pk is not None else Vendor()
    return edit_record(
        request,
        VendorForm,
        vendor,
        title=vendor.name or "New Vendor",
        parent="Vendors",
        back=reverse("studio:vendor_list"),
        delete_url=pk and reverse("studio:vendor_delete", args=[pk]),
        refusal=refusal,
    )


@require_POST
@access.requires("maintain")
def vendor_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(Vendor, pk=pk),
        back=reverse("studio:vendor_list"),
        delete=delete_unless_used,
        page=vendor_edit,
    )
