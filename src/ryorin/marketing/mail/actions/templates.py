"""Mails to begin from, kept by the company."""

from django.db import IntegrityError, transaction

from ryorin.lib import clock
from ryorin.marketing.mail.errors import MessageNameMissing, TemplateGone, TemplateNameTaken
from ryorin.marketing.mail.models import MailTemplate, Message
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def keep_as_template(message: Message, *, name: str, by: Member | None, description: str = "") -> MailTemplate:
    """This function will keep what a message says now as a template; rules about blocks stay with the message."""
    require(by, "mail.change")
    label = " ".join(name.replace("\0", "").split())[:80]
    if not label:
        raise MessageNameMissing()
    edition = message.newest
    made = MailTemplate(
        name=label,
        description=" ".join(description.replace("\0", "").split())[:200],
        language=message.language,
        subject=edition.subject,
        preheader=edition.preheader,
        mjml=edition.mjml,
        made_by=by,
        made_at=clock.now(),
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise TemplateNameTaken(name=label) from None
    audit.record("mail_template_kept", "mail_template", made.pk, by=by, name=label)
    return made


@transaction.atomic
def remove_template(template: MailTemplate, *, by: Member | None) -> None:
    """This function will throw a template away; messages made from it stay."""
    require(by, "mail.change")
    row = MailTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if row is None:
        raise TemplateGone()
    audit.record("mail_template_removed", "mail_template", row.pk, by=by, name=row.name)
    row.delete()
