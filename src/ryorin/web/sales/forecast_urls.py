from django.urls import path

from ryorin.web.sales import forecast, forecast_parts

urlpatterns = [
    path("forecast/", forecast.forecast, name="forecast"),
    path("forecast/deals/", forecast.forecast_deals, name="forecast_deals"),
    path("forecast/changes/", forecast.forecast_changes, name="forecast_changes"),
    path("forecast/commits/<int:pk>/", forecast_parts.forecast_commit, name="forecast_commit"),
    path("forecast/quotas/", forecast_parts.forecast_quotas, name="forecast_quotas"),
    path("forecast/quotas/<str:kind>/<int:pk>/", forecast_parts.forecast_quota, name="forecast_quota"),
    path("forecast/meanings/", forecast_parts.forecast_meanings, name="forecast_meanings"),
    path("forecast/meanings/<str:yomi>/", forecast_parts.forecast_meaning, name="forecast_meaning"),
]
