from django.urls import path

from preproduction.morning import views

app_name = "morning"
urlpatterns = [path("you/morning-mail/", views.morning_mail, name="morning_mail")]
