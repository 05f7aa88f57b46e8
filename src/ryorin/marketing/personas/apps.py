from django.apps import AppConfig


class MarketingPersonasConfig(AppConfig):
    name = "ryorin.marketing.personas"
    label = "marketing_personas"
