from django.apps import AppConfig


class AlignmentGoalsConfig(AppConfig):
    name = "ryorin.alignment.goals"
    label = "alignment_goals"
