from django.apps import AppConfig


class SalesActivitiesConfig(AppConfig):
    name = "ryorin.sales.activities"
    label = "sales_activities"
