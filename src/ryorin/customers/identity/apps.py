from django.apps import AppConfig


class CustomersIdentityConfig(AppConfig):
    name = "ryorin.customers.identity"
    label = "customers_identity"
