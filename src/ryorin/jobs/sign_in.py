"""The sign-in of the demo company, which `ryorin up` shows at every start."""

import json
from pathlib import Path

from django.conf import settings

FILE = "demo-sign-in.json"


def remember(*, email: str, password: str) -> None:
    """This function will keep the demo company's sign-in beside its data."""
    place = Path(settings.HOME, FILE)
    place.touch(mode=0o600)
    place.write_text(json.dumps({"email": email, "password": password}))


def remembered() -> dict[str, str] | None:
    """Return the demo company's sign-in, or None where a real company works."""
    place = Path(settings.HOME, FILE)
    return dict(json.loads(place.read_text())) if place.exists() else None
