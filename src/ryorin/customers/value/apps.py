from django.apps import AppConfig


class CustomersValueConfig(AppConfig):
    name = "ryorin.customers.value"
    label = "customers_value"
