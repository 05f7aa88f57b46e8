"""Every address of the product, by wheel."""

from django.urls import include, path

urlpatterns = [
    path("", include("ryorin.web.urls")),
    path("accounts/", include("allauth.urls")),
]
handler500 = "ryorin.web.failures.server_error"
