from django.apps import AppConfig


class CustomersTimelineConfig(AppConfig):
    name = "ryorin.customers.timeline"
    label = "customers_timeline"
