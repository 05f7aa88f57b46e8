"""Every address of the product, by wheel; of allauth's only the pages that members here need."""

from allauth.account import views as account
from django.urls import include, path

signing_in = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
urlpatterns = [
    path("", include("ryorin.web.urls")),
    path("accounts/", include(signing_in)),
]
handler500 = "ryorin.web.failures.server_error"
