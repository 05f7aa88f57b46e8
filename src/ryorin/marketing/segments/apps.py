from django.apps import AppConfig


class MarketingSegmentsConfig(AppConfig):
    name = "ryorin.marketing.segments"
    label = "marketing_segments"
