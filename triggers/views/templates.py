"""Maintenance > Templates: the words of emails, letters and SMS.  The preview knows orders, and is preproduction's."""

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from studio import access
from studio.refusal import OperationRefused
from studio.uses import delete_unused
from studio.views.lists import delete_record, edit_record, show_list
from triggers import channels
from triggers.forms.templates import TemplateForm
from triggers.messages import merge_fields
from triggers.messages import text as message_text
from triggers.models import MessageTemplate
from triggers.tables.templates import TemplateTable

WAY_OUT = "Tick Inactive instead: it is then offered no more, and what uses it keeps it."


@require_safe
@access.requires("maintain")
def template_list(request):
    return show_list(
        request,
        MessageTemplate.objects.annotate(used_by=Count("triggers")),
        TemplateTable,
        title="Templates",
        search=("found_by",),
        noun="templates",
        new_words="New Template",
        new_url=reverse("triggers:template_create"),
        empty_text="A template holds the words of an email, a letter or an SMS, with fields such as the client's name.",
    )


@access.requires("maintain")
def template_edit(request, pk=None, *, refusal=""):
    template = get_object_or_404(MessageTemplate, pk=pk) if pk is not None else MessageTemplate()
    return edit_record(
        request,
        TemplateForm,
        template,
        template="triggers/template_form.html",
        title=template.name or "New Template",
        parent="Templates",
        back=reverse("triggers:template_list"),
        delete_url=pk and reverse("triggers:template_delete", args=[pk]),
        refusal=refusal,
        groups=merge_fields.GROUPS,
        filters=", ".join(message_text.FILTERS),
        ways=sorted(channels.worded(), key=lambda way: not way.has_html),
    )


@require_POST
@access.requires("maintain")
def template_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(MessageTemplate, pk=pk),
        back=reverse("triggers:template_list"),
        delete=_delete,
        page=template_edit,
    )


def _delete(template):
    if template.deliveries.exists():
        raise OperationRefused(f"“{template}” cannot be deleted: messages were sent with it. {WAY_OUT}")
    users = [f"“{trigger}”" for trigger in template.triggers.all()[:4]]
    if users:
        named = ", ".join(users[:3]) + (" and others" if len(users) > 3 else "")
        raise OperationRefused(f"“{template}” cannot be deleted: it is used by {named}. {WAY_OUT}")
    delete_unused(template, way_out=WAY_OUT)
