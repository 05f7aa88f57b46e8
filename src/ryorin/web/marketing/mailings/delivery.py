"""Settings of delivery: the way out, the pace, where bounces come in, which kinds of mail there are."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.connectors.smtp import actions
from ryorin.connectors.smtp.models import Provider, Relay, Tls, Transport
from ryorin.connectors.smtp.queries import is_at_home, relay
from ryorin.lib import vault
from ryorin.lib.errors import Refusal
from ryorin.marketing.mailings.actions.pacing import change_pace, save_topics
from ryorin.marketing.mailings.models import Pace, Topic
from ryorin.marketing.mailings.rules.lanes import LANES
from ryorin.marketing.mailings.rules.pace import defaults_of
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import require

SECRETS = ("password", "key", "imap_password")


class RelayForm(forms.Form):
    transport = forms.ChoiceField(label=lazy("送信方法"), choices=Transport.choices, widget=forms.RadioSelect)
    origin = forms.CharField(
        label=lazy("このシステムの公開アドレス"),
        max_length=200,
        required=False,
        help_text=lazy("配信停止やクリックのリンクに使います。例：https://crm.example.co.jp"),
    )
    host = forms.CharField(label=lazy("SMTPサーバー名"), max_length=253, required=False)
    port = forms.IntegerField(label=lazy("ポート"), min_value=1, max_value=65535, required=False)
    tls = forms.ChoiceField(label=lazy("暗号化"), choices=Tls.choices, required=False)
    username = forms.CharField(label=lazy("ユーザー名"), max_length=200, required=False)
    password = forms.CharField(
        label=lazy("パスワード"),
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    connections = forms.IntegerField(label=lazy("同時接続数"), min_value=1, max_value=32, required=False)
    timeout = forms.IntegerField(label=lazy("応答を待つ秒数"), min_value=5, max_value=600, required=False)
    provider = forms.ChoiceField(label=lazy("サービス"), choices=[("", "–"), *Provider.choices], required=False)
    key = forms.CharField(
        label=lazy("APIキー"), max_length=400, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    key_domain = forms.CharField(label=lazy("サービスに登録したドメイン"), max_length=200, required=False)
    key_region = forms.CharField(label=lazy("リージョン（Amazon SES）"), max_length=40, required=False)
    key_access = forms.CharField(label=lazy("アクセスキーID"), max_length=200, required=False)
    bounce_domain = forms.CharField(
        label=lazy("不達通知を受け取るドメイン"),
        max_length=253,
        required=False,
        help_text=lazy("このドメインあてのメールがすべて下のメールボックスに入るように設定してください。"),
    )
    imap_host = forms.CharField(label=lazy("IMAPサーバー名"), max_length=253, required=False)
    imap_port = forms.IntegerField(label=lazy("IMAPポート"), min_value=1, max_value=65535, required=False)
    imap_tls = forms.BooleanField(label=lazy("TLSを使う"), required=False)
    imap_username = forms.CharField(label=lazy("IMAPユーザー名"), max_length=200, required=False)
    imap_password = forms.CharField(
        label=lazy("IMAPパスワード"),
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    imap_folder = forms.CharField(label=lazy("フォルダー"), max_length=100, required=False)

    @staticmethod
    def initial_of(row: Relay) -> dict[str, Any]:
        names = [name for name in RelayForm.base_fields if name not in SECRETS and not name.startswith("key_")]
        more = row.key_settings
        keys = {"key_domain": "domain", "key_region": "region", "key_access": "access_key"}
        return {name: getattr(row, name) for name in names} | {name: more.get(key, "") for name, key in keys.items()}

    def values(self) -> dict[str, Any]:
        """Return what the verb takes; numbers left empty stay as they were."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith("key_")}
        more = self.cleaned_data
        values["key_settings"] = {
            "domain": more["key_domain"], "region": more["key_region"], "access_key": more["key_access"],
            "api_key": more["key_access"],
        }  # fmt: skip
        return {name: value for name, value in values.items() if value is not None}


@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "mailings.settings")
    row = relay()
    form = RelayForm(request.POST or None, initial=RelayForm.initial_of(row))
    version, status = request.POST.get("version", str(row.version)), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_relay(by=member_of(request), version=version_in(request), **form.values())
        except StaleRecord as refusal:
            form.add_error(None, str(refusal))
            version, status = str(relay().version), 409
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("mail_delivery")
    status = 422 if form.errors and status == 200 else status
    secret = vault.unlock(row.webhook_locked, key=settings.SECRET_KEY) if row.webhook_locked else ""
    context = {
        "tabs": tabs(request),
        "form": form,
        "relay": row,
        "version": version,
        "is_home": is_at_home(row),
        "lanes": lanes(),
        "topics": Topic.objects.all(),
        "webhook": request.build_absolute_uri(reverse("mail_report", args=[secret])) if secret else "",
    }
    return render(request, "marketing/mailings/delivery.html", context, status=status)


@require_POST
def attempt(request: HttpRequest) -> HttpResponse:
    """Connect and log in to the mail server, and say what came of it."""
    answer = actions.try_relay(by=member_of(request))
    if answer is None:
        messages.success(request, _("接続できました。"))
    else:
        messages.error(request, _("接続できませんでした：%(what)s") % {"what": answer.text or answer.code})
    return redirect("mail_delivery")


@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """Take a person's word that mailings may go out from this installation."""
    actions.confirm_installation(by=member_of(request))
    text = _("この環境からの配信を許可しました。止まっている配信は、個別に再開してください。")
    return moved_on(request, text, to=reverse("mail_delivery"))


@require_POST
def pace(request: HttpRequest) -> HttpResponse:
    """Take how fast each provider may be fed."""
    require(member_of(request), "mailings.settings")
    for lane, _per_minute, _connections in lanes():
        numbers = [request.POST.get(f"{name}-{lane}", "") for name in ("rate", "connections")]
        if all(text.isdecimal() and len(text) < 7 for text in numbers):
            change_pace(lane, per_minute=int(numbers[0]), connections=int(numbers[1]), by=member_of(request))
    messages.success(request, _("送信ペースを保存しました。"))
    return redirect("mail_delivery")


@require_POST
def topics(request: HttpRequest) -> HttpResponse:
    """Take the kinds of mail people may choose from, one a line."""
    save_topics(request.POST.get("topics", "")[:4000].splitlines(), by=member_of(request))
    messages.success(request, _("メールの種類を保存しました。"))
    return redirect("mail_delivery")


@require_POST
def address(request: HttpRequest) -> HttpResponse:
    """Make the address to which providers report; an earlier one no longer works."""
    actions.new_report_address(secrets.token_urlsafe(24), by=member_of(request))
    messages.success(request, _("通知用のアドレスを作りました。"))
    return redirect("mail_delivery")


def lanes() -> list[tuple[str, int, int]]:
    """Return (provider, mails a minute, connections) as set or as by default."""
    known = {row.lane: row for row in Pace.objects.filter(lane__in=LANES)}
    return [
        (lane, known[lane].per_minute, known[lane].connections) if lane in known else (lane, *defaults_of(lane))
        for lane in LANES
    ]
