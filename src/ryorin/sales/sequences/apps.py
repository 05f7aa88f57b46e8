from django.apps import AppConfig


class SalesSequencesConfig(AppConfig):
    name = "ryorin.sales.sequences"
    label = "sales_sequences"
