from django.apps import AppConfig


class SalesForecastConfig(AppConfig):
    name = "ryorin.sales.forecast"
    label = "sales_forecast"
