from django.apps import AppConfig


class AlignmentAttributionConfig(AppConfig):
    name = "ryorin.alignment.attribution"
    label = "alignment_attribution"
