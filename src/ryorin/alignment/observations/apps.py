from django.apps import AppConfig


class AlignmentObservationsConfig(AppConfig):
    name = "ryorin.alignment.observations"
    label = "alignment_observations"
