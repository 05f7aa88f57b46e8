from django.apps import AppConfig


class CustomersPrivacyConfig(AppConfig):
    name = "ryorin.customers.privacy"
    label = "customers_privacy"
