from django.urls import include, path

handler400 = "studio.views.errors.bad_request"
handler403 = "studio.views.errors.permission_denied"
handler404 = "studio.views.errors.page_not_found"
handler500 = "studio.views.errors.server_error"

urlpatterns = [
    path("accounts/", include("studio.account_urls")),
    path("", include("studio.app_urls")),
    path("", include("triggers.urls")),
    path("", include("preproduction.urls")),
    path("", include("preproduction.moving_in.urls")),
    path("", include("preproduction.morning.urls")),
    path("", include("preproduction.reports.urls")),
]
