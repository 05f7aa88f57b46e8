from django.apps import AppConfig


class SalesAftercareConfig(AppConfig):
    name = "ryorin.sales.aftercare"
    label = "sales_aftercare"
