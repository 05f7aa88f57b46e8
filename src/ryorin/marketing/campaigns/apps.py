from django.apps import AppConfig


class MarketingCampaignsConfig(AppConfig):
    name = "ryorin.marketing.campaigns"
    label = "marketing_campaigns"
