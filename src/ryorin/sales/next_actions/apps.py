from django.apps import AppConfig


class SalesNextActionsConfig(AppConfig):
    name = "ryorin.sales.next_actions"
    label = "sales_next_actions"
