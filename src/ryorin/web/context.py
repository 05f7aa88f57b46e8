"""What the frame around every page knows: who is signed in, the side bar, the fiscal quarter."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's variables; for strangers, none."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"member": request.user}
