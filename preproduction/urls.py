from django.urls import path

from preproduction.views import home

app_name = "preproduction"
urlpatterns = [
    path("", home.home, name="home"),
]
