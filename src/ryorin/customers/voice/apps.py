from django.apps import AppConfig


class CustomersVoiceConfig(AppConfig):
    name = "ryorin.customers.voice"
    label = "customers_voice"
