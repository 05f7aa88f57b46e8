from django.apps import AppConfig


class MarketingJourneysConfig(AppConfig):
    name = "ryorin.marketing.journeys"
    label = "marketing_journeys"
