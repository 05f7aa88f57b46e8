"""Webhooks: the addresses of other systems, and what became of the calls to them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.workspace.members.rules import require
from ryorin.workspace.webhooks.actions import call_again, change_webhook, create_webhook
from ryorin.workspace.webhooks.models import Webhook, WebhookCall

SHOWN = 50


class WebhookForm(forms.Form):
    name = forms.CharField(label=lazy("名前"), max_length=80)
    url = forms.CharField(label=lazy("送信先のアドレス"), max_length=500, widget=forms.URLInput)
    is_active = forms.BooleanField(label=lazy("使用中"), required=False, initial=True)


@require_GET
def webhooks(request: HttpRequest) -> HttpResponse:
    """Show the addresses that are told."""
    member = member_of(request)
    require(member, "webhooks.change")
    rows = Webhook.objects.visible_to(member).order_by("name")[:200]
    return render(request, "marketing/journeys/webhooks.html", {"webhooks": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Ask for an address, then keep it and show its secret, once."""
    member = member_of(request)
    require(member, "webhooks.change")
    form = WebhookForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = create_webhook(name=form.cleaned_data["name"], url=form.cleaned_data["url"], by=member)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "marketing/journeys/webhook.html", {"webhook": made, "secret": secret})
    context = {"form": form}
    return render(request, "marketing/journeys/webhook.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an address with its last calls, or change it."""
    member = member_of(request)
    require(member, "webhooks.change")
    found = get_object_or_404(Webhook.objects.visible_to(member), pk=pk)
    initial = {"name": found.name, "url": found.url, "is_active": found.is_active}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_webhook(found, by=member, version=version_in(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("保存しました。"), to=reverse("webhook", args=[pk]))
    calls = found.calls.order_by("-pk")[:SHOWN]
    context = {"webhook": found, "form": form, "calls": calls}
    return render(request, "marketing/journeys/webhook.html", context, status=422 if form.errors else 200)


@require_POST
def webhook_call_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a call that was given up once more."""
    found = get_object_or_404(WebhookCall, pk=pk)
    call_again(found, by=member_of(request))
    return moved_on(request, _("もう一度送ります。"), to=reverse("webhook", args=[found.webhook_id]))
