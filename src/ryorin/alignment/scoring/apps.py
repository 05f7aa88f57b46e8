from django.apps import AppConfig


class AlignmentScoringConfig(AppConfig):
    name = "ryorin.alignment.scoring"
    label = "alignment_scoring"
