from django.apps import AppConfig


class MarketingMailingsConfig(AppConfig):
    name = "ryorin.marketing.mailings"
    label = "marketing_mailings"
