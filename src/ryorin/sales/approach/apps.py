from django.apps import AppConfig


class SalesApproachConfig(AppConfig):
    name = "ryorin.sales.approach"
    label = "sales_approach"
