from django.urls import path

from triggers.views import tasks, triggers

app_name = "triggers"
urlpatterns = [
    path("tasks/", tasks.task_list, name="task_list"),
    path("tasks/new/", tasks.task_create, name="task_create"),
    path("tasks/<int:pk>/", tasks.task_edit, name="task_edit"),
    path("tasks/<int:pk>/done/", tasks.task_done, name="task_done"),
    path("tasks/<int:pk>/reopen/", tasks.task_reopen, name="task_reopen"),
    path("maintenance/triggers/", triggers.trigger_list, name="trigger_list"),
    path("maintenance/triggers/new/", triggers.trigger_create, name="trigger_create"),
    path("maintenance/triggers/<int:pk>/", triggers.trigger_edit, name="trigger_edit"),
    path("maintenance/triggers/<int:pk>/delete/", triggers.trigger_delete, name="trigger_delete"),
]
