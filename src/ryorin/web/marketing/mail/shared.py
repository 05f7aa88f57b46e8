"""What the pages of a message share: finding it, its tabs, who it is shown as, what it looks like."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ryorin.customers.people.models import Person
from ryorin.marketing.mail import queries
from ryorin.marketing.mail.models import Message, MessageVersion, SenderIdentity
from ryorin.marketing.mail.rules import Personal, Values, personalise
from ryorin.marketing.mail.rules.blocks import Palette
from ryorin.web.answers import member_of, picked
from ryorin.web.marketing.mail.brand import logo_address
from ryorin.workspace.members.rules import may
from ryorin.workspace.organisation.queries import current

LONGEST_ID = 18


def message_of(request: HttpRequest, pk: int) -> Message:
    """Return the message, 404 where there is none."""
    found: Message = get_object_or_404(
        Message.objects.visible_to(member_of(request)).select_related("sender", "campaign", "owner"), pk=pk
    )
    return found


def frame_of(request: HttpRequest, message: Message, *, here: str) -> dict[str, Any]:
    """Return what every page of a message shows around itself."""
    tabs = (
        ("mail_message", pgettext("mail", "プレビュー")),
        ("mail_words", _("件名と文章")),
        ("mail_rules", _("表示条件")),
        ("mail_check", _("送信前の確認")),
        ("mail_versions", pgettext("mail", "版")),
    )
    return {
        "message": message,
        "edition": message.newest,
        "tabs": [
            {"label": label, "url": reverse(name, args=[message.pk]), "is_current": name == here}
            for name, label in tabs
        ],
        "may_change": may(member_of(request), "mail.change") and message.archived_at is None,
    }


def origin_of(request: HttpRequest) -> str:
    """Return the address of this installation as the browser sees it, without a slash at the end."""
    return request.build_absolute_uri("/")[:-1]


def person_in(request: HttpRequest) -> Person | None:
    """Return the person the mail is shown as, where one is chosen."""
    people = Person.objects.visible_to(member_of(request)).select_related("company")
    person: Person | None = picked(people, request.GET.get("person") or request.POST.get("person"))
    return person


def shown(request: HttpRequest, edition: MessageVersion, person: Person | None) -> Personal:
    """Return the mail as this person would get it; as nobody in particular without one."""
    compiled = queries.compiled(edition, origin=origin_of(request))
    filling = queries.fillings(compiled, edition, [person.pk]).get(person.pk) if person else None
    fields = filling.fields if filling else {"addressed": pgettext("mail", "お客さま"), "email": "name@example.com"}
    holding = filling.rules if filling else compiled.rules
    return personalise(compiled, Values(fields=fields, rules=holding, unsubscribe="#", preferences="#", browser="#"))


def palette_of(sender: SenderIdentity | None, *, language: str) -> Palette:
    """Return the colour, logo and name a mail is made in."""
    company = current()
    colour = sender.colour if sender else Palette().colour
    name = (sender.legal_name if sender else "") or company.name
    return Palette(colour=colour, logo=logo_address(company), name=name, language=language)
