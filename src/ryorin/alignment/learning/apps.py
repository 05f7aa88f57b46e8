from django.apps import AppConfig


class AlignmentLearningConfig(AppConfig):
    name = "ryorin.alignment.learning"
    label = "alignment_learning"
