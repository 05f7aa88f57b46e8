"""What people may ask for by the links in a mail. Looking changes nothing: only a button, or RFC 8058's POST, does."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ryorin.connectors.smtp.viewing import as_seen
from ryorin.lib.errors import Refusal
from ryorin.marketing.mailings.actions import ask_for_address, choose_topics, pause_mail
from ryorin.marketing.mailings.actions import unsubscribe as refuse_mail
from ryorin.marketing.mailings.models import MailPause, Recipient, Topic, TopicRefusal
from ryorin.web.mail.reading import recipient_of
from ryorin.workspace.organisation.queries import current

MAIL_POLICY = (
    "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@never_cache
@csrf_exempt  # mail programs post by themselves (RFC 8058); the signed address says who asks
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    recipient = recipient_of(token, purpose="u")
    with translation.override(language_of(recipient)):
        if request.method != "POST":
            return shown(request, "mail/unsubscribe.html", recipient, is_done=recipient.unsubscribed_at is not None)
        is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        refuse_mail(recipient, how="one_click" if is_one_click else "page")
        if is_one_click:
            return HttpResponse(status=200, content_type="text/plain; charset=utf-8")
        return shown(request, "mail/unsubscribe.html", recipient, is_done=True)


@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the person gets, and take what they wish instead."""
    recipient = recipient_of(token, purpose="p")
    with translation.override(language_of(recipient)):
        told, problem, status = "", "", 200
        if request.method == "POST":
            try:
                told = wish(request, recipient)
            except Refusal as refusal:
                problem, status = str(refusal), 422
            recipient.refresh_from_db()
        refused = set(TopicRefusal.objects.filter(person=recipient.person_id).values_list("topic_id", flat=True))
        context = {
            "topics": [(topic, topic.pk not in refused) for topic in Topic.objects.filter(is_active=True)],
            "pause": MailPause.objects.filter(person=recipient.person_id).first(),
            "told": told,
            "problem": problem,
            "address": hidden(recipient.address),
        }
        return shown(request, "mail/preferences.html", recipient, status=status, **context)


def wish(request: HttpRequest, recipient: Recipient) -> str:
    """This function will do what the person asks for, and return the words that say it is done."""
    match request.POST.get("wish", ""):
        case "topics":
            choose_topics(recipient, [int(pk) for pk in request.POST.getlist("topics")[:100] if pk.isdecimal()])
            return _("ご希望の種類を保存しました。")
        case "pause":
            pause_mail(recipient)
            return _("3か月間、メールの配信をお休みします。")
        case "address":
            ask_for_address(recipient, request.POST.get("address", "")[:300])
            return _("アドレス変更のご依頼を受け付けました。担当者が確認のうえ変更します。")
        case "stop":
            refuse_mail(recipient, how="preferences")
            return _("メールの配信を停止しました。")
    raise Http404


@never_cache
@require_safe
def in_browser(request: HttpRequest, token: str) -> HttpResponse:
    """Show a mail as its reader got it, shut off from everything else on this host."""
    seen = as_seen(recipient_of(token, purpose="v"))
    if seen is None:
        raise Http404
    answer = HttpResponse(seen, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = MAIL_POLICY
    answer["X-Robots-Tag"] = "noindex"
    return answer


def shown(
    request: HttpRequest, template: str, recipient: Recipient, *, status: int = 200, **more: object
) -> HttpResponse:
    sender = recipient.mailing.message.sender if recipient.mailing.message else None
    context = {"recipient": recipient, "company": current(), "sender": sender, **more}
    answer = render(request, template, context, status=status)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def language_of(recipient: Recipient) -> str:
    """Return the language of the mail, which its reader understands."""
    return recipient.mailing.message.language if recipient.mailing.message else "ja"


def hidden(address: str) -> str:
    """Return enough of an address for its owner to know it."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:2]}{'•' * max(2, len(local) - 2)}@{domain}" if domain else ""
