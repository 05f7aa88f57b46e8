"""What people ask for by the links in a mail: no more mail, a pause, only some kinds, another address."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.consent import actions as consent
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import write_inbox
from ryorin.lib import clock
from ryorin.marketing.mailings.actions.settling import touchpoint
from ryorin.marketing.mailings.actions.tallying import outdate
from ryorin.marketing.mailings.errors import MailingInvalid
from ryorin.marketing.mailings.models import MailPause, Recipient, RecipientState, Topic, TopicRefusal
from ryorin.marketing.mailings.rules.reasons import PAUSED
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.tasks.actions import add_task

PAUSE = timedelta(days=90)


@transaction.atomic
def unsubscribe(recipient: Recipient, *, how: str) -> bool:
    """This function will take a person's refusal of all mail, and return whether it was new; asked twice, told once.

    `how` (one_click, page, preferences) becomes part of the evidence. The address is closed also when the person is
    gone; mails still waiting for the person are set apart.
    """
    if recipient.person_id is not None:  # whoever changes both takes the person first
        Person.objects.select_for_update().filter(pk=recipient.person_id).first()
    row = (
        Recipient.objects.select_for_update(of=("self",))
        .select_related("mailing", "variant", "person")
        .get(pk=recipient.pk)
    )
    is_new = row.unsubscribed_at is None
    evidence = _("配信「%(mailing)s」のメールにある配信停止の手続き（%(how)s）") % {
        "mailing": row.mailing.name,
        "how": HOW.get(how, how),
    }
    source = f"mailing:{row.mailing_id}"
    if row.person is not None:
        consent.refuse(row.person, evidence=str(evidence), source=source)
    if row.address and (row.person is None or row.person.email.strip().lower() != row.address.lower()):
        consent.refuse(row.address, evidence=str(evidence), source=source)
    if is_new:
        row.unsubscribed_at = clock.now()
        row.save(update_fields=["unsubscribed_at"])
        if row.person_id is not None:
            write_inbox([touchpoint("mail_refused", row, at=row.unsubscribed_at, how=how)])
    outdate([row.mailing_id])
    waiting = Recipient.objects.filter(state=RecipientState.WAITING, person=row.person_id, person__isnull=False)
    waiting.exclude(mailing__message__kind="transaction").update(
        state=RecipientState.SUPPRESSED, answer="suppressed_refused"
    )
    return is_new


@transaction.atomic
def pause_mail(recipient: Recipient) -> MailPause | None:
    """This function will let a person have three months of rest from mail; None when the person is gone."""
    person = Person.objects.select_for_update().filter(pk=recipient.person_id).first()
    if person is None:
        return None
    now = clock.now()
    pause, _created = MailPause.objects.update_or_create(
        person=person, defaults={"until": now + PAUSE, "asked_at": now}
    )
    waiting = Recipient.objects.filter(state=RecipientState.WAITING, person=person)
    waiting.exclude(mailing__message__kind="transaction").update(state=RecipientState.SUPPRESSED, answer=PAUSED)
    audit.record("mail_paused", "person", person.pk, by=None, name=person.name, until=pause.until.isoformat())
    return pause


@transaction.atomic
def choose_topics(recipient: Recipient, wanted: Collection[int]) -> None:
    """This function will keep which kinds of mail a person wants; a pause asked for before ends by this."""
    person = Person.objects.select_for_update().filter(pk=recipient.person_id).first()
    if person is None:
        return
    now = clock.now()
    topics = list(Topic.objects.filter(is_active=True))
    TopicRefusal.objects.filter(person=person, topic__in=[one for one in topics if one.pk in wanted]).delete()
    refused = [TopicRefusal(person=person, topic=one, at=now) for one in topics if one.pk not in wanted]
    TopicRefusal.objects.bulk_create(refused, ignore_conflicts=True)
    MailPause.objects.filter(person=person).delete()
    names = [one.name for one in topics if one.pk in wanted]
    audit.record("mail_topics_chosen", "person", person.pk, by=None, name=person.name, topics=names)


@transaction.atomic
def ask_for_address(recipient: Recipient, address: str) -> None:
    """This function will make the wish for another address somebody's task: nobody proved yet whose it is."""
    person = Person.objects.select_for_update().filter(pk=recipient.person_id).first()
    plain = address.replace("\0", "").strip()
    if "@" not in plain or len(plain) > 254 or any(mark.isspace() for mark in plain):
        raise MailingInvalid(what=_("メールアドレスを正しく入力してください。"))
    if person is None:
        return
    title = _("メールアドレスの変更依頼：%(name)s様") % {"name": person.name}
    note = _("配信設定ページで、%(address)s への変更の申し出がありました。確認のうえ変更してください。") % {
        "address": plain
    }
    add_task(
        title=title[:120],
        note=note,
        owner=person.owner or recipient.mailing.owner,
        by=None,
        about=("person", person.pk, person.name),
    )


HOW = {"one_click": "List-Unsubscribe-Post", "page": "web", "preferences": "web"}
