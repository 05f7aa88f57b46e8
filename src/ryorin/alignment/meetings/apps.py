from django.apps import AppConfig


class AlignmentMeetingsConfig(AppConfig):
    name = "ryorin.alignment.meetings"
    label = "alignment_meetings"
