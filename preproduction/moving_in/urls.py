from django.urls import path

from preproduction.moving_in.setup_file import views as setup_file

app_name = "moving_in"
urlpatterns = [
    path("maintenance/setup-file/", setup_file.setup_file, name="setup_file"),
    path("maintenance/setup-file/download/", setup_file.setup_file_download, name="setup_file_download"),
    path("maintenance/setup-file/apply/", setup_file.setup_file_apply, name="setup_file_apply"),
    path("maintenance/setup-file/before/<int:pk>/", setup_file.setup_file_before, name="setup_file_before"),
]
