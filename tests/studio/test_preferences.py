"""Company Preferences, and the logo: what may be uploaded, and how it is served."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from studio import uploads
from studio.models import Client, CompanyPreferences, SessionType

PAGE = "/maintenance/preferences/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def media_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def save(as_administrator):
    """Return a function that posts the form as the page would."""

    def post(**changes):
        seen = as_administrator.get(PAGE).context["seen"]
        fields = {
            "name": "Lumen",
            "paper": "a4",
            "date_style": "day",
            "sign_out_after": 30,
            "at_risk_below": 40,
            "morning_mail_hour": 6,
            "rush_percent": 50,
            "seen": seen,
        }
        return as_administrator.post(PAGE, {**fields, **changes})

    return post


def picture(kind="PNG", size=(400, 200), mode="RGB", **options):
    content = BytesIO()
    Image.new(mode, size, "teal").save(content, kind, **options)
    return SimpleUploadedFile(f"logo.{kind.lower()}", content.getvalue())


def test_preferences_are_kept_also_when_there_were_none(save):
    assert save(phone="555 0100", address="1 Main St\nTown").status_code == 302
    stored = CompanyPreferences.objects.get()
    assert (stored.name, stored.paper) == ("Lumen", "a4")
    assert (stored.sign_out_after, stored.at_risk_below, stored.rush_percent) == (30, 40, 50)
    assert stored.address.splitlines() == ["1 Main St", "Town"]


def test_saving_them_leaves_the_work_week_alone(save, preferences):
    CompanyPreferences.objects.update(work_week_mask=0b1000000)
    save()
    assert CompanyPreferences.objects.get().work_week == {6}


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"email": "x"}, {"website": "javascript:1"}, {"at_risk_below": 0}, {"rush_percent": 0}, {"rush_percent": 101}]
)  # fmt: skip
def test_what_cannot_be_is_refused_and_kept_on_the_form(save, preferences, changes):
    response = save(phone="555 0100", **changes)
    assert response.status_code == 422
    assert 'value="555 0100"' in response.text
    assert CompanyPreferences.objects.get().phone == ""


def test_a_colleagues_change_is_not_overwritten_unseen(as_administrator, preferences):
    seen = as_administrator.get(PAGE).context["seen"]
    CompanyPreferences.objects.update(phone="555 9999")
    fields = {"name": "Lumen", "paper": "a4", "date_style": "day", "sign_out_after": 30, "at_risk_below": 50}
    fields |= {"morning_mail_hour": 7, "rush_percent": 100, "seen": seen}
    assert as_administrator.post(PAGE, fields).status_code == 409
    assert CompanyPreferences.objects.get().phone == "555 9999"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_afresh_and_shown_on_every_page(save, as_staff, kind):
    assert save(new_logo=picture(kind, (4000, 1000))).status_code == 302
    stored = CompanyPreferences.objects.get().logo
    with Image.open(stored.path) as kept:
        assert (kept.format, kept.size) == ("PNG", (1200, 300))
    address = reverse("studio:logo")
    assert f'src="{address}?v=' in as_staff.get("/clients/").text
    response = as_staff.get(address)
    assert b"".join(response.streaming_content) == Path(stored.path).read_bytes()
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_but_pixels_is_kept(save):
    exif = Image.Exif()
    exif[0x010E] = "where the photographer lives"
    upload = picture("JPEG", exif=exif)
    upload.file.seek(0, 2)
    upload.file.write(b"<script>alert(1)</script>")
    assert b"where the photographer lives" in upload.file.getvalue()
    save(new_logo=SimpleUploadedFile("logo.jpg", upload.file.getvalue()))
    kept = Path(CompanyPreferences.objects.get().logo.path).read_bytes()
    assert b"photographer" not in kept
    assert b"script" not in kept


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("logo.png", SVG, content_type="image/png"),
        SimpleUploadedFile("logo.svg", SVG, content_type="image/svg+xml"),
        SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n" + b"broken" * 9),
        SimpleUploadedFile("logo.png", b"<html>"),
        picture("GIF"),
        picture("BMP"),
        picture(size=(6000, 6000), mode="1"),
    ],
    ids=["svg as png", "svg", "damaged", "html", "gif", "bmp", "too many pixels"],
)
def test_no_other_file_becomes_a_logo(save, preferences, upload):
    upload.seek(0)
    response = save(new_logo=upload, phone="555 0100")
    assert response.status_code == 422
    assert 'value="555 0100"' in response.text
    assert not CompanyPreferences.objects.get().logo


def test_a_logo_has_a_limit_of_size(save, preferences):
    response = save(new_logo=SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(2 * 1024 * 1024)))
    assert "The logo may be 2 MB at most." in response.text


def test_a_request_larger_than_any_form_takes_is_refused_before_it_is_read(save, preferences):
    upload = SimpleUploadedFile("logo.png", bytes(uploads.MOST_BYTES))
    response = save(new_logo=upload)
    assert response.status_code == 413
    assert "That is too large" in response.text


def test_replacing_and_removing_the_logo_leaves_no_file_behind(
    save, as_staff, tmp_path, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        save(new_logo=picture())
        save(new_logo=picture(size=(100, 100)))
    assert len(list(tmp_path.rglob("*.png"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        save(remove_logo="on")
    assert not list(tmp_path.rglob("*.png"))
    assert as_staff.get(reverse("studio:logo")).status_code == 404


def test_a_logo_whose_file_is_gone_breaks_no_page(save, as_staff):
    save(new_logo=picture())
    Path(CompanyPreferences.objects.get().logo.path).unlink()
    assert as_staff.get("/clients/").status_code == 200
    assert as_staff.get(reverse("studio:logo")).status_code == 404


def test_the_logo_is_for_people_signed_in(client, save):
    save(new_logo=picture())
    assert client.get(reverse("studio:logo")).url.startswith("/accounts/login/")


def test_today_is_the_studios(as_staff, preferences, time_machine):
    time_machine.move_to("2026-06-10T23:30:00+00:00", tick=False)
    CompanyPreferences.objects.update(time_zone="Pacific/Auckland")
    client = Client.objects.create(name="A")
    SessionType.objects.create(name="Family")
    page = as_staff.get("/sessions/new/", {"client": client.pk})
    assert page.context["form"]["date"].value().isoformat() == "2026-06-11"
    assert timezone.localdate().isoformat() == "2026-06-10"
