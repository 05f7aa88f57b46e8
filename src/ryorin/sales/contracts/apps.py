from django.apps import AppConfig


class SalesContractsConfig(AppConfig):
    name = "ryorin.sales.contracts"
    label = "sales_contracts"
