from django.apps import AppConfig


class MarketingValueConfig(AppConfig):
    name = "ryorin.marketing.value"
    label = "marketing_value"
