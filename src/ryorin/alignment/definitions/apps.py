from django.apps import AppConfig


class AlignmentDefinitionsConfig(AppConfig):
    name = "ryorin.alignment.definitions"
    label = "alignment_definitions"
