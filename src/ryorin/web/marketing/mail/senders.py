"""Settings: who mails are sent as, and the key they are signed with."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.mail import actions
from ryorin.marketing.mail.models import SenderIdentity
from ryorin.marketing.mail.rules.checks import FREE, aligned
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.once import new_token, once
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


class SenderForm(forms.ModelForm):
    class Meta:
        model = SenderIdentity
        fields = (
            "name", "from_name", "from_email", "reply_to", "legal_name", "postal_address", "contact", "colour",
            "dkim_domain", "dkim_selector",
        )  # fmt: skip
        help_texts = {
            "name": gettext_lazy("社内で選ぶときの名前です。"),
            "from_email": gettext_lazy("自社ドメインのアドレスにしてください。"),
            "reply_to": gettext_lazy("空のときは差出人アドレスに届きます。"),
            "legal_name": gettext_lazy("法令により、メールの中に表示します。"),
            "postal_address": gettext_lazy("法令により、メールの中に表示します。"),
            "contact": gettext_lazy("電話番号、メールアドレス、またはURL。法令により、メールの中に表示します。"),
            "colour": gettext_lazy("見出しとボタンの色です。"),
            "dkim_domain": gettext_lazy("差出人アドレスと同じドメインにします。"),
            "dkim_selector": gettext_lazy("例：ryorin"),
        }
        widgets = {"colour": forms.TextInput(attrs={"type": "color"}), "from_email": forms.EmailInput()}

    def validate_unique(self) -> None:
        """Leave it to the verb, which says it in the same words everywhere."""


@require_GET
def senders(request: HttpRequest) -> HttpResponse:
    """Show who mails are sent as."""
    member = member_of(request)
    context = {"tabs": tabs(request), "senders": SenderIdentity.objects.visible_to(member)}
    return render(request, "marketing/mail/senders.html", context)


@require_http_methods(["GET", "POST"])
def sender_new(request: HttpRequest) -> HttpResponse:
    """Show an empty sender, the company's particulars filled in; add it."""
    member, company = member_of(request), current()
    require(member, "mail_senders.change")
    initial = {
        "name": company.name,
        "from_name": company.sender_name or company.name,
        "from_email": company.sender_email,
        "legal_name": company.name,
        "postal_address": f"〒{company.postal_code} {company.address}" if company.postal_code else company.address,
        "contact": company.complaints_contact or company.phone,
        "colour": "#1f4e79",
        "dkim_domain": company.sender_email.partition("@")[2],
        "dkim_selector": "ryorin",
    }
    form = SenderForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: actions.create_sender(by=member, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("送信者を登録しました。"), to=reverse("mail_sender", args=[pk]))
    context = {"form": form, "tabs": tabs(request)}
    context["once"] = request.POST.get("once") or new_token()
    return render(request, "marketing/mail/sender.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def sender(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a sender to be changed, with what to put into the DNS."""
    member = member_of(request)
    require(member, "mail_senders.change")
    found = _sender(request, pk)
    status = 200
    form = SenderForm(request.POST or None, instance=SenderIdentity.objects.get(pk=found.pk))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_sender(found, by=member, version=version_in(request), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                return moved_on(request, _("送信者を変更しました。"), to=reverse("mail_sender", args=[pk]))
    domain = found.from_email.rpartition("@")[2]
    context = {
        "form": form,
        "sender": found,
        "tabs": tabs(request),
        "version": request.POST.get("version") or found.version,
        "domain": domain,
        "is_free": domain in FREE,
        "is_aligned": bool(found.dkim_domain) and aligned(domain, found.dkim_domain),
        "count": found.messages.count(),
    }
    return render(request, "marketing/mail/sender.html", context, status=status)


@require_POST
def sender_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new key."""
    actions.make_dkim_key(_sender(request, pk), by=member_of(request), version=version_in(request))
    return moved_on(request, _("新しい鍵を作りました。DNSに登録してください。"), to=reverse("mail_sender", args=[pk]))


@require_POST
def sender_default(request: HttpRequest, pk: int) -> HttpResponse:
    actions.make_default(_sender(request, pk), by=member_of(request))
    return moved_on(request, _("標準の送信者にしました。"), to=reverse("mail_senders"))


@require_POST
def sender_switch(request: HttpRequest, pk: int) -> HttpResponse:
    is_active = request.POST.get("is_active") == "1"
    actions.switch_sender(_sender(request, pk), is_active=is_active, by=member_of(request))
    return moved_on(
        request, _("使用を再開しました。") if is_active else _("使用を止めました。"), to=reverse("mail_senders")
    )


def _sender(request: HttpRequest, pk: int) -> SenderIdentity:
    found: SenderIdentity = get_object_or_404(SenderIdentity.objects.visible_to(member_of(request)), pk=pk)
    return found
