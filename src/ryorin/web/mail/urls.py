from django.urls import URLPattern, URLResolver, path

from ryorin.web.mail import pages, reports, tracking

urlpatterns: list[URLPattern | URLResolver] = [
    path("m/u/<str:token>/", pages.unsubscribe, name="mail_unsubscribe"),
    path("m/p/<str:token>/", pages.preferences, name="mail_preferences"),
    path("m/v/<str:token>/", pages.in_browser, name="mail_in_browser"),
    path("m/c/<str:token>/", tracking.click, name="mail_click"),
    path("m/o/<str:token>.gif", tracking.opened, name="mail_open"),
    path("m/b/<str:secret>/", reports.take, name="mail_report"),
]
