from django.urls import path

from triggers import views

app_name = "triggers"
urlpatterns = [
    path("tasks/", views.task_list, name="task_list"),
    path("tasks/new/", views.task_create, name="task_create"),
    path("tasks/<int:pk>/", views.task_edit, name="task_edit"),
    path("tasks/<int:pk>/done/", views.task_done, name="task_done"),
    path("tasks/<int:pk>/reopen/", views.task_reopen, name="task_reopen"),
    path("maintenance/triggers/", views.trigger_list, name="trigger_list"),
    path("maintenance/triggers/new/", views.trigger_create, name="trigger_create"),
    path("maintenance/triggers/<int:pk>/", views.trigger_edit, name="trigger_edit"),
    path("maintenance/triggers/<int:pk>/delete/", views.trigger_delete, name="trigger_delete"),
]
