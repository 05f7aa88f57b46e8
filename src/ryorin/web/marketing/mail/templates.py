"""Templates of the company: kept from a message, thrown away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ryorin.marketing.mail import actions
from ryorin.marketing.mail.models import MailTemplate
from ryorin.web.answers import member_of, moved_on
from ryorin.web.marketing.mail.shared import message_of


@require_POST
def template_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what a message says as a template."""
    name, description = request.POST.get("name", ""), request.POST.get("description", "")
    actions.keep_as_template(message_of(request, pk), name=name, description=description, by=member_of(request))
    return moved_on(request, _("テンプレートとして保存しました。"), to=reverse("mail_message", args=[pk]))


@require_POST
def template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(MailTemplate.objects.visible_to(member_of(request)), pk=pk)
    actions.remove_template(found, by=member_of(request))
    return moved_on(request, _("テンプレートを削除しました。"), to=reverse("mail_message_new"))
