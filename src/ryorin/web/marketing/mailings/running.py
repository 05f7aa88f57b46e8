"""Letting a mailing go, holding it, calling it off."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ryorin.connectors.smtp.actions import adopt
from ryorin.connectors.smtp.queries import relay
from ryorin.lib.errors import Refusal
from ryorin.marketing.experiments.models import Variant
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.models import Mailing, Recipient
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.marketing.mailings.listing import visible
from ryorin.workspace.members.rules import require


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the number that somebody typed; the mailing begins when it is right."""
    require(member_of(request), "mailings.send")
    found = get_object_or_404(visible(request), pk=pk)
    typed = request.POST.get("number", "").replace(",", "").replace("，", "").strip()
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else None
    try:
        actions.confirm_mailing(found, number=number, by=member_of(request), version=version_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        adopt(relay())
        messages.success(request, _("配信を受け付けました。宛先の準備ができ次第、送信します。"))
    return redirect("mailing", pk)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, actions.pause_mailing, _("配信を一時停止しました。"))


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, actions.resume_mailing, _("配信を再開しました。"))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, actions.cancel_mailing, _("配信を中止しました。"))


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "mailings.change")
    found = get_object_or_404(visible(request).bulk(), pk=pk)
    copy = actions.duplicate_mailing(found, by=member_of(request))
    messages.success(request, _("配信を複製しました。"))
    return redirect("mailing_edit", copy.pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "mailings.change")
    found = get_object_or_404(visible(request).bulk(), pk=pk)
    actions.delete_mailing(found, by=member_of(request))
    return moved_on(request, _("配信を削除しました。"), to=reverse("mailings"))


@require_POST
def winner(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the rest the chosen variant."""
    require(member_of(request), "mailings.send")
    found = get_object_or_404(visible(request).bulk().select_related("experiment"), pk=pk)
    text = request.POST.get("variant", "")
    number = int(text) if text.isdecimal() and len(text) < 19 else 0
    variant = Variant.objects.filter(pk=number, experiment=found.experiment_id, experiment__isnull=False).first()
    if variant is None:
        raise Http404
    actions.choose_winner(found, variant, by=member_of(request))
    messages.success(request, _("残りの人に「%(name)s」を送ります。") % {"name": variant.name})
    return redirect("mailing", pk)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person's word on a mail of which nobody knows whether it arrived."""
    require(member_of(request), "mailings.send")
    rows = Recipient.objects.visible_to(member_of(request)).filter(mailing__in=visible(request))
    found = get_object_or_404(rows, pk=pk)
    again = request.POST.get("again") == "1"
    actions.decide_uncertain(found, again=again, by=member_of(request))
    text = _("もう一度送ります。") if again else _("届いたものとして記録しました。")
    return moved_on(request, text, to=f"{reverse('mailing_people', args=[found.mailing_id])}?what=uncertain")


def _changed(request: HttpRequest, pk: int, verb: Callable[..., Mailing], text: str) -> HttpResponse:
    require(member_of(request), "mailings.send")
    found = get_object_or_404(visible(request).bulk(), pk=pk)
    verb(found, by=member_of(request))
    return moved_on(request, text, to=reverse("mailing", args=[pk]))
