from django.apps import AppConfig


class InsightLakeConfig(AppConfig):
    name = "ryorin.insight.lake"
    label = "insight_lake"
