from django.apps import AppConfig


class CustomersPurchasesConfig(AppConfig):
    name = "ryorin.customers.purchases"
    label = "customers_purchases"
