from django.apps import AppConfig


class AlignmentSpendingConfig(AppConfig):
    name = "ryorin.alignment.spending"
    label = "alignment_spending"
