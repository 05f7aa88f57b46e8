from django.apps import AppConfig


class InsightMetricsConfig(AppConfig):
    name = "ryorin.insight.metrics"
    label = "insight_metrics"
