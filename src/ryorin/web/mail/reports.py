"""Where providers report bounces and complaints: an address that only they know, and a signature for our own form."""

import hashlib
import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ryorin.connectors.bounces.actions import take_event, take_own
from ryorin.connectors.smtp.models import Transport
from ryorin.connectors.smtp.queries import relay
from ryorin.lib import vault

LARGEST = 2_000_000
VIEWS = {
    "amazon_ses": "AmazonSESTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "brevo": "BrevoTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
}


@csrf_exempt  # providers have no session; the address is the secret
@require_POST
def take(request: HttpRequest, secret: str) -> HttpResponse:
    found = relay()
    known = vault.unlock(found.webhook_locked, key=settings.SECRET_KEY) if found.webhook_locked else ""
    if not known or not constant_time_compare(secret, known):
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    signature = request.headers.get("X-Ryorin-Signature", "")
    if signature:
        ours = hmac.new(known.encode(), request.body, hashlib.sha256).hexdigest()
        if not constant_time_compare(signature, ours):
            return HttpResponse(status=403)
        return HttpResponse(str(take_own(request.body)), content_type="text/plain")
    if found.transport != Transport.ANYMAIL or found.provider not in VIEWS:
        return HttpResponse(status=400)
    view = import_string(f"anymail.webhooks.{found.provider}.{VIEWS[found.provider]}")
    try:
        events = view.parse_events(view.__new__(view), request)
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponse(status=400)
    return HttpResponse(str(sum(take_event(event) for event in events)), content_type="text/plain")
