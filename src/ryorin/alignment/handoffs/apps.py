from django.apps import AppConfig


class AlignmentHandoffsConfig(AppConfig):
    name = "ryorin.alignment.handoffs"
    label = "alignment_handoffs"
