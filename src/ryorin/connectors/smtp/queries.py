"""What is known about the way out."""

from django.conf import settings

from ryorin.connectors.smtp.models import Relay
from ryorin.lib import clock
from ryorin.lib.place import installation


def relay() -> Relay:
    """Return the settings of the way out; unsaved ones, that keep mails in a folder, before anybody set any."""
    return Relay.objects.first() or Relay(updated_at=clock.now())


def origin(found: Relay | None = None) -> str:
    """Return the address under which everybody reaches this installation, without a slash at the end."""
    found = found or relay()
    if found.origin:
        return found.origin.rstrip("/")
    site = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    return str(site or "http://127.0.0.1:8000").rstrip("/")


def here() -> str:
    """Return the name of this installation."""
    return installation(settings.HOME)


def is_at_home(found: Relay) -> bool:
    """Return whether this installation is the one whose mailings may go out."""
    return not found.installation or found.installation == here()
