from django.apps import AppConfig


class SalesProposalsConfig(AppConfig):
    name = "ryorin.sales.proposals"
    label = "sales_proposals"
