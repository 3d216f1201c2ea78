app_name = "triggers"
urlpatterns = []
