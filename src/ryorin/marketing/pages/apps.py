from django.apps import AppConfig


class MarketingPagesConfig(AppConfig):
    name = "ryorin.marketing.pages"
    label = "marketing_pages"
