"""Bringing the data folder to where this version of the program needs it."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from ryorin.alignment.handoffs.actions import prepare_defaults
from ryorin.jobs import fingerprint


def prepare() -> bool:
    """This function will create or migrate the database, gather static files, and return whether anything was to do."""
    if fingerprint.is_prepared("database"):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    with translation.override(settings.LANGUAGE_CODE):  # not in the language of the terminal
        prepare_defaults()
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    if not settings.DEBUG:
        call_command("collectstatic", verbosity=0, interactive=False)
    fingerprint.mark_prepared("database")
    return True
