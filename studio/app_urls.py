from django.urls import path

from studio.views import changes, clients, find, health, long_work, menus, people, preferences, records

app_name = "studio"
urlpatterns = [
    path("find/", find.find, name="find"),
    path("clients/", clients.client_list, name="client_list"),
    path("clients/new/", clients.client_edit, name="client_create"),
    path("clients/<int:pk>/edit/", clients.client_edit, name="client_edit"),
    path("clients/<int:pk>/delete/", clients.client_delete, name="client_delete"),
    path("sessions/", clients.session_list, name="session_list"),
    path("sessions/new/", clients.session_create, name="session_create"),
    path("sessions/<int:pk>/edit/", clients.session_edit, name="session_edit"),
    path("sessions/<int:pk>/delete/", clients.session_delete, name="session_delete"),
    path("long-work/", long_work.long_work_list, name="long_work_list"),
    path("long-work/start/", long_work.long_file_start, name="long_file_start"),
    path("long-work/<int:pk>/file/", long_work.long_file_download, name="long_file_download"),
    path("long-work/<int:pk>/remove/", long_work.long_work_remove, name="long_work_remove"),
    path("more/", menus.more, name="more"),
    path("menu/pin/", menus.pin_page, name="pin_page"),
    path("maintenance/", menus.maintenance, name="maintenance"),
    path("logo/", preferences.logo, name="logo"),
    path("maintenance/preferences/", preferences.preferences, name="preferences"),
    path("maintenance/changes/", changes.change_list, name="change_list"),
    path("maintenance/health/", health.health_page, name="health"),
    path("maintenance/departments/", records.department_list, name="department_list"),
    path("maintenance/departments/new/", records.department_edit, name="department_create"),
    path("maintenance/departments/<int:pk>/", records.department_edit, name="department_edit"),
    path("maintenance/departments/<int:pk>/delete/", records.department_delete, name="department_delete"),
    path("maintenance/session-types/", records.session_type_list, name="session_type_list"),
    path("maintenance/session-types/new/", records.session_type_edit, name="session_type_create"),
    path("maintenance/session-types/<int:pk>/", records.session_type_edit, name="session_type_edit"),
    path(
        "maintenance/session-types/<int:pk>/delete/", records.session_type_delete, name="session_type_delete"
    ),
    path("maintenance/vendors/", records.vendor_list, name="vendor_list"),
    path("maintenance/vendors/new/", records.vendor_edit, name="vendor_create"),
    path("maintenance/vendors/<int:pk>/", records.vendor_edit, name="vendor_edit"),
    path("maintenance/vendors/<int:pk>/delete/", records.vendor_delete, name="vendor_delete"),
    path("maintenance/users/", people.user_list, name="user_list"),
    path("maintenance/users/new/", people.user_edit, name="user_create"),
    path("maintenance/users/<int:pk>/", people.user_edit, name="user_edit"),
    path("maintenance/users/<int:pk>/delete/", people.user_delete, name="user_delete"),
    path("maintenance/users/<int:pk>/password/", people.user_password, name="user_password"),
    path(
        "maintenance/users/<int:pk>/remove-second-factor/",
        people.user_remove_second_factor,
        name="user_remove_second_factor",
    ),
]
