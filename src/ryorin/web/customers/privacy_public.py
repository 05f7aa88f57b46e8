"""The page on which everybody can ask for disclosure, correction, stop of use or erasure."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ryorin.customers.privacy.actions import take_request
from ryorin.customers.privacy.models import RequestKind, Way
from ryorin.customers.privacy.rules import ANSWER_DAYS
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.ids import new_id
from ryorin.marketing.pages.rules import looks_like_spam
from ryorin.web.context import company

SALT, TRAP, HOUR, MANY = "ryorin.privacy", "website_url", 3600, 20
WHAT = {
    RequestKind.DISCLOSURE: lazy("当社が持っている自分の情報を知りたい（開示）"),
    RequestKind.CORRECTION: lazy("情報の誤りを直してほしい（訂正・追加・削除）"),
    RequestKind.STOP: lazy("情報の利用や案内をやめてほしい（利用停止）"),
    RequestKind.ERASURE: lazy("情報を消してほしい（消去）"),
}


class PublicRequestForm(forms.Form):
    kind = forms.ChoiceField(label=lazy("ご請求の内容"), choices=list(WHAT.items()), widget=forms.RadioSelect)
    name = forms.CharField(label=lazy("お名前"), max_length=120)
    email = forms.EmailField(label=lazy("メールアドレス"), max_length=254)
    phone = forms.CharField(label=lazy("電話番号"), max_length=40, required=False)
    is_agent = forms.BooleanField(label=lazy("代理人として請求します"), required=False)
    text = forms.CharField(
        label=lazy("くわしい内容"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )


@never_cache
@csrf_exempt  # whoever asks has no session; the signed token says that the page was shown
@require_http_methods(["GET", "HEAD", "POST"])
def privacy_public(request: HttpRequest) -> HttpResponse:
    """Show the page, and take a request; robots are set apart, not lost."""
    form = PublicRequestForm(request.POST or None, label_suffix="")
    token = request.POST.get("token", "")[:2_000] or signing.dumps([str(new_id()), clock.now().timestamp()], salt=SALT)
    if request.method == "POST":
        tries = tries_from(request)
        if tries > MANY * 10:
            return HttpResponse(status=429, headers={"Retry-After": str(HOUR)})
        if form.is_valid():
            uid, shown_at = read(token)
            doubt = looks_like_spam(
                values=form.cleaned_data, trap=request.POST.get(TRAP, ""), shown_at=shown_at, now=clock.now()
            )
            try:
                take_request(
                    uid=uid, way=Way.PAGE, doubt=doubt or ("too_many" if tries > MANY else ""), **form.cleaned_data
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return page(request, {"is_taken": True})
    return page(request, {"form": form, "token": token, "trap": TRAP}, status=422 if form.errors else 200)


def page(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    shown = {"company": company(), "days": ANSWER_DAYS} | context
    return render(request, "customers/privacy/public.html", shown, status=status)


def read(token: str) -> tuple[UUID, datetime | None]:
    """Return which request the page was to be and when it was shown; something new where it was not made here."""
    try:
        uid, at = signing.loads(token, salt=SALT)
        return UUID(uid), datetime.fromtimestamp(at, UTC)
    except (signing.BadSignature, ValueError, TypeError):
        return new_id(), None


def tries_from(request: HttpRequest) -> int:
    """Return how many requests came from this address within the hour; the address itself is not kept."""
    address = get_adapter().get_client_ip(request)
    key = f"privacy-tries:{hashlib.sha256(f'{SALT}:{address}'.encode()).hexdigest()[:32]}"
    if cache.add(key, 1, HOUR):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1
