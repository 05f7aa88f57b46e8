"""What a monitor asks: is it up, and if not, what is wrong."""

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse

from ryorin.web.workspace.system import duty_states


def health(request: HttpRequest) -> JsonResponse:
    """Return 200 while pages can be served; the worker's state beside it, for it may be late without harm to them."""
    try:
        duties = duty_states()
    except (DatabaseError, InterfaceError) as error:
        answer = JsonResponse({"ok": False, "database": f"unreachable: {type(error).__name__}"}, status=503)
        answer["Retry-After"] = "5"
        return answer
    failing = [duty.name for duty in duties if duty.is_failing]
    worker = {"running": any(duty.is_held for duty in duties), "failing": failing}
    return JsonResponse({"ok": True, "database": connection.vendor, "worker": worker})
