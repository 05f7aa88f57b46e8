from django.apps import AppConfig


class CustomersSegmentsConfig(AppConfig):
    name = "ryorin.customers.segments"
    label = "customers_segments"
