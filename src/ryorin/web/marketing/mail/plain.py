"""A mail's words as plain fields: subject, preheader, texts, buttons, pictures, the text part; works on a phone."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.mail import actions
from ryorin.marketing.mail.models import MailKind, Message, SenderIdentity
from ryorin.marketing.mail.queries import draft_of
from ryorin.marketing.mail.rules import blocks, mjml
from ryorin.marketing.mail.rules.fields import FIELDS, placeholder
from ryorin.marketing.mail.rules.pieces import Piece, pieces_of, with_pieces
from ryorin.marketing.mail.rules.texts import as_text
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.marketing.mail.shared import frame_of, message_of
from ryorin.workspace.members.models import LANGUAGES
from ryorin.workspace.members.rules import require

PARTS = ("text", "href", "src", "alt")


class WordsForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("メッセージ名"), max_length=120)
    subject = forms.CharField(label=pgettext_lazy("mail", "件名"), max_length=200, required=False)
    preheader = forms.CharField(
        label=gettext_lazy("プリヘッダー"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("受信箱で件名の横に出る一文です。"),
    )
    sender = forms.ModelChoiceField(
        label=gettext_lazy("送信者"), queryset=SenderIdentity.objects.none(), required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=MailKind.choices)
    language = forms.ChoiceField(label=gettext_lazy("言語"), choices=LANGUAGES)
    campaign = forms.ModelChoiceField(label=gettext_lazy("施策"), queryset=Campaign.objects.none(), required=False)

    def __init__(self, *args: Any, message: Message, **options: Any) -> None:
        super().__init__(*args, **options)
        senders, campaigns = SenderIdentity.objects.filter(is_active=True), Campaign.objects.order_by("-pk")
        if message.sender_id:
            senders |= SenderIdentity.objects.filter(pk=message.sender_id)
        self.fields["sender"].queryset = senders  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the words of a message to be changed; keep them."""
    found = message_of(request, pk)
    frame = frame_of(request, found, here="mail_words")
    edition, status = frame["edition"], 200
    body = mjml.read(edition.mjml)
    pieces = pieces_of(body)
    initial = {name: getattr(edition, name) for name in ("subject", "preheader")}
    initial |= {name: getattr(found, name) for name in ("name", "kind", "language", "sender", "campaign")}
    form = WordsForm(request.POST or None, message=found, initial=initial)
    if request.method == "POST":
        require(member_of(request), "mail.change")
        given = _given(request, pieces)
        pieces, status = [_typed(piece, given) for piece in pieces], 422
        if form.is_valid():
            whole = f"<mjml>{mjml.write(with_pieces(body, given))}</mjml>"
            values = form.cleaned_data | {"mjml": whole}
            try:
                actions.change_message(found, by=member_of(request), version=version_in(request), **values)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                return moved_on(request, _("保存しました。"), to=reverse("mail_words", args=[pk]))
    context = {
        **frame,
        "form": form,
        "pieces": [(piece, min(max(2, piece.text.count("\n") + 1 + len(piece.text) // 60), 16)) for piece in pieces],
        "fields": [(one.label, placeholder(one, language=found.language)) for one in FIELDS],
        "version": request.POST.get("version") or found.version,
        "text": edition.text,
        "made_text": as_text(body, rules=draft_of(edition).rules),
    }
    return render(request, "marketing/mail/words.html", context, status=status)


@require_POST
def text_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a text part written by hand; an empty one is made from the body again."""
    found = message_of(request, pk)
    edition = found.newest
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    made = as_text(mjml.read(edition.mjml), rules=draft_of(edition).rules).strip()
    if request.POST.get("again") or text == made:
        text = ""
    actions.change_message(found, by=member_of(request), version=version_in(request), text=text)
    told = _("テキスト版を保存しました。") if text else _("テキスト版は本文から自動で作られます。")
    return moved_on(request, told, to=f"{reverse('mail_words', args=[pk])}#text")


@require_POST
def add_footer(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the block with the law's particulars at the end of a mail."""
    found = message_of(request, pk)
    body = mjml.read(found.newest.mjml)
    make = blocks.footer if found.kind == MailKind.PROMOTION else blocks.notice_footer
    kept = [one for one in body.children if "footer" not in one.classes]
    whole = mjml.write(mjml.Element("mj-body", body.attributes, kept))
    whole = whole.removesuffix("</mj-body>") + make(found.language) + "</mj-body>"
    actions.change_message(found, by=member_of(request), version=version_in(request), mjml=f"<mjml>{whole}</mjml>")
    return moved_on(request, _("フッターを加えました。"), to=reverse("mail_check", args=[pk]))


def _given(request: HttpRequest, pieces: list[Piece]) -> dict[int, dict[str, str]]:
    """Return what was typed, by the place of each piece."""
    found: dict[int, dict[str, str]] = {}
    for piece in pieces:
        typed = {part: request.POST.get(f"p{piece.number}.{part}") for part in PARTS}
        kept = {part: text for part, text in typed.items() if text is not None}
        if kept:
            found[piece.number] = kept
    return found


def _typed(piece: Piece, given: dict[int, dict[str, str]]) -> Piece:
    new = given.get(piece.number, {})
    return Piece(piece.number, piece.kind, *(new.get(part, getattr(piece, part)) for part in PARTS))
