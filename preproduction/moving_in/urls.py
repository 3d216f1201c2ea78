from django.urls import path

from preproduction.moving_in.guide import views as guide
from preproduction.moving_in.setup_file import views as setup_file

app_name = "moving_in"
urlpatterns = [
    path("maintenance/setup-file/", setup_file.setup_file, name="setup_file"),
    path("maintenance/setup-file/download/", setup_file.setup_file_download, name="setup_file_download"),
    path("maintenance/setup-file/apply/", setup_file.setup_file_apply, name="setup_file_apply"),
    path("maintenance/setup-file/before/<int:pk>/", setup_file.setup_file_before, name="setup_file_before"),
    path("maintenance/guide/", guide.guide, name="guide"),
    path("maintenance/guide/away/", guide.guide_away, name="guide_away"),
    path("maintenance/guide/studio/", guide.guide_studio, name="guide_studio"),
    path("maintenance/guide/people/", guide.guide_people, name="guide_people"),
    path("maintenance/guide/people/links/", guide.guide_links, name="guide_links"),
]
