from django.apps import AppConfig


class MarketingExperimentsConfig(AppConfig):
    name = "ryorin.marketing.experiments"
    label = "marketing_experiments"
