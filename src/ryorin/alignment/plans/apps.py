from django.apps import AppConfig


class AlignmentPlansConfig(AppConfig):
    name = "ryorin.alignment.plans"
    label = "alignment_plans"
