"""What every request passes: members only, refusals as answers, a strict content policy, the reader's language."""

from collections.abc import Callable
from time import monotonic
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.lib.errors import Refusal
from ryorin.web.failures import unavailable
from ryorin.web.policy import policy
from ryorin.workspace.organisation.queries import is_set_up

Answer = Callable[[HttpRequest], HttpResponse]
SEEN_SECONDS = 300
MOST_SESSIONS = 10_000
FOR_EVERYONE = {"health", "first_run", "form_public", "form_answer", "link", "collect", "collector_script", "language"}
FOR_EVERYONE |= {"offer", "offer_pdf", "offer_accept", "offer_decline", "offer_ask"}
FOR_EVERYONE |= {"sign", "sign_pdf", "sign_take", "sign_decline"}
FOR_EVERYONE |= {"calendar_feed_file"}
FOR_EVERYONE |= {"privacy_public", "external_transmission"}
FOR_EVERYONE |= {"mail_unsubscribe", "mail_preferences", "mail_in_browser", "mail_click", "mail_open", "mail_report"}
FOR_EVERYONE |= {"site_below", "site_below_path", "style_sheet", "picture", "download"}


def unavailable_when_the_database_is_down(get_response: Answer) -> Answer:
    """Answer 503 with Retry-After while the database cannot be reached or is locked."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        return unavailable()

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def language_of_the_reader(get_response: Answer) -> Answer:
    """Speak the member's language; to a stranger, the one chosen by the cookie or the browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        member = request.user
        language = member.language if member.is_authenticated else translation.get_language_from_request(request)
        with translation.override(language if language in dict(settings.LANGUAGES) else "ja"):
            request.LANGUAGE_CODE = translation.get_language()
            answer = get_response(request)
            answer.headers.setdefault("Content-Language", translation.get_language() or "ja")
            return answer

    return middleware


def security_headers(get_response: Answer) -> Answer:
    """Forbid scripts, styles and frames from anywhere but here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        ancestors = "*" if getattr(answer, "may_be_framed", False) else "'none'"
        if "Content-Security-Policy" not in answer.headers:
            answer.headers["Content-Security-Policy"] = policy(frame_ancestors=ancestors)
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return answer

    return middleware


def members_only(get_response: Answer) -> Answer:
    """Let nobody in who is not signed in, save the few pages meant for everyone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_open(request.path_info):
            return get_response(request)
        if request.user.is_authenticated:
            must_choose = request.user.has_one_time_password and not is_for_newcomers(request.path_info)
            return redirect("account_change_password") if must_choose else get_response(request)
        if not is_set_up():
            return redirect("first_run")
        sign_in = reverse("account_login")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": sign_in})
        return redirect(f"{sign_in}?{urlencode({'next': request.get_full_path()})}")

    return middleware


def sessions_are_seen(get_response: Answer) -> Answer:
    """Note now and then from where a session is used; a page view alone never waits for a write."""
    seen: dict[str, float] = {}

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and seen.get(key, 0.0) < monotonic():
            if len(seen) > MOST_SESSIONS:
                seen.clear()
            seen[key] = monotonic() + SEEN_SECONDS
            UserSession.objects.create_from_request(request)
        return get_response(request)

    return middleware


def is_open(path: str) -> bool:
    """Return whether the page at `path` is for everyone."""
    if path.startswith(("/accounts/login/", "/accounts/2fa/authenticate/", settings.STATIC_URL)):
        return True
    try:
        return resolve(path).url_name in FOR_EVERYONE
    except Resolver404:
        return False


def is_for_newcomers(path: str) -> bool:
    """Return whether members may open the page before they have chosen a password of their own."""
    return path in (reverse("account_change_password"), reverse("account_logout"), reverse("account_reauthenticate"))


def refusals_are_answers(get_response: Answer) -> Answer:
    """Turn a named refusal of any verb into a message on the page, or JSON for those who ask for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and request.accepts("text/html"):
            message = _("このアドレスは直接開けません。元のページのボタンから操作してください。")
            page = render(request, "refusal.html", {"message": message}, status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ValueError | DataError) and "NUL" in str(error):  # PostgreSQL keeps none in a text
            error = Refusal(_("入力に使えない文字（NUL）が含まれています。"))
        if not isinstance(error, Refusal):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(
                str(error), status=error.status, headers={"HX-Reswap": "none"}, content_type="text/plain; charset=utf-8"
            )
        if request.accepts("text/html"):
            return render(request, "refusal.html", {"message": str(error)}, status=error.status)
        return JsonResponse({"error": type(error).__name__, "message": str(error)}, status=error.status)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
