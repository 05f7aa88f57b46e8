"""The pages, by the same folder names as the domain."""

from django.urls import include, path

from ryorin.web.health import health

urlpatterns = [
    path("health", health, name="health"),
    path("", include("ryorin.web.workspace.urls")),
    path("", include("ryorin.web.customers.urls")),
    path("", include("ryorin.web.products.urls")),
    path("", include("ryorin.web.marketing.urls")),
    path("", include("ryorin.web.marketing.sites_urls")),
    path("", include("ryorin.web.marketing.media_urls")),
    path("", include("ryorin.web.mail.urls")),
    path("", include("ryorin.web.marketing.segments_urls")),
    path("", include("ryorin.web.marketing.personas_urls")),
    path("", include("ryorin.web.alignment.urls")),
    path("", include("ryorin.web.alignment.meetings.urls")),
    path("", include("ryorin.web.insight.urls")),
    path("", include("ryorin.web.sales.urls")),
    path("", include("ryorin.web.sales.quotations_urls")),
    path("", include("ryorin.web.connectors.urls")),
    path("", include("ryorin.web.collect.urls")),
    path("", include("ryorin.web.design.urls")),
]
