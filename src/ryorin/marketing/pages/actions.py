"""Verbs of forms: design one, publish it, close it; and take an answer, which becomes a lead with its source."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.companies.queries import find_by_name
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.errors import AddressSuppressed
from ryorin.customers.consent.models import Basis, Medium
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.actions import create_person, reach_stage
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.timeline.actions import record as record_touchpoint
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.ids import named_id
from ryorin.lib.japanese import split_name
from ryorin.lib.postal import prefecture_of
from ryorin.marketing.campaigns.queries import campaign_of
from ryorin.marketing.campaigns.rules import channel_of_visit
from ryorin.marketing.pages.errors import AnswerInvalid, FormInUse, FormInvalid, FormNotOpen, PurposeMissing
from ryorin.marketing.pages.models import Form, FormAnswer, FormState, FormVersion
from ryorin.marketing.pages.rules import COMPANY, FULL_KANA, FULL_NAME, Answer, read_answer, read_fields, to_json
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify

CHANGEABLE = (
    "name", "slug", "title", "intro", "fields", "statement", "consent_text", "thank_you", "redirect_url", "download",
    "campaign",
)  # fmt: skip
USUAL_PURPOSE = gettext_lazy("ご入力いただいた情報は、お問い合わせへの対応とご連絡のためにだけ利用します。")
SHOWN = ("title", "intro", "fields", "consent_text", "thank_you")


@transaction.atomic
def create_form(*, by: Member | None, **fields: Any) -> Form:
    """This function will start a form as a draft."""
    require(by, "forms.change")
    now = clock.now()
    fields.setdefault("consent_text", str(USUAL_PURPOSE))
    form = Form(owner=by, created_at=now, updated_at=now, **fields)
    check(form)
    form.save()
    keep_version(form, by=by)
    audit.record("form_created", "form", form.pk, by=by, name=form.name)
    return form


@transaction.atomic
def change_form(form: Form, *, by: Member | None, version: int | None, **fields: Any) -> Form:
    """This function will change the form; refuses when somebody else changed it since `version`."""
    require(by, "forms.change")
    form = Form.objects.select_for_update().get(pk=form.pk)
    if version is not None and form.version != version:
        raise StaleRecord()
    changed = [name for name in CHANGEABLE if name in fields and getattr(form, name) != fields[name]]
    for name in changed:
        setattr(form, name, fields[name])
    if not changed:
        return form
    check(form)
    return saved(form, "form_changed", by=by, fields=changed)


@transaction.atomic
def delete_form(form: Form, *, by: Member | None) -> AuditEntry:
    """This function will delete a form that is not open and was never answered; its entry can be undone."""
    require(by, "forms.change")
    form = Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if form.state == FormState.PUBLISHED:
        raise FormInUse(name=form.name, why=_("公開中の"))
    if form.answers.exists():
        raise FormInUse(name=form.name, why=_("回答がある"))
    return delete(form, record_type="form", by=by)


@transaction.atomic
def restore_form(entry: AuditEntry, *, by: Member | None) -> Form:
    """This function will put back a deleted form."""
    require(by, "forms.change")
    found = restore(entry, by=by)
    assert isinstance(found, Form)
    return found


@transaction.atomic
def publish_form(form: Form, *, by: Member | None) -> Form:
    """This function will open the form to the public."""
    return set_state(form, FormState.PUBLISHED, "form_published", by=by)


@transaction.atomic
def close_form(form: Form, *, by: Member | None) -> Form:
    """This function will stop taking answers."""
    return set_state(form, FormState.CLOSED, "form_closed", by=by)


def set_state(form: Form, state: FormState, fact: str, *, by: Member | None) -> Form:
    require(by, "forms.change")
    form = Form.objects.select_for_update().get(pk=form.pk)
    check(form)
    if state == FormState.PUBLISHED and not form.consent_text.strip():
        raise PurposeMissing()
    form.state = state
    return saved(form, fact, by=by)


def saved(form: Form, fact: str, *, by: Member | None, **changes: Any) -> Form:
    form.version += 1
    form.updated_at = clock.now()
    form.save()
    keep_version(form, by=by)
    audit.record(fact, "form", form.pk, by=by, **changes)
    return form


def keep_version(form: Form, *, by: Member | None) -> FormVersion:
    """This function will keep what the form shows now under its version number, once."""
    content = {name: getattr(form, name) for name in SHOWN} | {"statement": form.statement_id}
    kept, _new = FormVersion.objects.get_or_create(
        form=form, number=form.version, defaults={"content": content, "by": by, "at": clock.now()}
    )
    return kept


def version_seen(form: Form, number: int | None) -> FormVersion | None:
    """Return what the visitor had before them: the version the page was made from, else the one of today."""
    seen = form.versions.filter(number=number).first() if number else None
    return seen or keep_version(form, by=None)


def check(form: Form) -> None:
    """This function will refuse a form that nobody could fill in, and bring its questions into their stored shape."""
    if not form.name.strip() or not form.title.strip():
        raise FormInvalid(what=_("フォーム名と見出しを入力してください。"))
    form.fields = to_json(read_fields(form.fields))
    if form.statement is not None:
        form.consent_text = form.statement.text
    if Form.objects.filter(slug=form.slug).exclude(pk=form.pk).exists():
        raise FormInvalid(what=_("アドレス「%(slug)s」はほかのフォームで使われています。") % {"slug": form.slug})
    if form.redirect_url and not form.redirect_url.startswith(("https://", "http://", "/")):
        raise FormInvalid(what=_("送信後の移動先は https:// で始まるアドレスにしてください。"))


@transaction.atomic
def answer_form(
    form: Form,
    given: Mapping[str, Any],
    *,
    uid: UUID,
    visitor: str = "",
    utm: Mapping[str, str] | None = None,
    referrer: str = "",
    spam: str = "",
    at: datetime | None = None,
    place: Mapping[str, int] | None = None,
    version: int | None = None,
) -> FormAnswer:
    """This function will take an answer and make it a lead; the same `uid` again returns the answer taken before.

    An answer that looks like spam (`spam` says why) is kept apart and makes no lead. `place` says on which page and
    in which variant the form stood, `version` which version of the form was shown.
    """
    if form.state != FormState.PUBLISHED:
        raise FormNotOpen()
    before = FormAnswer.objects.filter(uid=uid).first()
    if before:
        return before
    answer = read_answer(read_fields(form.fields), given)
    if answer.faults:
        raise AnswerInvalid(answer.faults)
    tags = {name: str(value)[:100] for name, value in (utm or {}).items()}
    kept = FormAnswer.objects.create(
        form=form,
        seen=version_seen(form, version),
        place=dict(place or {}),
        uid=uid,
        at=at or clock.now(),
        visitor=visitor[:36],
        values=answer.values,
        channel=channel_of(form, tags, referrer),
        utm=tags,
        is_spam=bool(spam),
        updated_at=clock.now(),
    )
    if not spam:
        become_lead(kept, answer)
    audit.record("form_answered", "form", form.pk, by=None, answer=kept.pk, spam=spam)
    return kept


@transaction.atomic
def accept_answer(kept: FormAnswer, *, by: Member | None) -> FormAnswer:
    """This function will take an answer out of the spam and make it a lead."""
    require(by, "forms.change")
    kept = FormAnswer.objects.select_for_update().select_related("form").get(pk=kept.pk)
    if kept.is_spam:
        kept.is_spam = False
        become_lead(kept, read_answer(read_fields(kept.form.fields), kept.values))
        audit.record("form_answer_accepted", "form", kept.form_id, by=by, answer=kept.pk)
    return kept


def become_lead(kept: FormAnswer, answer: Answer) -> None:
    """This function will find or add the person who answered, and write down source, consent and touchpoint."""
    form = kept.form
    campaign = campaign_of(kept.utm) or form.campaign
    person = person_of(kept, answer, campaign_id=campaign.pk if campaign else None)
    kept.person, kept.updated_at = person, clock.now()
    kept.save(update_fields=["person", "is_spam", "updated_at"])
    if kept.visitor:
        recognise(kept.visitor, person, why="form_submitted", at=kept.at)
    if answer.allows_mail and person.email:
        with suppress(AddressSuppressed):  # refused after the answer was given: the refusal stands
            state_consent(
                person,
                medium=Medium.MAIL,
                allowed=True,
                basis=Basis.OPT_IN,
                evidence=evidence_of(kept),
                detail={"form": form.pk, "answer": kept.pk, "version": kept.seen.number if kept.seen else None},
                at=kept.at,
                source=f"form:{form.pk}",
            )
    record_touchpoint(
        "form_submitted",
        source=f"form:{form.pk}",
        uid=kept.uid,
        at=kept.at,
        person_id=person.pk,
        visitor=kept.visitor,
        company_id=person.company_id,
        channel=kept.channel,
        campaign_id=campaign.pk if campaign else None,
        properties={"form": form.name, "answers": short(form, kept.values), **kept.place},
    )
    if form.owner:
        text = _("%(name)sさんが「%(form)s」に回答しました。") % {"name": person.name, "form": form.name}
        notify([form.owner], kind="form_answered", text=text, url=f"/people/{person.pk}")


def evidence_of(kept: FormAnswer) -> str:
    """Return what stood before the eyes of whoever agreed: heading and text of the version they saw, and its number."""
    if kept.seen is None:
        return f"{kept.form.title}\n\n{kept.form.consent_text}".strip()
    content = kept.seen.content
    version = _("第%(number)s版") % {"number": kept.seen.number}
    return f"{content['title']}（{version}）\n\n{content['consent_text']}".strip()


def person_of(kept: FormAnswer, answer: Answer, *, campaign_id: int | None) -> Person:
    """Return the person with the answer's mail address, or a new one; what is known already is not overwritten."""
    fields = person_fields(answer.person)
    email = fields.get("email", "").lower()
    person = Person.objects.filter(email=email).order_by("pk").first() if email else None
    if person:
        reach_stage(
            person, LifecycleStage.LEAD, at=kept.at, why="form_submitted", channel=kept.channel, campaign_id=campaign_id
        )
        return person
    return create_person(
        by=None,
        at=kept.at,
        source_channel=kept.channel,
        source_campaign_id=campaign_id,
        source_detail=kept.form.name,
        why="form_submitted",
        company=company_of(answer.person.get(COMPANY, "")),
        **fields,
    )


def person_fields(person: Mapping[str, str]) -> dict[str, str]:
    """Return the person's fields; a whole name is split, and without any the mail address serves as one."""
    fields = {name: text for name, text in person.items() if name not in (COMPANY, FULL_NAME, FULL_KANA)}
    if person.get(FULL_NAME):
        fields["family_name"], fields["given_name"] = split_name(person[FULL_NAME])
    if person.get(FULL_KANA):
        fields["family_kana"], fields["given_kana"] = split_name(person[FULL_KANA])
    if fields.get("prefecture"):
        fields["prefecture"] = prefecture_of(fields["prefecture"]) or ""
    if not fields.get("family_name"):
        fields["family_name"] = fields.get("email", "").partition("@")[0][:60] or _("お名前未入力")
    return fields


def company_of(name: str) -> Company | None:
    """Return the company of that name, added when it is new."""
    if not name:
        return None
    try:
        return find_by_name(name) or create_company(by=None, name=name)
    except Refusal:
        return None


def channel_of(form: Form, utm: Mapping[str, str], referrer: str) -> str:
    """Return the channel the answer came by: what the address says, else that of the form's campaign."""
    if any(utm.values()):
        campaign = campaign_of(dict(utm))
        return campaign.channel if campaign else str(channel_of_visit(dict(utm), referrer))
    if form.campaign:
        return form.campaign.channel
    return str(channel_of_visit({}, referrer))


def short(form: Form, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers by the question's label, cut for the timeline."""
    labels = {entry["name"]: entry["label"] for entry in form.fields}
    texts = {
        labels.get(name, name): "、".join(value) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }
    return {label: text[:300] for label, text in texts.items() if text}


@transaction.atomic
def take_download(kept: FormAnswer) -> None:
    """This function will write down that the person fetched the file their answer opened, once for each answer."""
    form = kept.form
    if form.download is None or kept.person_id is None:
        return
    campaign = campaign_of(kept.utm) or form.campaign
    record_touchpoint(
        "downloaded",
        source=f"form:{form.pk}",
        uid=named_id(kept.at, "downloaded", str(kept.uid), str(form.download_id)),
        at=clock.now(),
        person_id=kept.person_id,
        visitor=kept.visitor,
        channel=kept.channel,
        campaign_id=campaign.pk if campaign else None,
        properties={"form": form.name, "file": form.download.name, **kept.place},
    )
