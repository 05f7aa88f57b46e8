from django.apps import AppConfig


class SalesBillingConfig(AppConfig):
    name = "ryorin.sales.billing"
    label = "sales_billing"
