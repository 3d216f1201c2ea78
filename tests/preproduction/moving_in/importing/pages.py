"""What people do with an import on its pages, with the worker run in between."""

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
