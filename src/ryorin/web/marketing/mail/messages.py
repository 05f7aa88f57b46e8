"""Messages for members: the list, beginning one from a sample, one with its preview, duplicates and the archive."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.marketing.mail import actions, queries
from ryorin.marketing.mail.models import MailKind, MailTemplate, Message, MessageVersion, SenderIdentity
from ryorin.marketing.mail.rules.checks import blocking
from ryorin.marketing.mail.rules.samples import BY_KEY, SAMPLES
from ryorin.web.answers import member_of, moved_on
from ryorin.web.lists.state import whole
from ryorin.web.marketing.mail.shared import frame_of, message_of, origin_of, palette_of, person_in, shown
from ryorin.web.marketing.mail.uses import uses_of
from ryorin.web.once import new_token, once
from ryorin.workspace.members.models import LANGUAGES
from ryorin.workspace.members.rules import may, require

SHOWN = 50
USES = 2
LONGEST_SEARCH = 100
VIEWS = (
    ("wide", gettext_lazy("パソコン"), "device-desktop"),
    ("narrow", gettext_lazy("スマートフォン"), "device-mobile"),
    ("dark", gettext_lazy("ダークモード"), "moon"),
    ("text", gettext_lazy("テキスト版"), "file-text"),
)


class NewMessage(forms.Form):
    name = forms.CharField(label=gettext_lazy("メッセージ名"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=MailKind.choices, initial=MailKind.PROMOTION)
    language = forms.ChoiceField(label=gettext_lazy("言語"), choices=LANGUAGES, initial="ja")
    sender = forms.ModelChoiceField(
        label=gettext_lazy("送信者"), queryset=SenderIdentity.objects.none(), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sender"].queryset = SenderIdentity.objects.filter(is_active=True)  # type: ignore[attr-defined]


@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """Show the messages, the last changed first."""
    member = member_of(request)
    tab, text = request.GET.get("tab", ""), request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    rows = Message.objects.visible_to(member).select_related("sender", "owner")
    rows = rows.filter(archived_at__isnull=tab != "archive")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(versions__subject__icontains=text)).distinct()
    newest = MessageVersion.objects.defer("mjml", "text").order_by("-number")
    page = Paginator(rows.prefetch_related(Prefetch("versions", newest)), SHOWN).get_page(request.GET.get("page"))
    address = reverse("mail_messages")
    context = {
        "page": page,
        "q": text,
        "tab": tab,
        "tabs": [
            {"label": _("使用中"), "url": address, "is_current": tab != "archive"},
            {"label": _("アーカイブ"), "url": f"{address}?tab=archive", "is_current": tab == "archive"},
        ],
        "lines": _lines(list(page.object_list)),
        "has_sender": SenderIdentity.objects.exists(),
    }
    return render(request, "marketing/mail/messages.html", context)


@require_http_methods(["GET", "POST"])
def message_new(request: HttpRequest) -> HttpResponse:
    """Show what a message can begin with; begin one."""
    member = member_of(request)
    require(member, "mail.change")
    form = NewMessage(request.POST or None, initial={"sender": default_sender(), "language": get_language()})
    if request.method == "POST" and form.is_valid():
        pk = once(request, lambda: _begun(request, form.cleaned_data))
        return moved_on(request, _("メッセージを作成しました。"), to=reverse("mail_edit", args=[pk]))
    language = request.POST.get("language") or get_language() or "ja"
    context = {
        "form": form,
        "samples": SAMPLES,
        "templates": MailTemplate.objects.visible_to(member).defer("mjml"),
        "chosen": request.POST.get("begin", "sample-seminar"),
        "language": language,
        "once": request.POST.get("once") or new_token(),
    }
    return render(request, "marketing/mail/new.html", context, status=422 if form.errors else 200)


@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a message as it looks to the people who get it."""
    found = message_of(request, pk)
    frame = frame_of(request, found, here="mail_message")
    person, view = person_in(request), request.GET.get("view", "wide")
    mail = shown(request, frame["edition"], person)
    findings = queries.check(found, origin=origin_of(request))
    context = {
        **frame,
        "person": person,
        "view": view if view in {name for name, _label, _icon in VIEWS} else "wide",
        "views": VIEWS,
        "subject": mail.subject,
        "text": mail.text.decode(),
        "findings": findings,
        "blocking": blocking(findings),
        "uses": uses_of([found.pk]).get(found.pk, []),
        "tests": frame["edition"].tests.select_related("by")[:5],
        "may_keep": may(member_of(request), "mail.change"),
    }
    return render(request, "marketing/mail/message.html", context)


@require_POST
def message_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    found = message_of(request, pk)
    name = (_("%(name)sのコピー") % {"name": found.name})[:120]
    made = actions.duplicate_message(found, name=name, by=member_of(request))
    return moved_on(request, _("複製しました。"), to=reverse("mail_words", args=[made.pk]))


@require_POST
def message_archive(request: HttpRequest, pk: int) -> HttpResponse:
    actions.archive_message(message_of(request, pk), by=member_of(request))
    return moved_on(request, _("アーカイブしました。"), to=reverse("mail_messages"))


@require_POST
def message_restore(request: HttpRequest, pk: int) -> HttpResponse:
    actions.restore_message(message_of(request, pk), by=member_of(request))
    return moved_on(request, _("元に戻しました。"), to=reverse("mail_message", args=[pk]))


def _lines(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return what the list shows of each message."""
    uses = uses_of([one.pk for one in messages])
    return [
        {
            "message": one,
            "edition": one.versions.all()[0],
            "uses": uses.get(one.pk, [])[:USES],
            "more": max(0, len(uses.get(one.pk, [])) - USES),
        }
        for one in messages
    ]


def default_sender() -> SenderIdentity | None:
    return SenderIdentity.objects.filter(is_default=True).first()


def _begun(request: HttpRequest, values: dict[str, Any]) -> Message:
    """Return a new message from the sample or template somebody chose; from the plain one without a choice."""
    kind, _dash, name = request.POST.get("begin", "").partition("-")
    number = whole(name) if kind == "template" else None
    template = MailTemplate.objects.filter(pk=number).first() if number is not None else None
    sample = BY_KEY.get(name, BY_KEY["plain"])
    content = sample.contents[values["language"]]
    palette = palette_of(values["sender"], language=values["language"])
    return actions.create_message(
        by=member_of(request),
        mjml=template.mjml if template else sample.mjml(palette),
        subject=template.subject if template else content.subject,
        preheader=template.preheader if template else content.preheader,
        **values,
    )
