"""The sign-in of the demo company, which `ryorin up` shows at every start."""

import json

from ryorin.jobs.fingerprint import home

FILE = "demo-sign-in.json"


def remember(*, email: str, password: str) -> None:
    """This function will keep the demo company's sign-in beside its data."""
    place = home() / FILE
    place.touch(mode=0o600)
    place.write_text(json.dumps({"email": email, "password": password}))


def remembered() -> dict[str, str] | None:
    """Return the demo company's sign-in, or None where a real company works."""
    place = home() / FILE
    return dict(json.loads(place.read_text())) if place.exists() else None
