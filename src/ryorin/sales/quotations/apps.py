from django.apps import AppConfig


class SalesQuotationsConfig(AppConfig):
    name = "ryorin.sales.quotations"
    label = "sales_quotations"
