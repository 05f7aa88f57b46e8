from django.apps import AppConfig


class AlignmentAgreementsConfig(AppConfig):
    name = "ryorin.alignment.agreements"
    label = "alignment_agreements"
