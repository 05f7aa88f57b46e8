from django.apps import AppConfig


class MarketingMediaConfig(AppConfig):
    name = "ryorin.marketing.media"
    label = "marketing_media"
