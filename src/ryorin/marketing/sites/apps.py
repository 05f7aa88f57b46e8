from django.apps import AppConfig


class MarketingSitesConfig(AppConfig):
    name = "ryorin.marketing.sites"
    label = "marketing_sites"
