from django.apps import AppConfig


class AlignmentFeedbackConfig(AppConfig):
    name = "ryorin.alignment.feedback"
    label = "alignment_feedback"
