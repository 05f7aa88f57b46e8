from django.apps import AppConfig


class MarketingMailConfig(AppConfig):
    name = "ryorin.marketing.mail"
    label = "marketing_mail"
