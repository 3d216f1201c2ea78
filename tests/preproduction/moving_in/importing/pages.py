"""What people do with an import on its pages, with the worker run in between."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from preproduction.models import ImportRun
from preproduction.moving_in.importing import work


def send(browser, content, name="studio.xlsx"):
    """Send a file, let the worker look at it, and return the run."""
    answer = browser.post("/maintenance/import/", {"files": [SimpleUploadedFile(name, content)]})
    assert answer.status_code == 302, answer.content.decode()
    run_worker()
    return ImportRun.objects.latest("pk")


def run_worker():
    while work.go_on():
        pass


def page(browser, run):
    return browser.get(f"/maintenance/import/{run.pk}/").content.decode()


def start(browser, run, **answers):
    seen = run.touched_at.isoformat()
    answer = browser.post(f"/maintenance/import/{run.pk}/start/", {"seen": seen, **answers})
    run_worker()
    run.refresh_from_db()
    return answer


def undo(browser, run):
    answer = browser.post(f"/maintenance/import/{run.pk}/undo/")
    run_worker()
    run.refresh_from_db()
    return answer


def take_the_ready_made_list(browser):
    page = browser.post("/maintenance/setup-file/", {"ready_made": "portrait"})
    sent = {
        "set_up": page.context["set_up"],
        "seen": page.context["outcome"].seen,
        "decision": "move",
    }
    assert browser.post("/maintenance/setup-file/apply/", sent).status_code == 302


LISTS = (
    "/",
    "/clients/",
    "/sessions/",
    "/orders/",
    "/orders/?state=all",
    "/orders/?state=complete",
    "/orders/overdue/",
    "/maintenance/vendors/",
    "/maintenance/session-types/",
    "/maintenance/preproduction-statuses/",
    "/find/?q=Whitfield",
    "/find/?q=P-0000",
)


def what_the_lists_say(browser) -> dict[str, str]:
    """Return what stands on the lists and in what is found, with all counts; without what is of one answer alone."""
    browser.get("/")  # with what the page before has said
    found = {}
    for address in LISTS:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        main = re.sub(r"(?s).*<main|</main>.*", "", answer.content.decode())
        found[address] = re.sub(r'value="[^"]{20,}"|\bid="[^"]*"', "", main)
    return found
