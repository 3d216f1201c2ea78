from django.urls import path

from preproduction.moving_in.guide import views as guide
from preproduction.moving_in.importing import views as importing
from preproduction.moving_in.leaving import views as leaving
from preproduction.moving_in.merging import views as merging
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
    path("maintenance/import/", importing.import_list, name="import_list"),
    path("maintenance/import/example/", importing.import_example, name="import_example"),
    path("maintenance/import/<int:pk>/", importing.import_run, name="import_run"),
    path("maintenance/import/<int:pk>/columns/", importing.import_columns, name="import_columns"),
    path("maintenance/import/<int:pk>/start/", importing.import_start, name="import_start"),
    path("maintenance/import/<int:pk>/leave/", importing.import_leave, name="import_leave"),
    path("maintenance/import/<int:pk>/undo/", importing.import_undo, name="import_undo"),
    path("maintenance/import/<int:pk>/refused/", importing.import_refused, name="import_refused"),
    path("clients/<int:pk>/export/", leaving.client_export, name="client_export"),
    path("clients/<int:pk>/erase/", leaving.client_erase, name="client_erase"),
    path("clients/<int:pk>/merge/", merging.merge_choose, name="merge_choose"),
    path("clients/<int:pk>/merge/with/", merging.merge, name="merge"),
    path("clients/doubles/", merging.double_list, name="double_list"),
    path("maintenance/export/", leaving.export_list, name="export_list"),
    path("maintenance/export/start/", leaving.export_start, name="export_start"),
    path("maintenance/export/<int:pk>/download/", leaving.export_download, name="export_download"),
    path("maintenance/export/<int:pk>/remove/", leaving.export_remove, name="export_remove"),
]
