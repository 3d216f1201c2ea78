from django.urls import path

from preproduction.views import due_date, home

app_name = "preproduction"
urlpatterns = [
    path("", home.home, name="home"),
    path("orders/<int:pk>/due-date/", due_date.due_date_explanation, name="due_date_explanation"),
]
