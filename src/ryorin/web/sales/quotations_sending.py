"""Letting a quotation out: approval, sending, links for the customer."""

from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.sales.deals.models import DealState
from ryorin.sales.quotations import actions
from ryorin.sales.quotations.models import Quotation, QuotationVersion, SentBy
from ryorin.sales.quotations.queries import newest_version, sent_version
from ryorin.web.answers import done, member_of, moved_on
from ryorin.web.sales.quotations import seen
from ryorin.workspace.members.rules import require


class SendForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("送付方法"),
        widget=forms.RadioSelect,
        choices=[
            (SentBy.LINK, gettext_lazy("お客様用リンクを作成する")),
            (SentBy.MAIL, gettext_lazy("PDFをメールで送付済みにする")),
            (SentBy.POST, gettext_lazy("郵送済みにする")),
            (SentBy.HAND, gettext_lazy("手渡し済みにする")),
        ],
    )
    follow_deal = forms.BooleanField(label=gettext_lazy("商談の金額をこの見積に合わせる"), required=False)
    with_seal = forms.BooleanField(label=gettext_lazy("角印を押す"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


@never_cache
@require_http_methods(["GET", "POST"])
def quotation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how the draft goes out, then issue it; a link is shown this once."""
    member, found = member_of(request), seen(request, pk)
    require(member, "quotations.change")
    initial = {
        "how": SentBy.LINK,
        "follow_deal": found.deal.state == DealState.OPEN and found.deal.amount != found.net,
        "with_seal": True,
        "version": found.version,
    }
    form = SendForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.send_quotation(found, by=member, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if sent.token:
                return _link_shown(request, sent.quotation, sent.token)
            return moved_on(request, _("送付済みにしました。"), to=reverse("quotation", args=[pk]))
    context = {"quotation": found, "form": form, "shown": newest_version(found)}
    return render(request, "sales/quotations/send.html", context)


@require_POST
def quotation_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval of the draft as it stands."""
    found = seen(request, pk)
    actions.request_approval(found, by=member_of(request), version=None, note=request.POST.get("note", ""))
    return moved_on(request, _("承認を申請しました。"), to=reverse("quotation", args=[pk]))


@never_cache
@require_POST
def quotation_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another link to the version last sent, and show it this once."""
    found = seen(request, pk)
    return _link_shown(request, found, actions.make_link(found, by=member_of(request)))


@require_POST
def quotation_links_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End every link of the quotation."""
    found = seen(request, pk)
    actions.withdraw_links(found, by=member_of(request))
    return done(
        request, _("お客様用リンクを取り下げました。"), to=reverse("quotation", args=[pk]), events=["quotation-changed"]
    )


def _link_shown(request: HttpRequest, found: Quotation, token: str) -> HttpResponse:
    sent = sent_version(found)
    assert sent is not None
    url = request.build_absolute_uri(reverse("offer", args=[token]))
    context = {"quotation": found, "url": url, "mailto": mailto_of(found, sent, url)}
    answer = render(request, "sales/quotations/link.html", context)
    answer["HX-Trigger"] = "quotation-changed"
    return answer


def mailto_of(found: Quotation, sent: QuotationVersion, url: str) -> str:
    """Return the address that opens the member's mail program with the letter begun, in the customer's language."""
    to = found.person.email if found.person else ""
    with translation.override(sent.language):
        subject = _("【お見積り】%(title)s（%(number)s）") % {"title": sent.title, "number": found.number}
        body = _(
            "お世話になっております。\n\nお見積りをお送りします。下記のページでご覧いただけます。\n%(url)s\n\n有効期限：%(day)s\n\nご不明な点は、ページからご質問いただけます。どうぞよろしくお願いいたします。"
        ) % {"url": url, "day": f"{sent.valid_until:%Y/%m/%d}" if sent.valid_until else ""}
    return f"mailto:{quote(to)}?subject={quote(subject)}&body={quote(body)}"
