"""What a template would say for a real order, while it is being written; sent to nobody but who writes it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from preproduction import order_words
from preproduction.forms.template_preview import PreviewForm
from preproduction.models import Order
from studio import access, sent_once
from studio.exports.responses import pdf_response
from studio.kept_forms import origin
from triggers import channels, tasks
from triggers.channels.base import PermanentError
from triggers.channels.sms_length import length_of
from triggers.messages import html as message_html
from triggers.messages import letters, merge_fields
from triggers.messages import text as message_text
from triggers.models import Letter, MessageTemplate
from triggers.outbox import trials

ORDERS_OFFERED = 20
# The HTML part is shown as a mail program would: its styles count, no script runs, nothing is fetched.
HTML_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


@origin.not_kept
@sent_once.without_key
@require_POST
@access.requires("maintain")
def template_preview(request):
    page = "_template_preview" if request.htmx else "template_preview"
    return render(request, f"preproduction/{page}.html", _context(request, _asked(request)))


def _asked(request):
    form = PreviewForm(request.POST)
    form.is_valid()
    return form.asked()


def _context(request, asked):
    orders = _orders(asked)
    order = _chosen(orders, asked)
    fields = _fields(order, request.preferences)
    return {
        "orders": orders,
        "order": order,
        "asked": asked,
        "is_sample": order is None,
        "fields": fields,
        **_written(asked, fields),
    }


def _orders(asked):
    """Return the newest orders that have the words searched for, and the one chosen before; or all, if none has."""
    newest = Order.objects.select_related("session__client").order_by("-pk")
    found = list(newest.filter(order_words.holding(asked["order_words"]))[:ORDERS_OFFERED])
    if asked["order"] and not asked["order_words"] and asked["order"] not in {order.pk for order in found}:
        found += newest.filter(pk=asked["order"])
    return found or (list(newest[:ORDERS_OFFERED]) if asked["order_words"] else [])


def _chosen(orders, asked):
    """Return the order picked, else the newest of those offered, else None."""
    return next((order for order in orders if order.pk == asked["order"]), orders[0] if orders else None)


def _fields(order, preferences):
    """Return the fields as a message about `order` would have them now; samples if there is no order."""
    change = order.status_changes.order_by("-sequence").first() if order else None
    fields = change.payload()["fields"] if change else merge_fields.samples()
    return {**fields, **merge_fields.of_studio(preferences)}


def _written(asked, fields):
    """Fill in what is looked at.  `problems`: sentences, for what cannot be filled in."""
    written = {
        "to": fields["client.email"],
        "address": fields["client.address"],
        "name": fields["client.name"],
    }
    way, problems = channels.get(asked["shown_as"]), message_text.problems(asked["text"])
    if way.has_subject:
        problems = message_text.problems(asked["subject"]) + problems
    if way.has_html:
        problems += message_html.problems(asked["html"])
    try:
        written["subject"] = message_text.render(asked["subject"], fields, one_line=True)
        written["text"] = message_text.render(asked["text"], fields)
    except PermanentError as error:
        problems = problems or [str(error)]
    length = length_of(written.get("text", ""))
    return {"written": written, "problems": problems, "way": way, "length": length}


@origin.not_kept
@sent_once.without_key
@require_POST
@access.requires("maintain")
@xframe_options_sameorigin
def template_html(request):
    """Answer with the HTML part alone, for a frame in which nothing runs."""
    asked = _asked(request)
    problems = message_html.problems(asked["html"])
    if problems or not asked["html"]:
        words = problems[0] if problems else "There is no HTML part: the email is plain text."
        response = HttpResponse(words, content_type="text/plain; charset=utf-8")
    else:
        fields = _fields(_chosen(_orders(asked), asked), request.preferences)
        response = HttpResponse(message_text.render(asked["html"], fields, html=True))
    response["Content-Security-Policy"] = HTML_POLICY
    return response


@origin.not_kept
@sent_once.without_key
@require_POST
@access.requires("maintain")
def template_trial(request):
    """Let the worker send the email, as it stands in the form, to who is signed in."""
    asked = {**_asked(request), "shown_as": "email"}
    context = _context(request, asked)
    problems = [*context["problems"], *_trial_problems(request.user, context["written"])]
    if not problems:
        html = message_text.render(asked["html"], context["fields"], html=True) if asked["html"] else ""
        words = {name: context["written"][name] for name in ("subject", "text")}
        trials.ask(request.user, **words, html=html)
        tasks.wake_worker_on_commit()
    page = "_template_trial" if request.htmx else "template_trial"
    context = {"problems": problems, "trials": trials.of(request.user)}
    return render(request, f"preproduction/{page}.html", context, status=422 if problems else 200)


def _trial_problems(person, written):
    if not person.email:
        yield "You have no email address. Enter one at your name in Users."
    if not written.get("subject", "").strip():
        yield "An email needs a subject."


@origin.not_kept
@sent_once.without_key
@require_POST
@access.requires("maintain")
def template_letter(request):
    """Answer with the letter as it would be printed; with the preview, which says why, if it cannot be."""
    asked = {**_asked(request), "shown_as": "letter"}
    context = _context(request, asked)
    if context["problems"]:
        return render(request, "preproduction/template_preview.html", context, status=422)
    layouts = MessageTemplate.LetterLayout
    letter = Letter(
        to_name=context["fields"]["client.name"],
        address=context["fields"]["client.address"],
        subject=context["written"]["subject"],
        text=context["written"]["text"],
        layout=layouts.PLAIN if asked["letter_layout"] == layouts.PLAIN else layouts.WINDOW,
    )
    return pdf_response(letters.write_letters([letter], request.preferences), "Letter")
