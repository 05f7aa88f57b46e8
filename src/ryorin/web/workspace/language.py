from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ryorin.workspace.members.actions import change_profile

A_YEAR = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on: to a member everywhere, to a stranger in this browser."""
    chosen = request.POST.get("language", "")
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    answer = redirect(wanted if is_ours else "/")
    if chosen not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        change_profile(request.user, version=None, language=chosen)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.HTTPS
    )
    return answer
