from django.apps import AppConfig


class AlignmentLettersConfig(AppConfig):
    name = "ryorin.alignment.letters"
    label = "alignment_letters"
