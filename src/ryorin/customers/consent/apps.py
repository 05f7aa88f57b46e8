from django.apps import AppConfig


class CustomersConsentConfig(AppConfig):
    name = "ryorin.customers.consent"
    label = "customers_consent"
