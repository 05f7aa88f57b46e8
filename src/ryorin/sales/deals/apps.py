from django.apps import AppConfig


class SalesDealsConfig(AppConfig):
    name = "ryorin.sales.deals"
    label = "sales_deals"
