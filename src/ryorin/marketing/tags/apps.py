from django.apps import AppConfig


class MarketingTagsConfig(AppConfig):
    name = "ryorin.marketing.tags"
    label = "marketing_tags"
