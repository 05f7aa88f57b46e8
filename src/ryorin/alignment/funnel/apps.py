from django.apps import AppConfig


class AlignmentFunnelConfig(AppConfig):
    name = "ryorin.alignment.funnel"
    label = "alignment_funnel"
