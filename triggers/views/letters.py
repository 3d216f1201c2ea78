"""Letters: print them, then say that they are printed.  Two steps, so that a jammed printer loses nothing."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from studio import access, sent_once
from studio.exports.responses import pdf_response
from studio.table_pages import turn
from triggers.forms.letters import LetterFilter, LettersForm
from triggers.messages.letters import write_letters
from triggers.models import Letter
from triggers.tables.letters import LetterTable


@require_safe
@access.requires("see_work")
def letter_list(request):
    form = LetterFilter(request.GET)
    is_printed, letters = form.found()
    hidden = () if is_printed else ("printed_at", "printed_by")
    order_by = "-printed_at" if is_printed else "created_at"
    table = LetterTable(letters.select_related("order", "printed_by"), exclude=hidden, order_by=order_by)
    turn(request, table, size=100)
    shown = [row.record for row in table.paginated_rows]
    context = {
        "table": table,
        "texts": "\n".join(f"{letter.address} {letter.subject} {letter.text}" for letter in shown),
        "form": form,
        "is_printed": is_printed,
        "to_print": Letter.objects.to_print().count(),
    }
    return render(request, "triggers/letter_list.html", context)


@require_safe
@access.requires("see_work")
def letter_pdf(request, pk):
    letter = get_object_or_404(Letter, pk=pk)
    return pdf_response(write_letters([letter], request.preferences), f"Letter to {letter.to_name}")


@sent_once.without_key
@require_POST
@access.requires("do_tasks")
def letters_print(request):
    """Answer with the ticked letters as one PDF.  They stay to be printed until somebody says that they are."""
    ticked = _ticked(request)
    if ticked is None:
        return redirect("triggers:letter_list")
    letters = list(ticked)
    name = f"Letter to {letters[0].to_name}" if len(letters) == 1 else f"{len(letters)} letters"
    return pdf_response(write_letters(letters, request.preferences), name)


@require_POST
@access.requires("do_tasks")
def letters_printed(request):
    """Note that the ticked letters are on paper, and who says so; one that somebody else has noted stays theirs."""
    ticked = _ticked(request)
    if ticked is not None:
        count = ticked.count()
        done = ticked.filter(printed_at=None).update(printed_at=timezone.now(), printed_by=request.user)
        _say(request, done, count, "marked as printed", "had been marked already")
    return redirect("triggers:letter_list")


@require_POST
@access.requires("do_tasks")
def letters_to_print(request):
    """Put the ticked letters back among those to print."""
    ticked = _ticked(request)
    if ticked is not None:
        count = ticked.count()
        done = ticked.exclude(printed_at=None).update(printed_at=None, printed_by=None)
        _say(request, done, count, "to be printed again", "were to be printed already")
    return redirect("triggers:letter_list")


def _ticked(request):
    """Return the letters that were ticked; None, with a message, if there are none or too many."""
    form = LettersForm(request.POST)
    if form.is_valid():
        return form.cleaned_data["selected"]
    messages.error(request, form.errors["selected"][0])
    return None


def _say(request, done, count, what, otherwise):
    sentence = f"{done} {'letter' if done == 1 else 'letters'} {what}."
    if count > done:
        sentence += f" {count - done} {otherwise}."
    messages.success(request, sentence)
