from django.apps import AppConfig


class SalesHearingConfig(AppConfig):
    name = "ryorin.sales.hearing"
    label = "sales_hearing"
