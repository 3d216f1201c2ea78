from django.urls import path

from preproduction.reports import views

app_name = "reports"
urlpatterns = [
    path("reports/forecast/", views.forecast, name="forecast"),
    path("reports/late-reasons/", views.reasons, name="reasons"),
]
